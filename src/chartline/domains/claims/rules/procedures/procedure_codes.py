"""Procedure lists change every January."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule
from chartline.domains.codes import CodeSystem


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, line in enumerate(copy.lines, 1):
        if not line.procedure and line.revenue_code:
            continue  # the revenue code stands for the charge
        if context.codes.check(CodeSystem.PROCEDURE, line.procedure, line.service_date):
            yield f"line {number}"


RULE = Rule(
    id="procedure-codes",
    what="A procedure code has the wrong shape, is unknown, or was not valid on the service date.",
    why="A code outside the list of that day cannot be priced.",
    fix="Choose the code that was valid on that day.",
    example="Four digits instead of five.",
    repair=Repair.NONE,
    prevents=("181",),
    places=places,
    source="45 CFR 162.1002: the code sets of the date of service.",
)
