"""A visit in a nursing facility is there."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import NURSING
from chartline.domains.claims.rules.reading import numbered, place_of
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule

_PLACES = frozenset({"02", "10", "31", "32", "54", "56"})


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if line.procedure in NURSING and place_of(copy, line) not in _PLACES:
            yield place


RULE = Rule(
    id="nursing-visit-place",
    what="A nursing facility visit stands with another place.",
    why="Procedure and place contradict each other; the line is denied.",
    fix="Set the place to 31 or 32.",
    example="99309 at place 11.",
    repair=Repair.NONE,
    prevents=("5",),
    places=places,
    source="CMS list of places of service; claims processing manual, chapter 12, section 30.6.",
    kinds=frozenset({PROFESSIONAL}),
)
