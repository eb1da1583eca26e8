"""The mouth has named parts."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import DENTAL, Repair, Rule

_PARTS = frozenset({"00", "01", "02", "10", "20", "30", "40"})
_BY_QUADRANT = frozenset({"D4210", "D4240", "D4260", "D4341", "D4342"})


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if any(one not in _PARTS for one in line.areas) or (line.procedure in _BY_QUADRANT and not line.areas):
            yield place


RULE = Rule(
    id="mouth-areas",
    what="A part of the mouth is unknown, or a service of a quarter names none.",
    why="Plans pay such services once for each quarter.",
    fix="Enter 10, 20, 30 or 40 for the quarter, 01 or 02 for a jaw, 00 for all.",
    example="Deep cleaning without a quarter.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837D SV304; ADA dental claim form, box 25.",
    kinds=frozenset({DENTAL}),
)
