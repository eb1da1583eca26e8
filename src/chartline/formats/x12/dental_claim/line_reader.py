"""One dental service (loop 2400) from raw segments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.claim_parts.coverage import LineAdjudication
from chartline.formats.x12.claim_parts.coverage_reader import read_adjudication
from chartline.formats.x12.claim_parts.provider_reader import read_facility, read_provider
from chartline.formats.x12.claim_parts.rare_fields import Rare, add, add_date, add_shared
from chartline.formats.x12.claim_parts.raw_segments import BLANK, ENDS_LOOP, RawSegments
from chartline.formats.x12.claim_parts.value_reader import read_period, read_reference
from chartline.formats.x12.dental_claim.line import DentalLine, DentalLineDates, Tooth
from chartline.formats.x12.dental_claim.places import LINE_DATES, LINE_PROVIDERS
from chartline.formats.x12.loops import INCOMPLETE
from chartline.formats.x12.quantities import QUANTITIES

_ENDS = ENDS_LOOP | {"LX"}
_ONE = Decimal(1)
_FIELDS = frozenset(DentalLine.__struct_fields__)


def read_line(segments: RawSegments) -> tuple[DentalLine, list[str]]:
    """The line after its LX, and the segment that ends it. Raises ``x12.incomplete`` without SV3."""
    mark, raws, composites, days = segments.mark, segments.raws, segments.composites, segments.service_days
    service: list[str] | None = None
    first: date | None = None
    last: date | None = None
    control: str | None = None
    teeth: tuple[Tooth, ...] = ()
    adjudications: tuple[LineAdjudication, ...] = ()
    rare: Rare = {}
    elements = next(raws, "").split(mark)
    while True:
        name = elements[0]
        if name == "SV3":
            service = elements
            if len(elements) < 12:
                elements += BLANK
            qualifier, code, modifiers, description = composites.procedures[elements[1]]
            charge = AMOUNTS[elements[2]]
            # An absent SV306 means one.
            units = QUANTITIES[elements[6]] if elements[6] else _ONE
            areas = tuple(area for area in composites.parts[elements[4]] if area)
            pointers = composites.pointers[elements[11]]
        elif name == "TOO":
            elements += BLANK
            surfaces = tuple(surface for surface in composites.parts[elements[3]] if surface)
            teeth += (Tooth(elements[2], surfaces),)
        elif name == "REF":
            if len(elements) < 3:
                elements += BLANK
            if elements[1] == "6R" and control is None:
                control = elements[2]
            else:
                add(rare, "references", read_reference(elements, composites))
        elif name == "DTP":
            if elements[1:2] != ["472"]:
                add_date(rare, elements, LINE_DATES)
            elif first is None and len(elements) > 3 and elements[3]:
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
        elif name == "AMT":
            if elements[1:2] == ["T"]:
                rare["sales_tax"] = AMOUNTS[(elements + BLANK)[2]]
        elif not add_shared(rare, elements):
            segments.step_over(name)
        raw = next(raws, "")
        if first is None and (known := days.get(raw)) is not None:
            first = known
            raw = next(raws, "")
        elements = raw.split(mark)
    if service is None:
        raise INCOMPLETE.error(missing="SV3", near=f"{name} {segments.last().ordinal}")
    line = DentalLine(
        code,
        charge,
        first,
        last,
        modifiers,
        teeth,
        areas,
        units,
        service[3],
        service[5],
        pointers,
        control or "",
        adjudications,
        qualifier,
        description,
    )
    dates = rare.get("dates")
    if isinstance(dates, dict):
        rare["dates"] = DentalLineDates(**dates)
    came = {field: value for field, value in rare.items() if field in _FIELDS}
    return msgspec.structs.replace(line, **came) if came else line, elements


def _party(elements: list[str], segments: RawSegments, rare: Rare) -> list[str]:
    role = elements[1] if len(elements) > 1 else ""
    if role == "77":
        facility, following = read_facility(elements, segments)
        rare.setdefault("facility", facility)
        return following
    provider, following = read_provider(elements, segments)
    if role in LINE_PROVIDERS:
        rare.setdefault(LINE_PROVIDERS[role], provider)
    return following
