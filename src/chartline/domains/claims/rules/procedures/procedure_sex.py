"""Some services are on organs that only women, only men, have."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import FEMALE, MALE
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    other = {"M": FEMALE, "F": MALE}.get(copy.patient.sex)
    if other is None:
        return
    for place, line in numbered(copy):
        if line.procedure in other and "KX" not in line.modifiers:
            yield place


RULE = Rule(
    id="procedure-sex",
    what="A procedure and the sex of the patient do not go together.",
    why="Payers deny such lines unless modifier KX says that it is meant so.",
    fix="Correct the sex or the procedure; where both are right, add modifier KX.",
    example="A delivery of a man.",
    repair=Repair.NONE,
    prevents=("7",),
    places=places,
    source="CMS integrated outpatient code editor, sex edits; modifier KX.",
    severity=Severity.WARNING,
    kinds=MEDICAL,
)
