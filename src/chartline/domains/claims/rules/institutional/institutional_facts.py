"""An institutional claim says what a professional one does not."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.institutional is None:
        yield "institutional facts"


RULE = Rule(
    id="institutional-facts",
    what="The claim is institutional and lacks bill type, statement days and patient status.",
    why="No hospital claim is processed without them.",
    fix="Enter the institutional facts of the stay or visit.",
    example="An institutional claim made like a professional one.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837I CLM05, DTP*434 and CL1; form locators 4, 6 and 17.",
    kinds=frozenset({INSTITUTIONAL}),
)
