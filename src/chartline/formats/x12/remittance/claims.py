"""One claim (loop 2100) from raw segments; what ``lines`` says holds here too."""

from __future__ import annotations

from datetime import date

from chartline.formats.x12.days import DAYS
from chartline.formats.x12.remittance.lines import ENDS_CLAIM, read_adjustments, read_line
from chartline.formats.x12.remittance.model import (
    Adjustment,
    Amount,
    Insured,
    Reference,
    RemittanceClaim,
    RemittanceLine,
    ServiceProvider,
)
from chartline.formats.x12.remittance.parties import read_insured, read_provider
from chartline.formats.x12.remittance.rarities import Rarities
from chartline.formats.x12.remittance.segments import Segments
from chartline.kernel.money import Money

_CLP_ELEMENTS = 9
_NM1_ELEMENTS = 9
_BLANK = [""] * _NM1_ELEMENTS


def read_claim(clp: list[str], segments: Segments, group: str) -> tuple[RemittanceClaim, list[str]]:
    """The claim that begins with this CLP, and the segment that ended it."""
    mark, amounts = segments.mark, segments.amounts
    rare: Rarities | None = None
    if len(clp) != _CLP_ELEMENTS + 1:
        if len(clp) > _CLP_ELEMENTS + 1:
            rare = Rarities(clp)
        clp += _BLANK
    charged = amounts[clp[3]]
    paid = amounts[clp[4]]
    responsibility: Money | None = amounts[clp[5]] if clp[5] else None
    adjustments: tuple[Adjustment, ...] = ()
    references: tuple[Reference, ...] = ()
    extra: tuple[Amount, ...] = ()
    remarks: tuple[str, ...] = ()
    lines: list[RemittanceLine] = []
    patient: Insured | None = None
    subscriber: Insured | None = None
    corrected: Insured | None = None
    rendering: ServiceProvider | None = None
    rendering_npi: str | None = None
    first: date | None = None
    through: date | None = None
    received: date | None = None
    elements: list[str] = [""]
    for raw in segments.raws:
        elements = raw.split(mark)
        if " " in raw:
            elements = [element.strip() for element in elements]
        name = elements[0]
        if name == "SVC":
            while elements[0] == "SVC":
                line, elements = read_line(elements, segments)
                lines.append(line)
            break
        if name == "NM1":
            if len(elements) <= _NM1_ELEMENTS:
                elements += _BLANK
            role = elements[1]
            if role == "QC":
                patient = patient or read_insured(elements)
            elif role == "82":
                if rendering_npi is None:
                    rendering_npi = elements[9]
                    rendering = read_provider(elements)
            elif role == "IL":
                subscriber = subscriber or read_insured(elements)
            elif role == "74":
                corrected = corrected or read_insured(elements)
            else:
                rare = rare or Rarities(clp)
                rare.take(elements, segments)
        elif name == "DTM":
            if len(elements) > 2 and elements[2]:
                kind = elements[1]
                if kind == "232":
                    first = first or DAYS[elements[2]]
                elif kind == "233":
                    through = through or DAYS[elements[2]]
                elif kind == "050":
                    received = received or DAYS[elements[2]]
                elif kind == "036":
                    rare = rare or Rarities(clp)
                    rare.take(elements, segments)
        elif name == "REF":
            if len(elements) < 3:
                elements += _BLANK
            references += (Reference(elements[1], elements[2]),)
        elif name == "AMT":
            if len(elements) < 3:
                elements += _BLANK
            extra += (Amount(elements[1], amounts[elements[2]]),)
        elif name == "CAS":
            adjustments += read_adjustments(elements, segments)
        elif name == "MOA" and len(elements) < 9 and not any(elements[1:3]):
            # Remarks only, as nearly always.
            remarks += tuple(filter(None, elements[3:]))
        elif name in ENDS_CLAIM:
            break
        else:
            rare = rare or Rarities(clp)
            rare.take(elements, segments)
    else:
        elements = [""]
    # Written out twice, because an unpacked argument costs a tenth of a claim.
    if rare is None:
        claim = RemittanceClaim(
            clp[1],
            clp[2],
            charged,
            paid,
            responsibility,
            clp[6],
            clp[7],
            clp[8],
            clp[9],
            patient,
            subscriber,
            corrected,
            rendering_npi or "",
            adjustments,
            remarks,
            references,
            first,
            through,
            received,
            extra,
            tuple(lines),
            group,
            rendering,
        )
    else:
        claim = RemittanceClaim(
            clp[1],
            clp[2],
            charged,
            paid,
            responsibility,
            clp[6],
            clp[7],
            clp[8],
            clp[9],
            patient,
            subscriber,
            corrected,
            rendering_npi or "",
            adjustments,
            rare.remarks + remarks,
            references,
            first,
            through,
            received,
            extra,
            tuple(lines),
            group,
            rendering,
            *rare.fields(),
        )
    return claim, elements
