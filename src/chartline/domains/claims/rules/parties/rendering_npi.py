"""The rendering provider is known to payers by NPI."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import DENTAL, PROFESSIONAL, Repair, Rule
from chartline.domains.codes import npi_is_valid


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.rendering is None:
        yield "rendering provider"
    elif not npi_is_valid(copy.rendering.npi):
        yield "rendering NPI"


RULE = Rule(
    id="rendering-npi",
    what="The rendering provider is missing or has an NPI that fails its check digit.",
    why="Group practices are paid for the person who gave the care; without that person the claim is refused.",
    fix="Correct the provider of the visit or the NPI of the provider.",
    example="A visit whose provider has no NPI on file.",
    repair=Repair.NONE,
    prevents=("185", "206", "207"),
    places=places,
    source="45 CFR 162.406, the check digit of the NPI; NUCC 1500 box 24J.",
    kinds=frozenset({PROFESSIONAL, DENTAL}),
)
