"""The insured person and the patient are one person or two."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    other = copy.subscriber
    if copy.coverage.relationship == "self" or other is None:
        return
    same = (other.last.upper(), other.first.upper(), other.born) == (
        copy.patient.last.upper(),
        copy.patient.first.upper(),
        copy.patient.born,
    )
    if same and other.born is not None:
        yield "relationship"


RULE = Rule(
    id="subscriber-is-patient",
    what="Patient and subscriber have the same name and birth date, but the relationship is not self.",
    why="The payer looks for a dependent who is not there.",
    fix="Set the relationship of the coverage to self.",
    example="Relationship child with the patient as the subscriber.",
    repair=Repair.NONE,
    prevents=("31", "33"),
    places=places,
    source="X12 837 loops 2000B and 2000C; NUCC 1500 box 6.",
)
