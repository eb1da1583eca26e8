"""An admitted patient is not visited in the office."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import OFFICE
from chartline.domains.claims.rules.reading import numbered, place_of
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if line.procedure in OFFICE and place_of(copy, line) in ("21", "23", "31", "51"):
            yield place


RULE = Rule(
    id="office-visit-place",
    what="An office visit stands with a place for admitted patients or emergencies.",
    why="These places have visits of their own; the line is denied.",
    fix="Choose the code of hospital, emergency or nursing care, or correct the place.",
    example="99213 at place 21.",
    repair=Repair.NONE,
    prevents=("5",),
    places=places,
    source="CMS claims processing manual, chapter 12, section 30.6.",
    kinds=frozenset({PROFESSIONAL}),
)
