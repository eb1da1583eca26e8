"""A late claim says why."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.delay_reason and copy.delay_reason not in _REASONS:
        yield "delay reason"


_REASONS = frozenset({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "15"})


RULE = Rule(
    id="late-with-reason",
    what="The delay reason is not one of the published codes.",
    why="The reason is what makes a payer look at a late claim; an unknown one is rejected.",
    fix="Choose a code: 1 proof of eligibility, 3 authorization delays, 7 third party processing, 11 other.",
    example="Reason 99.",
    repair=Repair.NONE,
    prevents=("16", "29"),
    places=places,
    source="X12 837 CLM20.",
)
