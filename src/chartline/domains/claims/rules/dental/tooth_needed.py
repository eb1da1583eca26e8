"""Some services are of one tooth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import DENTAL, Repair, Rule

_OF_A_TOOTH = re.compile(r"D(2[1-9]\d\d|3[1-4]\d\d|7[12][1-4]\d|6[02][1-9]\d)")


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if _OF_A_TOOTH.fullmatch(line.procedure) and not line.teeth:
            yield place


RULE = Rule(
    id="tooth-needed",
    what="A filling, crown, root canal or extraction names no tooth.",
    why="The plan cannot tell whether the tooth was treated before.",
    fix="Enter the tooth.",
    example="An extraction without a tooth.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837D TOO; ADA dental claim form, box 27.",
    kinds=frozenset({DENTAL}),
)
