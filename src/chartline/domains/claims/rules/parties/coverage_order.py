"""First, second, third: a payer has a place in the row."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.coverage.order not in (1, 2, 3):
        yield "coverage order"


RULE = Rule(
    id="coverage-order",
    what="The coverage is neither first, second nor third.",
    why="A payer that does not know its place pays nothing.",
    fix="Set the order of the coverage.",
    example="Order 0.",
    repair=Repair.NONE,
    prevents=("22",),
    places=places,
    source="X12 837 SBR01.",
)
