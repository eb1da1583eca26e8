"""Emergency visits happen in an emergency room."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import EMERGENCY
from chartline.domains.claims.rules.reading import numbered, place_of
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule

_PLACES = frozenset({"23", "02", "10"})


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if line.procedure in EMERGENCY and place_of(copy, line) not in _PLACES:
            yield place


RULE = Rule(
    id="emergency-place",
    what="An emergency department visit stands with another place.",
    why="Payers pay these codes in an emergency department alone.",
    fix="Set the place to 23, or choose the code of an office visit.",
    example="99284 at place 11.",
    repair=Repair.NONE,
    prevents=("5",),
    places=places,
    source="CMS list of places of service; claims processing manual, chapter 12, section 30.6.",
    kinds=frozenset({PROFESSIONAL}),
)
