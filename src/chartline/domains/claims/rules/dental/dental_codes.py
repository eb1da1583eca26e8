"""Dental services have codes that begin with D."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import DENTAL, Repair, Rule

_CODE = re.compile(r"D\d{4}")


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if not _CODE.fullmatch(line.procedure):
            yield place


RULE = Rule(
    id="dental-codes",
    what="A line of a dental claim has no dental procedure code.",
    why="Dental plans know the codes that begin with D and no others.",
    fix="Choose the dental code, or make it a medical claim.",
    example="99213 on a dental claim.",
    repair=Repair.NONE,
    prevents=("16", "181"),
    places=places,
    source="45 CFR 162.1002: the code on dental procedures; X12 837D SV301.",
    kinds=frozenset({DENTAL}),
)
