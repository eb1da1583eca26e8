"""One benefit with all that belongs to it, as segments.

Messages are written as they are. Refuses a benefit without its code and other parties without a role.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.eligibility.answer import Benefit
from chartline.formats.x12.inquiry_parts.party_writer import write_party
from chartline.formats.x12.inquiry_parts.value_writer import (
    filled,
    fitting_count,
    pointers_element,
    procedure_element,
    write_dates,
    write_deliveries,
    write_references,
    write_rejections,
)
from chartline.formats.x12.writer import Draft, Repeated, require

_PARTY = ("suffix", "relation", "address", "contacts", "specialty")


def write_benefit(benefit: Benefit) -> Iterator[Draft]:
    """EB to LE. Raises ``x12.missing``, ``x12.too_many`` and ``x12.no_place``."""
    yield (
        "EB",
        require(benefit.information, "information"),
        benefit.coverage_level,
        Repeated(fitting_count(benefit.service_types, 99, "service_types")),
        benefit.insurance_type,
        benefit.plan,
        benefit.period,
        benefit.amount,
        benefit.percent,
        benefit.quantity_kind,
        benefit.quantity,
        benefit.authorization,
        benefit.in_network,
        procedure_element(benefit.procedure),
        pointers_element(benefit.pointers),
    )
    yield from write_deliveries(benefit.deliveries, 9)
    yield from write_references(benefit.references)
    yield from write_dates(benefit.dates, 20)
    yield from write_rejections(benefit.rejections, "question")
    for message in fitting_count(benefit.messages, 10, "messages"):
        yield ("MSG", require(message, "message"))
    for one in fitting_count(benefit.further, 10, "further"):
        yield filled("III", one.list, one.code, one.text_kind, one.text)
    if benefit.parties:
        yield ("LS", "2120")
        for party in fitting_count(benefit.parties, 23, "parties"):
            yield from write_party(party, _PARTY)
        yield ("LE", "2120")
