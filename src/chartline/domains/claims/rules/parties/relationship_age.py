"""A relationship has an age."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import years_old
from chartline.domains.claims.rules.rule import Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.patient.born is None:
        return
    age = years_old(copy.patient.born, copy.service_date)
    if copy.coverage.relationship == "spouse" and age < 14:
        yield "relationship"
    if copy.coverage.relationship == "child" and age > 26:
        yield "relationship"


RULE = Rule(
    id="relationship-age",
    what="The patient is too young for a spouse, or too old for a child under the plan.",
    why="Plans cover children until 26; a wrong relationship makes the payer look for somebody else.",
    fix="Check the relationship on the coverage; a disabled adult child may stay covered.",
    example="Relationship child at the age of forty.",
    repair=Repair.NONE,
    prevents=("32", "33"),
    places=places,
    source="45 CFR 147.120: children until age 26; NUCC 1500 box 6.",
    severity=Severity.WARNING,
)
