"""The benefits of a 271 as facts, for every connector that is answered in X12 (005010X279A1, loop 2110).

Codes stay as sent. Refuses nothing: what a payer did not say is empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.connect.facts import Benefit
from chartline.formats.x12 import eligibility as x12

OTHER_PAYER = "R"
"""EB01: another payer that the answering one knows of."""


def benefit_facts(benefit: x12.Benefit) -> Iterator[Benefit]:
    """One fact for each service type the benefit is about."""
    told_of = benefit.parties if benefit.information == OTHER_PAYER else ()
    other = next((party for party in told_of if party.role == "PR"), None)
    for service_type in benefit.service_types or ("",):
        yield Benefit(
            coverage=benefit.information,
            level=benefit.coverage_level,
            service_type=service_type,
            insurance_type=benefit.insurance_type,
            plan=benefit.plan,
            period=benefit.period,
            amount=benefit.amount,
            percent=f"{benefit.percent:f}" if benefit.percent is not None else "",
            in_network=benefit.in_network,
            note=" ".join(benefit.messages),
            quantity=f"{benefit.quantity:f}" if benefit.quantity is not None else "",
            quantity_kind=benefit.quantity_kind,
            authorization=benefit.authorization,
            other_payer=other.name if other is not None else "",
            other_payer_id=other.id if other is not None else "",
        )
