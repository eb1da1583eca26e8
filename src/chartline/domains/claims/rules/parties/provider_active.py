"""Nobody bills for somebody who has left."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.rendering is not None and copy.rendering.npi in context.inactive_npis:
        yield "rendering provider"
    for number, line in enumerate(copy.lines, 1):
        if line.rendering is not None and line.rendering.npi in context.inactive_npis:
            yield f"line {number}"


RULE = Rule(
    id="provider-active",
    what="The rendering provider is marked as no longer active in the practice.",
    why="A payer that ended the contract with the provider denies the service.",
    fix="Name the provider who gave the care, or make the provider active again if that was a mistake.",
    example="A visit booked in the column of a provider who left.",
    repair=Repair.NONE,
    prevents=("B7", "185"),
    places=places,
    source="X12 835 CARC B7 and 185; the list of providers of the practice.",
)
