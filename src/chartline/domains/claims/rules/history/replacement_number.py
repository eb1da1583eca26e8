"""A replacement names what it replaces."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.frequency in ("7", "8") and not copy.payer_number:
        yield "payer claim number"


RULE = Rule(
    id="replacement-number",
    what="A replacement or void lacks the payer's claim number.",
    why="Without the number the payer takes it for a new claim and denies it as a duplicate.",
    fix="Wait for the payer's number in a report or remittance, or send an original if the first was never accepted.",
    example="Frequency 7 without a payer claim number.",
    repair=Repair.NONE,
    prevents=("18", "129"),
    places=places,
    source="X12 837 REF*F8 with CLM05-3 of 7 or 8; NUCC 1500 box 22.",
)
