"""The payer knows the subscriber, not the family."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.coverage.relationship != "self" and copy.subscriber is None:
        yield "subscriber"


RULE = Rule(
    id="subscriber-present",
    what="The patient is insured through somebody who is not on the claim.",
    why="A dependent is found only through the subscriber.",
    fix="Enter the name and birth date of the subscriber in the coverage.",
    example="A child without the insured parent.",
    repair=Repair.NONE,
    prevents=("31", "32"),
    places=places,
    source="X12 837 loop 2010CA: the patient stands below the subscriber; NUCC 1500 boxes 4 and 7.",
)
