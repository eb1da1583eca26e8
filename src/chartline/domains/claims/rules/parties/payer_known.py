"""A claim needs an address."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if not copy.coverage.payer_id.strip():
        yield "payer id"


RULE = Rule(
    id="payer-known",
    what="The coverage has no electronic payer id.",
    why="The clearinghouse cannot route a claim without it.",
    fix="Choose the payer from the clearinghouse list in the coverage.",
    example="An insurance typed in as free text.",
    repair=Repair.NONE,
    prevents=("109",),
    places=places,
    source="X12 837 loop 2010BB, NM109.",
)
