"""A crown or denture is the first or a replacement."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import DENTAL, Repair, Rule, Severity

_PROSTHESIS = re.compile(r"D(27[1-9]\d|5[12]\d\d|62[0-5]\d|67\d\d)")


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if _PROSTHESIS.fullmatch(line.procedure) and line.prosthesis not in ("I", "R"):
            yield place


RULE = Rule(
    id="prosthesis-stated",
    what="A crown, bridge or denture does not say whether it is the first or a replacement.",
    why="Plans pay a replacement after years only, and ask when it is not said.",
    fix="Say I for the first, R for a replacement.",
    example="A denture without a word on the earlier one.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837D SV305; ADA dental claim form, box 43.",
    severity=Severity.WARNING,
    kinds=frozenset({DENTAL}),
)
