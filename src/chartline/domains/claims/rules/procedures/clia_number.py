"""A laboratory says under which certificate it works."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule, Severity

_TESTED = re.compile(r"8[0-8]\d{3}")


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.clia or copy.coverage.filing not in ("MA", "MB", "MC"):
        return
    for place, line in numbered(copy):
        if _TESTED.fullmatch(line.procedure) and line.procedure not in ("81099",):
            yield place


RULE = Rule(
    id="clia-number",
    what="A laboratory test goes to Medicare or Medicaid without a CLIA number.",
    why="These programs pay for tests of certified laboratories only.",
    fix="Enter the CLIA number of the laboratory on the claim.",
    example="A urine test in the office without the number.",
    repair=Repair.NONE,
    prevents=("B7", "16"),
    places=places,
    source="42 CFR 493; X12 837 REF*X4; NUCC 1500 box 23.",
    severity=Severity.WARNING,
    kinds=frozenset({PROFESSIONAL}),
)
