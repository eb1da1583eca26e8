"""A line without an amount cannot be paid."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, line in enumerate(copy.lines, 1):
        if line.amount <= 0:
            yield f"line {number}"


RULE = Rule(
    id="charge-positive",
    what="A line is charged nothing or less.",
    why="A zero charge is paid zero and closes the line.",
    fix="Load a fee for the procedure, or correct the amount.",
    example="A procedure that is missing in the fee schedule.",
    repair=Repair.NONE,
    prevents=("16", "204"),
    places=places,
    source="X12 837 SV102 and SV203; NUCC 1500 box 24F.",
)
