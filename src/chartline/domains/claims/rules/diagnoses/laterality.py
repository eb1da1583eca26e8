"""Left, right, or nobody looked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule, Severity
from chartline.domains.codes import CodeSystem

_SIDED = re.compile(
    r"unspecified (eye|ear|hip|knee|shoulder|ankle|foot|hand|wrist|elbow|arm|leg|thigh|limb|side|breast)"
)


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, code in enumerate(copy.diagnoses, 1):
        if _SIDED.search(context.codes.label(CodeSystem.DIAGNOSIS, code).lower()):
            yield f"diagnosis {number}"


RULE = Rule(
    id="laterality",
    what="A diagnosis leaves open which side of the body it is.",
    why="Many payers deny a side that is not specified where the list has left and right.",
    fix="Choose the code of the side.",
    example="Pain in an unspecified knee.",
    repair=Repair.NONE,
    prevents=("11", "16"),
    places=places,
    source="ICD-10-CM guidelines, section I.B.13.",
    severity=Severity.WARNING,
)
