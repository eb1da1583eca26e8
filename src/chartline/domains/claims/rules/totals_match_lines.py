"""The first check of every clearinghouse."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.rule import Repair, Rule, RuleContext


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.total != sum(line.amount for line in copy.lines):
        yield "total"


RULE = Rule(
    id="totals-match-lines",
    what="The claim total is not the sum of its lines.",
    why="A claim whose sums disagree is rejected unread.",
    fix="Capture the charges again; the total follows from the lines.",
    example="Total 175.00 with one line of 150.00.",
    repair=Repair.SAFE,
    prevents=("16",),
    places=places,
)
