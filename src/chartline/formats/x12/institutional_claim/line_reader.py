"""One revenue line (loop 2400) from raw segments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.claim_parts.coverage import LineAdjudication
from chartline.formats.x12.claim_parts.coverage_reader import read_adjudication
from chartline.formats.x12.claim_parts.drug_reader import read_drug
from chartline.formats.x12.claim_parts.provider_reader import read_provider
from chartline.formats.x12.claim_parts.rare_fields import Rare, add, add_shared
from chartline.formats.x12.claim_parts.raw_segments import BLANK, ENDS_LOOP, RawSegments
from chartline.formats.x12.claim_parts.value_reader import money_or_none, read_period, read_reference
from chartline.formats.x12.institutional_claim.line import RevenueLine
from chartline.formats.x12.loops import INCOMPLETE
from chartline.formats.x12.quantities import QUANTITIES

_ENDS = ENDS_LOOP | {"LX"}
_PROVIDERS = {"72": "operating", "ZZ": "other_operating", "82": "rendering", "DN": "referring"}
_TAXES = {"GT": "service_tax", "N8": "facility_tax"}
_NOTHING = Decimal(0)


def read_line(segments: RawSegments) -> tuple[RevenueLine, list[str]]:
    """The line after its LX, and the segment that ends it. Raises ``x12.incomplete`` without SV2."""
    mark, raws, composites, days = segments.mark, segments.raws, segments.composites, segments.service_days
    service: list[str] | None = None
    first: date | None = None
    last: date | None = None
    control: str | None = None
    adjudications: tuple[LineAdjudication, ...] = ()
    rare: Rare = {}
    elements = next(raws, "").split(mark)
    while True:
        name = elements[0]
        if name == "SV2":
            service = elements
            if len(elements) < 8:
                elements += BLANK
            qualifier, code, modifiers, description = composites.procedures[elements[2]]
            charge = AMOUNTS[elements[3]]
            units = QUANTITIES[elements[5]] if elements[5] else _NOTHING
            not_covered = money_or_none(elements[7])
        elif name == "REF":
            if len(elements) < 3:
                elements += BLANK
            if elements[1] == "6R" and control is None:
                control = elements[2]
            else:
                add(rare, "references", read_reference(elements, composites))
        elif name == "DTP":
            if elements[1:2] == ["472"] and first is None and len(elements) > 3 and elements[3]:
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
            field = _PROVIDERS.get(elements[1] if len(elements) > 1 else "")
            provider, elements = read_provider(elements, segments)
            if field:
                rare.setdefault(field, provider)
            continue
        elif name == "LIN":
            rare["drug"], elements = read_drug(elements, segments)
            continue
        elif name == "AMT":
            if elements[1:2] and elements[1] in _TAXES:
                rare[_TAXES[elements[1]]] = AMOUNTS[(elements + BLANK)[2]]
        elif not add_shared(rare, elements):
            segments.step_over(name)
        raw = next(raws, "")
        if first is None and (known := days.get(raw)) is not None:
            first = known
            raw = next(raws, "")
        elements = raw.split(mark)
    if service is None:
        raise INCOMPLETE.error(missing="SV2", near=f"{name} {segments.last().ordinal}")
    line = RevenueLine(
        service[1],
        charge,
        units,
        service[4],
        code,
        modifiers,
        first,
        last,
        control or "",
        not_covered,
        adjudications,
        qualifier or "HC",
        description,
    )
    known_fields = {field: value for field, value in rare.items() if field in _FIELDS}
    return msgspec.structs.replace(line, **known_fields) if known_fields else line, elements


_FIELDS = frozenset(RevenueLine.__struct_fields__)
