"""The last day for a claim comes sooner than one thinks."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule, Severity

NEAR = 14
"""Days before the limit."""


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    age = (context.today - copy.service_date).days
    if (
        not context.own_history
        and context.filing_days - NEAR <= age <= context.filing_days
        and context.filing_days > 2 * NEAR
    ):
        yield "service date"


RULE = Rule(
    id="filing-limit-near",
    what="The filing limit is less than two weeks away.",
    why="A rejection now may leave no time to send the claim again.",
    fix="Send it today, and look for the acknowledgement tomorrow.",
    example="A limit of 90 days and a visit 80 days ago.",
    repair=Repair.NONE,
    prevents=("29",),
    places=places,
    source="X12 835 CARC 29; limits by contract.",
    severity=Severity.WARNING,
)
