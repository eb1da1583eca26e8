"""Payers look a patient up by name, birth date and sex."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.patient.sex not in ("M", "F"):
        yield "patient sex"


RULE = Rule(
    id="sex-stated",
    what="The sex of the patient is not stated as male or female.",
    why="Some payers reject the claim or do not find the patient when the claim and their file differ.",
    fix="Ask which sex the insurance card and the payer have on file, and enter it for the patient.",
    example="A record with sex unknown.",
    repair=Repair.NONE,
    prevents=("16", "31"),
    places=places,
    source="X12 837 DMG03; NUCC 1500 box 3.",
    severity=Severity.WARNING,
)
