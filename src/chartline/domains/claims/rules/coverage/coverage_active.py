"""The payer said whether the coverage holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    known = context.coverage
    if known is not None and known.state == "inactive" and _same_month(known.service_date, copy.service_date):
        yield "coverage"


def _same_month(first: date, second: date) -> bool:
    """Plans begin and end with months: an answer speaks for its own."""
    return (first.year, first.month) == (second.year, second.month)


RULE = Rule(
    id="coverage-active",
    what="The payer said that the coverage was not active in the month of the service.",
    why="A claim to a plan that had ended is denied.",
    fix="Ask the patient for the present insurance, or check eligibility again for the day of service.",
    example="An eligibility answer of the same week: inactive.",
    repair=Repair.NONE,
    prevents=("26", "27"),
    places=places,
    source="X12 271 EB01 of 6 to 8; X12 835 CARC 26 and 27.",
)
