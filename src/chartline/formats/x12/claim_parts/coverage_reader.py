"""Other payers' part of a claim: loop 2320 with its names, and loop 2430 at the lines.

Each function takes the elements of the segment that begins the loop and gives the value and the segment that follows.
"""

from __future__ import annotations

from datetime import date

import msgspec

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.claim_parts.coverage import LineAdjudication, OtherCoverage, ProviderAtPayer
from chartline.formats.x12.claim_parts.pricing import read_inpatient, read_outpatient
from chartline.formats.x12.claim_parts.raw_segments import BLANK, ENDS_LOOP, RawSegments
from chartline.formats.x12.claim_parts.value_reader import quantity_or_none, read_address, read_period
from chartline.formats.x12.claim_parts.values import Reference
from chartline.formats.x12.quantities import QUANTITIES
from chartline.formats.x12.record import Address, PersonName
from chartline.formats.x12.remittance.model import Adjustment
from chartline.kernel.money import Money

_ENDS = ENDS_LOOP | {"LX", "SBR"}
_AMOUNTS = {"D": "paid", "A8": "not_covered", "EAF": "remaining"}
_PAYER_REFERENCES = {"F8": "payer_control_number", "G1": "prior_authorization", "9F": "referral"}


def read_adjustments(elements: list[str]) -> tuple[Adjustment, ...]:
    """One CAS: reason, amount and quantity up to six times."""
    if len(elements) == 4:
        return (Adjustment(elements[1], elements[2], AMOUNTS[elements[3]]),)
    elements = elements + BLANK
    return tuple(
        Adjustment(elements[1], elements[at], AMOUNTS[elements[at + 1]], quantity_or_none(elements[at + 2]))
        for at in range(2, 20, 3)
        if elements[at] or elements[at + 1]
    )


def read_coverage(insurance: list[str], segments: RawSegments) -> tuple[OtherCoverage, list[str]]:
    """Another payer's coverage from its SBR to the next one or the first line."""
    insurance = insurance + BLANK
    amounts: dict[str, Money] = {}
    numbers: dict[str, str] = {}
    adjustments: tuple[Adjustment, ...] = ()
    outpatient = inpatient = None
    remarks: tuple[str, ...] = ()
    other = name = payer = BLANK
    places: dict[str, list[str]] = {}
    addresses: dict[str, Address] = {}
    ids: tuple[Reference, ...] = ()
    payer_ids: tuple[Reference, ...] = ()
    providers: list[ProviderAtPayer] = []
    paid_on: date | None = None
    is_adjusted = False
    role = ""
    while (elements := segments.next())[0] not in _ENDS:
        kind = elements[0]
        elements += BLANK
        if kind == "NM1":
            role = elements[1]
            if role == "IL":
                name = elements
            elif role == "PR":
                payer = elements
            else:
                providers.append(ProviderAtPayer(role, (), elements[2] == "2"))
        elif kind == "REF":
            if role == "IL":
                ids += (Reference(elements[1], elements[2]),)
            elif role != "PR":
                if providers:
                    last = providers.pop()
                    number = Reference(elements[1], elements[2])
                    providers.append(ProviderAtPayer(last.role, (*last.ids, number), last.is_organisation))
            elif elements[1] == "T4" and elements[2] == "Y":
                is_adjusted = True
            elif elements[1] in _PAYER_REFERENCES and _PAYER_REFERENCES[elements[1]] not in numbers:
                numbers[_PAYER_REFERENCES[elements[1]]] = elements[2]
            else:
                payer_ids += (Reference(elements[1], elements[2]),)
        elif kind == "CAS":
            adjustments += read_adjustments(elements[: -len(BLANK)])
        elif kind == "AMT":
            if elements[1] in _AMOUNTS:
                amounts[_AMOUNTS[elements[1]]] = AMOUNTS[elements[2]]
        elif kind == "OI":
            other = elements
        elif kind == "MOA":
            outpatient, found = read_outpatient(elements)
            remarks += found
        elif kind == "MIA":
            inpatient, found = read_inpatient(elements)
            remarks += found
        elif kind == "N3":
            places[role] = elements
        elif kind == "N4":
            addresses[role] = read_address(places.get(role, []), elements)
        elif kind == "DTP":
            if elements[1] == "573":
                paid_on = read_period(elements[3])[0]
        else:
            segments.step_over(kind)
    coverage = OtherCoverage(
        order=insurance[1],
        relationship=insurance[2],
        group=insurance[3],
        group_name=insurance[4],
        insurance_type=insurance[5],
        filing=insurance[9],
        adjustments=adjustments,
        benefits_assigned=other[3],
        signature_source=other[4],
        release=other[6],
        name=PersonName(last=name[3], first=name[4], middle=name[5], suffix=name[7]),
        is_organisation=name[2] == "2",
        member_id=name[9],
        member_id_kind=name[8] or "MI",
        payer_name=payer[3],
        payer_id=payer[9],
        payer_id_kind=payer[8] or "PI",
    )
    rare: dict[str, object] = {
        "remarks": remarks,
        "outpatient": outpatient,
        "inpatient": inpatient,
        "ids": ids,
        "paid_on": paid_on,
        "payer_ids": payer_ids,
        "providers": tuple(providers),
        "is_adjusted": is_adjusted,
        "address": addresses.get("IL") or _street(places, "IL"),
        "payer_address": addresses.get("PR") or _street(places, "PR"),
        **numbers,
    }
    came = {field: value for field, value in rare.items() if value}
    # An amount of nothing is still an amount.
    came |= amounts
    return msgspec.structs.replace(coverage, **came) if came else coverage, elements


def _street(places: dict[str, list[str]], role: str) -> Address | None:
    return read_address(places[role], []) if role in places else None


def read_adjudication(decided: list[str], segments: RawSegments) -> tuple[LineAdjudication, list[str]]:
    """Another payer's decision about a line, from its SVD."""
    if len(decided) < 7:
        decided += BLANK
    qualifier, code, modifiers, description = segments.composites.procedures[decided[3]]
    paid = AMOUNTS[decided[2]]
    units = QUANTITIES[decided[5] or "0"]
    bundled = decided[6]
    if bundled and not (bundled.isascii() and bundled.isdigit() and len(bundled) < 7):
        raise ValueError("not a line number")
    adjustments: tuple[Adjustment, ...] = ()
    paid_on: date | None = None
    remaining: Money | None = None
    while (elements := segments.next())[0] in ("CAS", "DTP", "AMT"):
        if elements[0] == "CAS":
            adjustments += read_adjustments(elements)
        elif elements[0] == "DTP":
            if elements[1:2] == ["573"] and len(elements) > 3:
                paid_on = read_period(elements[3])[0]
        elif elements[1:2] == ["EAF"] and len(elements) > 2:
            remaining = AMOUNTS[elements[2]]
    adjudication = LineAdjudication(
        payer_id=decided[1],
        paid=paid,
        qualifier=qualifier or "HC",
        code=code,
        modifiers=modifiers,
        description=description,
        revenue_code=decided[4],
        units=units,
        bundled_line=int(bundled) if bundled else None,
        adjustments=adjustments,
        paid_on=paid_on,
        remaining=remaining,
    )
    return adjudication, elements
