"""One benefit with all that belongs to it (loops 2110, 2115 and 2120).

Strict about amounts, quantities and dates; everything else may be missing.
"""

from __future__ import annotations

from chartline.formats.x12.elements import amount_or_none, quantity
from chartline.formats.x12.eligibility.answer import Benefit, FurtherInformation
from chartline.formats.x12.inquiry_parts.party_reader import head, read_party
from chartline.formats.x12.inquiry_parts.value_reader import (
    read_dates,
    read_deliveries,
    read_pointers,
    read_procedure,
    read_references,
    read_rejections,
)
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop


def read_benefit(loop: Loop) -> Benefit:
    """The benefit of a loop that begins with EB. Raises ``x12.bad_amount``, ``x12.bad_quantity``, ``x12.bad_date``."""
    eb = head(loop, "EB")
    return Benefit(
        information=eb.at(1),
        coverage_level=eb.at(2),
        service_types=tuple(code for one in eb.repetitions(3) if (code := one.strip())),
        insurance_type=eb.at(4),
        plan=eb.at(5),
        period=eb.at(6),
        amount=amount_or_none(eb, 7),
        percent=quantity(eb, 8),
        quantity_kind=eb.at(9),
        quantity=quantity(eb, 10),
        authorization=eb.at(11),
        in_network=eb.at(12),
        procedure=read_procedure(eb, 13),
        pointers=read_pointers(eb, 14),
        deliveries=read_deliveries(loop),
        references=read_references(loop.all("REF")),
        dates=read_dates(loop.all("DTP")),
        rejections=read_rejections(loop, "question"),
        messages=tuple(msg.at(1) for msg in loop.all("MSG")),
        further=tuple(_further(iii) for inside in loop.children("2115C", "2115D") for iii in inside.all("III")),
        parties=tuple(read_party(inside) for inside in loop.children("2120C", "2120D")),
    )


def _further(iii: Segment) -> FurtherInformation:
    return FurtherInformation(list=iii.at(1), code=iii.at(2), text_kind=iii.at(3), text=iii.at(4))
