"""Care of an admitted patient happens in a hospital."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import HOSPITAL
from chartline.domains.claims.rules.reading import numbered, place_of
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule

_PLACES = frozenset({"02", "10", "19", "21", "22", "23", "24", "31", "34", "51", "52", "61"})


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if line.procedure in HOSPITAL and place_of(copy, line) not in _PLACES:
            yield place


RULE = Rule(
    id="hospital-visit-place",
    what="Hospital care stands with a place that is no hospital.",
    why="Procedure and place contradict each other; the line is denied.",
    fix="Set the place to 21 or 22, or choose the code of an office visit.",
    example="99223 at place 11.",
    repair=Repair.NONE,
    prevents=("5",),
    places=places,
    source="CMS list of places of service; claims processing manual, chapter 12, section 30.6.",
    kinds=frozenset({PROFESSIONAL}),
)
