"""One service is billed once."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    seen: set[tuple[object, ...]] = set()
    for number, line in enumerate(copy.lines, 1):
        key = (line.procedure, line.modifiers, line.service_date)
        if key in seen:
            yield f"line {number}"
        seen.add(key)


RULE = Rule(
    id="duplicate-line",
    what="Two lines have the same procedure, modifiers and date.",
    why="The second one is denied as a duplicate.",
    fix="Merge the lines into one with more units, or tell them apart with a modifier such as 76 or 59.",
    example="The same code on two lines.",
    repair=Repair.NONE,
    prevents=("18",),
    places=places,
    source="X12 835 CARC 18; CMS claims processing manual, chapter 1, duplicates.",
)
