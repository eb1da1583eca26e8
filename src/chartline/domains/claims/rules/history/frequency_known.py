"""A claim is an original, a replacement or a void."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule

_INSTITUTIONAL = frozenset("0123456789")


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    known = copy.frequency in _INSTITUTIONAL if copy.kind == INSTITUTIONAL else copy.frequency in ("1", "6", "7", "8")
    if not known:
        yield "frequency"


RULE = Rule(
    id="frequency-known",
    what="The frequency of the claim is not one of the published codes.",
    why="The payer cannot tell whether it is a new claim, and rejects it.",
    fix="Choose 1 for an original, 7 for a replacement, 8 for a void.",
    example="Frequency X.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837 CLM05-3; NUCC 1500 box 22.",
)
