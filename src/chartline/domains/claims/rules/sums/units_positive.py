"""A line is paid by its units."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, line in enumerate(copy.lines, 1):
        if not 1 <= line.units <= 99:
            yield f"line {number}"


RULE = Rule(
    id="units-positive",
    what="A line has no units, or more than one day can hold.",
    why="Zero units price at nothing; three-digit units are refused as a typing error.",
    fix="Correct the units of the line.",
    example="Units 0.",
    repair=Repair.NONE,
    prevents=("16", "151", "222"),
    places=places,
    source="X12 837 SV104 and SV205; NUCC 1500 box 24G.",
)
