"""One service is billed once."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, line in enumerate(copy.lines, 1):
        for other in context.others:
            same = (other.procedure, other.modifiers, other.service_date)
            if same == (line.procedure, line.modifiers, line.service_date):
                yield f"line {number}"
                break


RULE = Rule(
    id="duplicate-claim",
    what="Another claim of the patient has the same procedure, modifiers and date.",
    why="The second claim is denied as a duplicate, and may be read as abuse.",
    fix="Cancel one of the claims, or tell the services apart with a modifier such as 76 or 59.",
    example="A visit that was closed in two systems.",
    repair=Repair.NONE,
    prevents=("18", "B13"),
    places=places,
    source="X12 835 CARC 18; CMS claims processing manual, chapter 1, duplicates.",
)
