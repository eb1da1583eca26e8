"""The first check of every clearinghouse."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.total != sum(line.amount for line in copy.lines):
        yield "total"


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    return replace(copy, total=sum(line.amount for line in copy.lines))


RULE = Rule(
    id="totals-match-lines",
    what="The claim total is not the sum of its lines.",
    why="A claim whose sums disagree is rejected unread.",
    fix="Capture the charges again; the total follows from the lines.",
    example="Total 175.00 with one line of 150.00.",
    repair=Repair.ASK,
    prevents=("16",),
    places=places,
    mend=mend,
    source="X12 837 CLM02: the total is the sum of the lines; NUCC 1500 box 28.",
)
