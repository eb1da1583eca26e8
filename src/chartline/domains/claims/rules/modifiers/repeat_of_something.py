"""What is repeated was there before."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if not {"76", "77"} & set(line.modifiers):
            continue
        same = sum(1 for one in copy.lines if (one.procedure, one.service_date) == (line.procedure, line.service_date))
        before = any((one.procedure, one.service_date) == (line.procedure, line.service_date) for one in context.others)
        if same < 2 and not before:
            yield place


RULE = Rule(
    id="repeat-of-something",
    what="Modifier 76 or 77 stands on a service that is not there a first time.",
    why="It says that a service was repeated on the same day; payers look for the first one.",
    fix="Bill the first service too, or take the modifier off.",
    example="One chest film with 76.",
    repair=Repair.NONE,
    prevents=("4", "18"),
    places=places,
    source="CMS claims processing manual, chapter 12: repeat procedures.",
    severity=Severity.WARNING,
    kinds=MEDICAL,
)
