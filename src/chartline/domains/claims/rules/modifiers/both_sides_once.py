"""Both sides are one unit."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if "50" in line.modifiers and line.units > 1:
            yield place


RULE = Rule(
    id="both-sides-once",
    what="Modifier 50 stands with more than one unit.",
    why="It doubles the price already; Medicare and most payers want one unit.",
    fix="Bill one unit with 50, or two lines with LT and RT.",
    example="50 with two units.",
    repair=Repair.NONE,
    prevents=("4", "151"),
    places=places,
    source="CMS claims processing manual, chapter 12, section 40.7.",
    severity=Severity.WARNING,
    kinds=MEDICAL,
)
