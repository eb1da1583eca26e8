"""The contract is often chosen by what kind of provider it is."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if not copy.billing.taxonomy:
        yield "billing taxonomy"
    if copy.rendering is not None and not copy.rendering.taxonomy:
        yield "rendering taxonomy"


RULE = Rule(
    id="taxonomy-named",
    what="A provider stands without a taxonomy code.",
    why="Medicaid plans and many others deny or misprice a claim when they cannot tell which of the contracts counts.",
    fix="Enter the taxonomy of the practice in the settings, that of the provider in the list of providers.",
    example="A counselor without taxonomy.",
    repair=Repair.NONE,
    prevents=("8", "16"),
    places=places,
    source="X12 837 PRV03 in loops 2000A and 2310B, situational by payer.",
    severity=Severity.WARNING,
)
