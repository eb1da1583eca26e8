"""A visit to a home is at home."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import HOME
from chartline.domains.claims.rules.reading import numbered, place_of
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule

_PLACES = frozenset({"02", "04", "10", "12", "13", "14", "16", "33", "55", "56"})


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if line.procedure in HOME and place_of(copy, line) not in _PLACES:
            yield place


RULE = Rule(
    id="home-visit-place",
    what="A home visit stands with a place that nobody lives at.",
    why="Procedure and place contradict each other; the line is denied.",
    fix="Set the place where the patient lives, or choose the code of an office visit.",
    example="99349 at place 11.",
    repair=Repair.NONE,
    prevents=("5",),
    places=places,
    source="CMS list of places of service; claims processing manual, chapter 12, section 30.6.",
    kinds=frozenset({PROFESSIONAL}),
)
