"""Which marks a search over hashed dates (birth, death) looks at: days, months, years or decades.

The marks answer a superset; the body decides. Refuses ``ne``, which says nothing about where to look.
"""

from __future__ import annotations

from collections.abc import Sequence

from chartline.formats.fhir.search.query import AskedDate
from chartline.platform.records.forms import reaching_marks, span_marks

_WIDE = 2**61
"""Further out than any date."""


def marks(asked: Sequence[AskedDate]) -> list[str] | None:
    """The marks of the time in which a date must lie to meet all of the comparisons; None for no limit at all."""
    lo, hi = -_WIDE, _WIDE
    for one in asked:
        first, last = _limits(one)
        lo, hi = max(lo, first), min(hi, last)
    if lo >= hi:
        return []
    if lo == -_WIDE and hi == _WIDE:
        return None
    if len(asked) == 1 and asked[0].prefix == "eq":
        return span_marks(lo, hi)
    return reaching_marks(lo, hi)


def _limits(asked: AskedDate) -> tuple[int, int]:
    """What a date that meets the comparison touches at least: a half-open span."""
    if asked.prefix in {"eq", "ap"}:
        return asked.lo, asked.hi
    if asked.prefix in {"gt", "ge", "sa"}:
        return asked.lo, _WIDE
    if asked.prefix in {"lt", "le", "eb"}:
        return -_WIDE, asked.hi
    return -_WIDE, _WIDE
