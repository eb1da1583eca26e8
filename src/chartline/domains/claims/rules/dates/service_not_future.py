"""A service is billed after it was given."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.service_date > context.today:
        yield "service date"


RULE = Rule(
    id="service-not-future",
    what="The service date is in the future.",
    why="Payers deny services that have not happened.",
    fix="Correct the date, or wait until the visit is over.",
    example="A visit of next week closed by mistake.",
    repair=Repair.NONE,
    prevents=("110",),
    places=places,
    source="NUCC 1500 box 24A: a service that was given.",
)
