"""Each service says which diagnosis it treats."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, line in enumerate(copy.lines, 1):
        fits = 1 <= len(line.pointers) <= 4 and all(1 <= one <= len(copy.diagnoses) for one in line.pointers)
        if not fits:
            yield f"line {number}"


RULE = Rule(
    id="diagnosis-pointers",
    what="A line points at no diagnosis, at more than four, or at one that is not there.",
    why="Without a diagnosis there is no medical necessity to judge.",
    fix="Choose one to four diagnoses for the line.",
    example="A line without diagnosis.",
    repair=Repair.NONE,
    prevents=("11", "16"),
    places=places,
    source="X12 837 SV107: one to four pointers; NUCC 1500 box 24E.",
    kinds=frozenset({PROFESSIONAL}),
)
