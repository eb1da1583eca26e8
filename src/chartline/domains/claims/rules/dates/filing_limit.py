"""Every payer has a last day for a claim."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if not context.own_history and (context.today - copy.service_date).days > context.filing_days:
        yield "service date"


RULE = Rule(
    id="filing-limit",
    what="The service is older than the filing limit.",
    why="A late claim is denied and may not be charged to the patient.",
    fix="Send it with proof of an earlier filing, or write it off.",
    example="A visit of fourteen months ago.",
    repair=Repair.NONE,
    prevents=("29",),
    places=places,
    source="42 CFR 424.44 for Medicare (one year); other payers by contract.",
)
