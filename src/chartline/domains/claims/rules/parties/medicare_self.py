"""Everybody in Medicare has a number of their own."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.coverage.filing in ("MA", "MB", "MC") and copy.coverage.relationship != "self":
        yield "relationship"


RULE = Rule(
    id="medicare-self",
    what="A Medicare or Medicaid claim names the patient as a dependent.",
    why="These programs have no dependents; the patient is always the subscriber.",
    fix="Set the relationship to self and enter the number of the patient.",
    example="A spouse on the other spouse's Medicare number.",
    repair=Repair.NONE,
    prevents=("31", "33"),
    places=places,
    source="CMS claims processing manual, chapter 26: the patient is the insured.",
)
