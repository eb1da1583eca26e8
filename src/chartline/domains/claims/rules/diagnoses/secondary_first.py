"""Some codes only add to others."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule, Severity

_NEVER_FIRST = ("Z3A", "Z37", "B95", "B96", "B97", "Z16", "Z66", "Z67", "Z68", "Z79", "Z80", "Z81", "Z82", "Z83", "Z84")


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.diagnoses and copy.diagnoses[0][:3] in _NEVER_FIRST:
        yield "diagnosis 1"


RULE = Rule(
    id="secondary-first",
    what="A code that only adds to another stands first.",
    why="Weeks of pregnancy, germs behind a disease, body mass or long use of a medicine are no reason for "
    "care by themselves.",
    fix="Put the condition that was treated first.",
    example="Body mass index as the first diagnosis.",
    repair=Repair.NONE,
    prevents=("11", "16"),
    places=places,
    source="ICD-10-CM guidelines, sections I.C.21 and III; notes at the categories.",
    severity=Severity.WARNING,
)
