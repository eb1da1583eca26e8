"""Diagnosis lists change every October."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule
from chartline.domains.codes import CodeSystem


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, code in enumerate(copy.diagnoses, 1):
        if context.codes.check(CodeSystem.DIAGNOSIS, code, copy.service_date):
            yield f"diagnosis {number}"


RULE = Rule(
    id="diagnosis-codes",
    what="A diagnosis code is incomplete, unknown, or was not valid on the service date.",
    why="Payers check against the list of the service date, not of today.",
    fix="Choose the complete code that was valid on that day.",
    example="F32 without its last characters; F43.8 after September 2022.",
    repair=Repair.NONE,
    prevents=("146", "11"),
    places=places,
    source="ICD-10-CM tabular list and addenda (CDC/NCHS), by date of service.",
)
