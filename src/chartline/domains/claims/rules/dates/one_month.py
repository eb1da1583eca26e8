"""Medicare and Medicaid take a month at a time."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule, Severity

_BY_MONTH = frozenset({"MA", "MB", "MC"})


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.kind == INSTITUTIONAL or copy.coverage.filing not in _BY_MONTH:
        return
    months = {(line.service_date.year, line.service_date.month) for line in copy.lines}
    months |= {(line.through.year, line.through.month) for line in copy.lines if line.through is not None}
    if len(months) > 1:
        yield "services"


RULE = Rule(
    id="one-month",
    what="The claim has services of more than one calendar month.",
    why="These programs decide eligibility by month and return claims that span two.",
    fix="Make one claim for each month.",
    example="Services of May 30 and June 2 on one claim.",
    repair=Repair.NONE,
    prevents=("16", "239"),
    places=places,
    source="CMS claims processing manual, chapter 1; CARC 239.",
    severity=Severity.WARNING,
)
