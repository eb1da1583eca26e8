"""An illness begins before it is treated."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.onset is not None and copy.onset > copy.service_date:
        yield "onset date"


RULE = Rule(
    id="onset-before-service",
    what="The onset of the illness is after the service.",
    why="The claim contradicts itself.",
    fix="Correct the onset date.",
    example="Onset June 5 and a visit on June 1.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837 DTP*431; NUCC 1500 box 14.",
)
