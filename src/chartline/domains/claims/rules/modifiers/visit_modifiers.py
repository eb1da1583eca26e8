"""Some modifiers belong to visits alone."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import EVALUATION, EXTRA_EVALUATION
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if {"24", "25", "57"} & set(line.modifiers) and not (
            line.procedure in EVALUATION or line.procedure in EXTRA_EVALUATION
        ):
            yield place


RULE = Rule(
    id="visit-modifiers",
    what="Modifier 24, 25 or 57 stands on a service that is no visit.",
    why="They say that a visit was apart from a procedure; on the procedure itself payers deny them.",
    fix="Move the modifier to the visit.",
    example="25 on psychotherapy.",
    repair=Repair.NONE,
    prevents=("4",),
    places=places,
    source="NCCI policy manual, chapter 1; CMS claims processing manual, chapter 12.",
    severity=Severity.WARNING,
    kinds=MEDICAL,
)
