"""Some conditions only women, some only men have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule, Severity

_FEMALE = re.compile(r"O|C5[1-8]|D06|D07[0-3]|N7[0-7]|N8[0-9]|N9[0-8]|Z3A|Z33|Z34|Z36|Z37|Z39|F53", re.ASCII)
_MALE = re.compile(r"C6[0-3]|D074|D075|D076|D29|N4[0-9]|N5[0-3]|Z125|Z9842|F524", re.ASCII)


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    other = {"M": _FEMALE, "F": _MALE}.get(copy.patient.sex)
    if other is None or any("KX" in line.modifiers for line in copy.lines):
        return
    if copy.institutional is not None and "45" in copy.institutional.condition_codes:
        return
    for number, code in enumerate(copy.diagnoses, 1):
        if other.match(code):
            yield f"diagnosis {number}"


RULE = Rule(
    id="diagnosis-sex",
    what="A diagnosis and the sex of the patient do not go together.",
    why="Payers deny such claims unless the claim says that it is meant so.",
    fix="Correct the sex or the diagnosis; where both are right, add modifier KX (condition code 45 on an "
    "institutional claim).",
    example="Pregnancy of a man.",
    repair=Repair.NONE,
    prevents=("10",),
    places=places,
    source="CMS Medicare code editor, sex conflicts; modifier KX and condition code 45.",
    severity=Severity.WARNING,
)
