"""A professional claim has room for twelve diagnoses."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if len(copy.diagnoses) > 12:
        yield "diagnoses"


RULE = Rule(
    id="diagnosis-count",
    what="The claim has more than twelve diagnoses.",
    why="The thirteenth does not fit on the form and the file is rejected.",
    fix="Split the visit into two claims, or leave the least important out.",
    example="Thirteen diagnoses on one claim.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837P HI: at most twelve diagnoses; NUCC 1500 box 21.",
)
