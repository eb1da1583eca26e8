"""Somebody answers for the care."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    facts = copy.institutional
    if facts is not None and facts.attending is None:
        yield "attending provider"


RULE = Rule(
    id="attending-named",
    what="The claim names no attending provider.",
    why="Payers reject institutional claims without the provider who answered for the care.",
    fix="Name the attending provider with the NPI.",
    example="A stay without an attending.",
    repair=Repair.NONE,
    prevents=("16", "206"),
    places=places,
    source="X12 837I loop 2310A; form locator 76.",
    kinds=frozenset({INSTITUTIONAL}),
)
