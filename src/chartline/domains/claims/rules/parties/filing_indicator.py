"""The kind of payer is one of the published codes."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule
from chartline.formats.x12.codes import FILING_INDICATORS


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.coverage.filing not in FILING_INDICATORS:
        yield "claim filing indicator"


RULE = Rule(
    id="filing-indicator",
    what="The claim filing indicator is not in the published list.",
    why="Payers and clearinghouses reject the claim for it.",
    fix="Choose the kind of the payer: CI for commercial, BL for Blue Cross, MB for Medicare Part B, MC for Medicaid.",
    example="Indicator XX.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837 SBR09.",
)
