"""Nobody supervises or refers to themselves."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.rendering is not None and copy.supervising is not None and copy.supervising.npi == copy.rendering.npi:
        yield "supervising provider"


RULE = Rule(
    id="supervisor-not-self",
    what="The supervising provider is the rendering provider.",
    why="The supervisor is named where somebody else gave the care; the claim contradicts itself.",
    fix="Leave the supervising provider out, or name the person who gave the care as rendering.",
    example="A resident visit with the attending in both places.",
    repair=Repair.NONE,
    prevents=("16", "B7"),
    places=places,
    source="X12 837 loop 2310D: when the rendering provider is supervised.",
    severity=Severity.WARNING,
)
