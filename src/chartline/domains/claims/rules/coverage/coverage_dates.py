"""Coverage begins and ends."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    begin, end = copy.coverage.begin, copy.coverage.end
    if (begin is not None and copy.service_date < begin) or (end is not None and copy.service_date > end):
        yield "coverage"


RULE = Rule(
    id="coverage-dates",
    what="The service date is outside the dates of the coverage.",
    why="Payers deny services before coverage began or after it ended.",
    fix="Ask the patient for the present insurance, or check eligibility for that day.",
    example="A plan that ended in December and a visit in January.",
    repair=Repair.NONE,
    prevents=("26", "27"),
    places=places,
    source="X12 835 CARC 26 and 27.",
)
