"""What is not covered is part of the charge."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if line.not_covered > line.amount:
            yield place


RULE = Rule(
    id="not-covered-within",
    what="More of a line is not covered than it charges.",
    why="The claim does not add up and is rejected.",
    fix="Correct the amount that is not covered.",
    example="200.00 not covered of 150.00.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837I SV207; form locator 48 of the institutional claim.",
    kinds=frozenset({INSTITUTIONAL}),
)
