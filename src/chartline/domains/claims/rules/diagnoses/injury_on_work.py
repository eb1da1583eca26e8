"""An injury at work is billed to the employer's insurer."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if "EM" in copy.related_causes and copy.coverage.filing != "WC":
        yield "related cause"


RULE = Rule(
    id="injury-on-work",
    what="The claim says that employment caused the condition, but does not go to workers' compensation.",
    why="A health plan denies what the insurer of the employer has to pay.",
    fix="Bill workers' compensation, or correct the cause.",
    example="Cause employment on a claim to a health plan.",
    repair=Repair.NONE,
    prevents=("19",),
    places=places,
    source="X12 835 CARC 19; NUCC 1500 box 10a.",
    severity=Severity.WARNING,
)
