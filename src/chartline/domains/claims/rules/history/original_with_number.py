"""A new claim has no number at the payer yet."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.frequency == "1" and copy.payer_number:
        yield "payer claim number"


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    return replace(copy, payer_number="") if copy.frequency == "1" else copy


RULE = Rule(
    id="original-with-number",
    what="An original claim names the payer's claim number.",
    why="The payer takes it for a duplicate, or rejects the claim because number and frequency contradict each other.",
    fix="Send it as a replacement (7), or leave the number out.",
    example="Frequency 1 with a payer claim number.",
    repair=Repair.ASK,
    prevents=("18", "16"),
    places=places,
    source="X12 837 REF*F8: with frequency 7 or 8 alone.",
    mend=mend,
)
