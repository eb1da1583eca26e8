"""Another payer's pricing of a claim (MIA, MOA): which element is which field, for reading and writing alike."""

from __future__ import annotations

import msgspec

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.claim_parts.raw_segments import BLANK
from chartline.formats.x12.quantities import QUANTITIES
from chartline.formats.x12.remittance.institutional import Inpatient, Outpatient
from chartline.formats.x12.writer import TOO_MANY, Element

OUTPATIENT_REMARKS = (3, 4, 5, 6, 7)
INPATIENT_REMARKS = (5, 20, 21, 22, 23)

_OUTPATIENT_AMOUNTS = {2: "procedures", 8: "dialysis", 9: "professional_not_billed"}
_INPATIENT_QUANTITIES = {3: "lifetime_psychiatric_days", 15: "cost_report_days"}
_INPATIENT_AMOUNTS = {
    2: "outlier",
    4: "drg",
    6: "disproportionate_share",
    7: "secondary_payer_pass_through",
    8: "capital",
    9: "capital_federal_drg",
    10: "capital_hospital_drg",
    11: "capital_share_drg",
    12: "old_capital",
    13: "capital_teaching",
    14: "operating_hospital_drg",
    16: "operating_federal_drg",
    17: "capital_outlier",
    18: "teaching",
    19: "professional_not_billed",
    24: "capital_exception",
}


def read_outpatient(elements: list[str]) -> tuple[Outpatient | None, tuple[str, ...]]:
    """MOA: the pricing, None where only remarks came, and the remarks."""
    elements = elements + BLANK
    remarks = tuple(elements[at] for at in OUTPATIENT_REMARKS if elements[at])
    amounts = {name: AMOUNTS[elements[at]] for at, name in _OUTPATIENT_AMOUNTS.items() if elements[at]}
    rate = QUANTITIES[elements[1]] if elements[1] else None
    priced = bool(amounts) or rate is not None
    return msgspec.structs.replace(Outpatient(rate=rate), **amounts) if priced else None, remarks


def read_inpatient(elements: list[str]) -> tuple[Inpatient, tuple[str, ...]]:
    """MIA: the pricing and the remarks."""
    elements = elements + BLANK
    remarks = tuple(elements[at] for at in INPATIENT_REMARKS if elements[at])
    amounts = {name: AMOUNTS[elements[at]] for at, name in _INPATIENT_AMOUNTS.items() if elements[at]}
    days = {name: QUANTITIES[elements[at]] for at, name in _INPATIENT_QUANTITIES.items() if elements[at]}
    covered = Inpatient(covered_days=QUANTITIES[elements[1] or "0"])
    return msgspec.structs.replace(covered, **days, **amounts), remarks


def write_outpatient(priced: Outpatient | None, remarks: tuple[str, ...]) -> list[Element]:
    """MOA. Raises ``x12.too_many`` for more than five remarks."""
    elements: list[Element] = [None] * 10
    elements[0] = "MOA"
    if priced is not None:
        elements[1] = priced.rate
        for at, name in _OUTPATIENT_AMOUNTS.items():
            elements[at] = getattr(priced, name)
    return _with_remarks(elements, remarks, OUTPATIENT_REMARKS)


def write_inpatient(priced: Inpatient, remarks: tuple[str, ...]) -> list[Element]:
    """MIA. Raises ``x12.too_many`` for more than five remarks."""
    elements: list[Element] = [None] * 25
    elements[:2] = ["MIA", priced.covered_days]
    for at, name in (_INPATIENT_QUANTITIES | _INPATIENT_AMOUNTS).items():
        elements[at] = getattr(priced, name)
    return _with_remarks(elements, remarks, INPATIENT_REMARKS)


def _with_remarks(elements: list[Element], remarks: tuple[str, ...], places: tuple[int, ...]) -> list[Element]:
    if len(remarks) > len(places):
        raise TOO_MANY.error(field="remarks", most=str(len(places)))
    for at, remark in zip(places, remarks, strict=False):
        elements[at] = remark
    return elements
