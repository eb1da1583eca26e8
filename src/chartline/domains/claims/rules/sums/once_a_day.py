"""A whole session has no second unit."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import ONCE_A_DAY
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if line.units > 1 and line.procedure in ONCE_A_DAY:
            yield place


RULE = Rule(
    id="once-a-day",
    what="A code of a whole visit or session has more than one unit.",
    why="Payers deny the line or pay one unit: the code stands for the whole of it.",
    fix="Bill one unit; a second session of the day is a line of its own with a modifier.",
    example="Two units of an hour of psychotherapy.",
    repair=Repair.NONE,
    prevents=("151", "222"),
    places=places,
    source="CMS medically unlikely edits and the NCCI policy manual, chapter 11.",
    kinds=MEDICAL,
)
