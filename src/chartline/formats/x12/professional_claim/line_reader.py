"""One service line (loop 2400) from raw segments.

A large file spends most of its time here and in ``reader``: plain branches in the order of how often each segment
comes, local names, one split a segment. What most lines do not have is gathered apart.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.claim_parts.coverage import LineAdjudication
from chartline.formats.x12.claim_parts.coverage_reader import read_adjudication
from chartline.formats.x12.claim_parts.drug_reader import read_drug
from chartline.formats.x12.claim_parts.provider_reader import read_facility, read_place, read_provider
from chartline.formats.x12.claim_parts.rare_fields import Rare, add, add_date, add_shared
from chartline.formats.x12.claim_parts.raw_segments import BLANK, ENDS_LOOP, RawSegments
from chartline.formats.x12.claim_parts.value_reader import read_period, read_reference
from chartline.formats.x12.claim_parts.values import Form, FormAnswer, Measurement, ProviderNumber
from chartline.formats.x12.days import DAYS
from chartline.formats.x12.loops import INCOMPLETE
from chartline.formats.x12.professional_claim.line import (
    DurableCertification,
    DurableEquipment,
    LineDates,
    PurchasedService,
    ServiceLine,
)
from chartline.formats.x12.professional_claim.places import LINE_DATES, LINE_PROVIDERS
from chartline.formats.x12.quantities import QUANTITIES

_ENDS = ENDS_LOOP | {"LX"}
_NOTHING = Decimal(0)


def read_line(segments: RawSegments) -> tuple[ServiceLine, list[str]]:
    """The line after its LX, and the segment that ends it. Raises ``x12.incomplete`` without SV1 or service date."""
    mark, raws, composites = segments.mark, segments.raws, segments.composites
    service: list[str] | None = None
    first: date | None = None
    last: date | None = None
    control: str | None = None
    adjudications: tuple[LineAdjudication, ...] = ()
    rare: Rare = {}
    days = segments.service_days
    elements = next(raws, "").split(mark)
    while True:
        name = elements[0]
        if name == "SV1":
            service = elements
            if len(elements) < 8:
                elements += BLANK
            qualifier, code, modifiers, description = composites.procedures[elements[1]]
            charge = AMOUNTS[elements[2]]
            units = QUANTITIES[elements[4]] if elements[4] else _NOTHING
            pointers = composites.pointers[elements[7]]
            if len(elements) > 9:
                _indicators(elements, rare)
        elif name == "REF":
            if len(elements) < 3:
                elements += BLANK
            if elements[1] == "6R" and control is None:
                control = elements[2]
            elif elements[1] == "X4" and "clia" not in rare:
                rare["clia"] = elements[2]
            else:
                add(rare, "references", read_reference(elements, composites))
        elif name == "DTP":
            if len(elements) < 4:
                elements += BLANK
            if elements[1] != "472":
                add_date(rare, elements, LINE_DATES)
            elif first is None and elements[3]:
                first, last, _ = read_period(elements[3])
                if last is None and len(elements) == 4:
                    days[mark.join(elements)] = first
        elif name in _ENDS:
            break
        elif name == "SVD":
            decided, elements = read_adjudication(elements, segments)
            adjudications += (decided,)
            continue
        elif name == "NM1":
            elements = _party(elements, segments, rare)
            continue
        elif name == "LIN":
            rare["drug"], elements = read_drug(elements, segments)
            continue
        elif name == "LQ":
            form, elements = _form(elements, segments)
            add(rare, "forms", form)
            continue
        else:
            _other(elements, segments, rare)
        raw = next(raws, "")
        # Most lines are SV1, a day of service that came before, and a control number.
        if first is None and (known := days.get(raw)) is not None:
            first = known
            raw = next(raws, "")
        elements = raw.split(mark)
    if service is None or first is None:
        missing = "SV1" if service is None else "DTP*472"
        raise INCOMPLETE.error(missing=missing, near=f"{name} {segments.last().ordinal}")
    line = ServiceLine(
        code,
        charge,
        pointers,
        first,
        last,
        modifiers,
        units,
        service[3],
        control or "",
        service[5],
        adjudications,
        qualifier,
        description,
    )
    if rare:
        dates = rare.get("dates")
        if isinstance(dates, dict):
            rare["dates"] = LineDates(**dates)
        line = msgspec.structs.replace(line, **rare)
    return line, elements


def _indicators(elements: list[str], rare: Rare) -> None:
    elements = elements + BLANK
    for at, yes, field in (
        (9, "Y", "is_emergency"),
        (11, "Y", "is_screening"),
        (12, "Y", "is_family_planning"),
        (15, "0", "is_copay_exempt"),
    ):
        if elements[at] == yes:
            rare[field] = True


def _party(elements: list[str], segments: RawSegments, rare: Rare) -> list[str]:
    role = elements[1] if len(elements) > 1 else ""
    field = LINE_PROVIDERS.get(role, "")
    if role in ("77", "45"):
        value, following = read_facility(elements, segments)
        rare.setdefault(field, value)
        return following
    if role == "PW":
        place, following = read_place(elements, segments)
        rare.setdefault(field, place)
        return following
    provider, following = read_provider(elements, segments)
    if role == "QB":
        rare.setdefault(field, ProviderNumber(provider.npi, provider.is_organisation, provider.ids))
    elif field:
        rare.setdefault(field, provider)
    return following


def _other(elements: list[str], segments: RawSegments, rare: Rare) -> None:
    """A segment that most lines do not have. Raises ``x12.unreadable`` for an id that is none."""
    name = elements[0]
    elements = elements + BLANK
    if name == "AMT":
        if elements[1] in ("T", "F4"):
            rare["sales_tax" if elements[1] == "T" else "postage"] = AMOUNTS[elements[2]]
    elif name == "QTY":
        if elements[1] in ("PT", "FL"):
            rare["ambulance_patients" if elements[1] == "PT" else "anesthesia_units"] = QUANTITIES[elements[2]]
    elif name == "MEA":
        add(rare, "measurements", Measurement(elements[1], elements[2], QUANTITIES[elements[3]]))
    elif name == "CR3":
        rare["certification"] = DurableCertification(kind=elements[1], months=QUANTITIES[elements[3]])
    elif name == "PS1":
        rare["purchased_service"] = PurchasedService(provider_id=elements[1], charge=AMOUNTS[elements[2]])
    elif name == "SV5":
        rare["durable_equipment"] = DurableEquipment(
            code=segments.composites.procedures[elements[1]][1],
            days=QUANTITIES[elements[3]],
            rent=AMOUNTS[elements[4] or "0"],
            price=AMOUNTS[elements[5] or "0"],
            period=elements[6],
        )
    elif not add_shared(rare, elements):
        segments.step_over(name)


def _form(elements: list[str], segments: RawSegments) -> tuple[Form, list[str]]:
    head = elements + BLANK
    answers: list[FormAnswer] = []
    while (elements := segments.next())[0] == "FRM":
        elements += BLANK
        answers.append(
            FormAnswer(
                question=elements[1],
                choice=elements[2],
                text=elements[3],
                day=DAYS[elements[4]] if elements[4] else None,
                percent=QUANTITIES[elements[5]] if elements[5] else None,
            )
        )
    return Form(head[1], head[2], tuple(answers)), elements
