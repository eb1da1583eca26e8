"""The charge is the one of the fee schedule."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        fee = context.fees.get(line.procedure)
        if fee is not None and line.amount < fee * line.units:
            yield place


RULE = Rule(
    id="charge-as-scheduled",
    what="A line is charged below the fee schedule of the practice.",
    why="Payers pay the lower of charge and contract; what was charged too little is lost.",
    fix="Check the fee and the units; load the schedule again if it is out of date.",
    example="100.00 for a service whose fee is 150.00.",
    repair=Repair.NONE,
    prevents=("45",),
    places=places,
    source="The fee schedule of the practice.",
    severity=Severity.WARNING,
)
