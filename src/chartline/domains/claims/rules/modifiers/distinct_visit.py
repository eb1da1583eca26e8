"""A visit is told apart by 25, not by 59."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import EVALUATION
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if {"59", "XE", "XP", "XS", "XU"} & set(line.modifiers) and line.procedure in EVALUATION:
            yield place


RULE = Rule(
    id="distinct-visit",
    what="Modifier 59 or an X modifier stands on a visit.",
    why="It is for procedures; on a visit payers take it for nothing and bundle the visit.",
    fix="Use modifier 25 on the visit if it was significant and separate.",
    example="59 on an office visit.",
    repair=Repair.NONE,
    prevents=("4",),
    places=places,
    source="NCCI policy manual, chapter 1, modifier 59.",
    kinds=MEDICAL,
)
