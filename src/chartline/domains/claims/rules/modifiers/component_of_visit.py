"""A visit has no technical part."""

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
        if {"26", "TC"} & set(line.modifiers) and line.procedure in EVALUATION:
            yield place


RULE = Rule(
    id="component-of-visit",
    what="Modifier 26 or TC stands on a visit.",
    why="Only tests have a professional and a technical part.",
    fix="Take the modifier off.",
    example="26 on an office visit.",
    repair=Repair.NONE,
    prevents=("4",),
    places=places,
    source="CMS physician fee schedule, indicator of professional and technical components.",
    kinds=MEDICAL,
)
