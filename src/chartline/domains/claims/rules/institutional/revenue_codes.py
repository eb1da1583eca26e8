"""Every institutional line has a revenue code."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy, CopyLine
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered, with_lines
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if not (len(line.revenue_code) == 4 and line.revenue_code.isascii() and line.revenue_code.isdigit()):
            yield place


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    if copy.kind != INSTITUTIONAL:
        return copy
    return with_lines(copy, _padded)


def _padded(line: CopyLine) -> CopyLine:
    short = len(line.revenue_code) == 3 and line.revenue_code.isascii() and line.revenue_code.isdigit()
    return replace(line, revenue_code="0" + line.revenue_code) if short else line


RULE = Rule(
    id="revenue-codes",
    what="A line has no revenue code of four digits.",
    why="The line cannot be placed in the hospital's accounts, and is rejected.",
    fix="Enter the revenue code, with its zero in front.",
    example="450 in place of 0450.",
    repair=Repair.SAFE,
    prevents=("16",),
    places=places,
    source="X12 837I SV201; form locator 42.",
    kinds=frozenset({INSTITUTIONAL}),
    mend=mend,
)
