"""The second payer wants to know what the first one did."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.coverage.order > 1 and not copy.others:
        yield "other payers"


RULE = Rule(
    id="earlier-payer",
    what="A claim to the second or third payer names no earlier payer.",
    why="The payer cannot coordinate benefits, and denies the claim until it sees what the first one decided.",
    fix="Build the claim from the first payer's remittance.",
    example="Order 2 without other payers.",
    repair=Repair.NONE,
    prevents=("22", "16"),
    places=places,
    source="X12 837 loop 2320; NUCC 1500 boxes 9 and 11d.",
)
