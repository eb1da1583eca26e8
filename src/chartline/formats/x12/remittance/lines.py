"""One service line (loop 2110) from raw segments.

This and ``claims`` are the two loops that a large file spends its time in: plain branches, local names, one split a
segment. A text that is no amount, date or quantity raises ValueError; ``mistakes`` then says where and which.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.days import DAYS
from chartline.formats.x12.quantities import QUANTITIES
from chartline.formats.x12.remittance.model import Adjustment, Amount, Quantity, Reference, RemittanceLine
from chartline.formats.x12.remittance.segments import Segments
from chartline.kernel.money import Money

ENDS_CLAIM = frozenset({"CLP", "LX", "PLB", "SE", "ST", "GE", "GS", "IEA", "ISA", ""})
"""Ids that end a claim; the empty one stands for the end of the file."""

_ENDS_LINE = ENDS_CLAIM | {"SVC"}
_SVC_ELEMENTS = 7
_LAST_TRIPLE = 17
_ONE = Decimal(1)
_BLANK = [""] * _SVC_ELEMENTS


def read_line(service: list[str], segments: Segments) -> tuple[RemittanceLine, list[str]]:
    """The line that begins with this SVC, and the segment that ended it."""
    mark, amounts = segments.mark, segments.amounts
    if len(service) <= _SVC_ELEMENTS:
        service += _BLANK
    qualifier, code, modifiers, description = segments.procedures[service[1]]
    charged = amounts[service[2]]
    paid = amounts[service[3] or "0"]
    # An absent SVC05 means one unit.
    units = QUANTITIES[service[5]] if service[5] else _ONE
    original = segments.composite(service[6]) if service[6] else ()
    original_units = QUANTITIES[service[7]] if service[7] else None
    adjustments: tuple[Adjustment, ...] = ()
    references: tuple[Reference, ...] = ()
    extra: tuple[Amount, ...] = ()
    remarks: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    rejects: tuple[str, ...] = ()
    first: date | None = None
    day: date | None = None
    through: date | None = None
    control: str | None = None
    allowed: Money | None = None
    elements: list[str] = [""]
    for raw in segments.raws:
        elements = raw.split(mark)
        if " " in raw:
            elements = [element.strip() for element in elements]
        name = elements[0]
        if name == "CAS":
            if len(elements) == 4:
                adjustments += (Adjustment(elements[1], elements[2], amounts[elements[3]]),)
            else:
                adjustments += read_adjustments(elements, segments)
        elif name == "REF":
            if len(elements) < 3:
                elements += _BLANK
            if elements[1] != "6R":
                references += (Reference(elements[1], elements[2]),)
            elif control is None:
                control = elements[2]
        elif name == "AMT":
            if len(elements) < 3:
                elements += _BLANK
            if elements[1] != "B6":
                extra += (Amount(elements[1], amounts[elements[2]]),)
            elif allowed is None:
                allowed = amounts[elements[2]]
        elif name == "DTM":
            if len(elements) > 2 and elements[2]:
                kind = elements[1]
                if kind == "472":
                    day = day or DAYS[elements[2]]
                elif kind == "150":
                    first = first or DAYS[elements[2]]
                elif kind == "151":
                    through = through or DAYS[elements[2]]
        elif name in _ENDS_LINE:
            break
        elif name == "LQ":
            if len(elements) > 2:
                if elements[1] == "HE":
                    remarks += (elements[2],)
                elif elements[1] == "RX":
                    rejects += (elements[2],)
        elif name == "QTY":
            if len(elements) > 2 and elements[2]:
                quantities += (Quantity(elements[1], QUANTITIES[elements[2]]),)
        else:
            segments.last()
    else:
        elements = [""]
    line = RemittanceLine(
        code,
        charged,
        paid,
        qualifier,
        modifiers,
        service[4],
        units,
        original,
        original_units,
        day or first,
        through,
        adjustments,
        control or "",
        references,
        allowed,
        extra,
        remarks,
        description,
        quantities,
        rejects,
    )
    return line, elements


def read_adjustments(elements: list[str], segments: Segments) -> tuple[Adjustment, ...]:
    """The adjustments of one CAS: reason, amount and quantity up to six times."""
    found: list[Adjustment] = []
    last = min(len(elements) - 1, _LAST_TRIPLE)
    elements = elements + _BLANK
    for number in range(2, last + 1, 3):
        reason, amount, quantity = elements[number : number + 3]
        if reason or amount:
            found.append(
                Adjustment(elements[1], reason, segments.amounts[amount], QUANTITIES[quantity] if quantity else None)
            )
    return tuple(found)
