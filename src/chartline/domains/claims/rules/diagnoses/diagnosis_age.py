"""Some conditions belong to an age."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import years_old
from chartline.domains.claims.rules.rule import Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.patient.born is None or copy.patient.born > copy.service_date:
        return
    age = years_old(copy.patient.born, copy.service_date)
    for number, code in enumerate(copy.diagnoses, 1):
        if code[:1] == "O" or code[:3] in ("Z33", "Z34", "Z3A", "Z37"):
            wrong = not 9 <= age <= 64
        elif code[:3] == "Z38" or code[:5] in ("Z0011",):
            wrong = age > 0
        elif code[:5] == "Z0000" or code[:5] == "Z0001":
            wrong = age < 15
        elif code[:5] in ("Z0012",):
            wrong = age > 17
        else:
            wrong = False
        if wrong:
            yield f"diagnosis {number}"


RULE = Rule(
    id="diagnosis-age",
    what="A diagnosis and the age of the patient do not go together.",
    why="Payers deny a newborn diagnosis of an adult, a pregnancy of a child, an adult check-up of an infant.",
    fix="Correct the birth date or the diagnosis.",
    example="A liveborn infant of forty years.",
    repair=Repair.NONE,
    prevents=("9",),
    places=places,
    source="CMS Medicare code editor, age conflicts: newborn 0, maternity 9 to 64, adult from 15.",
    severity=Severity.WARNING,
)
