"""A claim has room for so many lines."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import DENTAL, INSTITUTIONAL, PROFESSIONAL, Repair, Rule

_MOST = {PROFESSIONAL: 50, DENTAL: 50, INSTITUTIONAL: 999}


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if len(copy.lines) > _MOST.get(copy.kind, 50):
        yield "services"


RULE = Rule(
    id="line-count",
    what="The claim has more lines than its kind has room for.",
    why="The file is rejected: 50 lines are the most of a professional or dental claim, 999 of an institutional one.",
    fix="Make two claims of it.",
    example="Sixty lines of therapy on one claim.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837 loop 2400: repeats.",
)
