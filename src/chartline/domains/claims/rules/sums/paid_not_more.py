"""A patient pays no more than the charge."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.patient_paid > copy.total:
        yield "patient paid"


RULE = Rule(
    id="paid-not-more",
    what="The patient paid more than the claim charges.",
    why="The claim is rejected, and the patient is owed money.",
    fix="Correct the amount, or refund what was paid too much.",
    example="A copay of 250.00 for 25.00.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837 AMT*F5; NUCC 1500 box 29.",
)
