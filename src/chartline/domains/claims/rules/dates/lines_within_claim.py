"""Lines lie within the days of the claim."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    first, last = copy.service_date, copy.service_through
    for place, line in numbered(copy):
        if (line.through is not None and line.through < line.service_date) or (
            last is not None and not first <= line.service_date <= last
        ):
            yield place


RULE = Rule(
    id="lines-within-claim",
    what="A line ends before it begins, or lies outside the days of the claim.",
    why="The claim contradicts itself and is rejected.",
    fix="Correct the days of the line or of the claim.",
    example="A line of June on a claim of May.",
    repair=Repair.NONE,
    prevents=("16", "110"),
    places=places,
    source="X12 837 DTP*472 and DTP*434; NUCC 1500 box 24A.",
)
