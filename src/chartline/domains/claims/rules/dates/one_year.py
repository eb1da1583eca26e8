"""No claim spans two years."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    years = {line.service_date.year for line in copy.lines} | {
        (line.through or line.service_date).year for line in copy.lines
    }
    if copy.kind != INSTITUTIONAL and len(years) > 1:
        yield "services"


RULE = Rule(
    id="one-year",
    what="The claim has services of two calendar years.",
    why="Deductibles and plans change with the year; payers return such claims.",
    fix="Make one claim for each year.",
    example="Services of December 30 and January 4.",
    repair=Repair.NONE,
    prevents=("239",),
    places=places,
    source="X12 835 CARC 239: the claim spans periods of coverage.",
)
