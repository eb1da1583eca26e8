"""Where the patient went is a code."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule

_KNOWN = frozenset("01 02 03 04 05 06 07 09 20 21 30 40 41 42 43 50 51 61 62 63 64 65 66 69 70".split())
_KNOWN_AGAIN = frozenset(str(number) for number in range(81, 96))
"""The same with a planned return."""


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    facts = copy.institutional
    if facts is not None and facts.patient_status not in _KNOWN | _KNOWN_AGAIN:
        yield "patient status"


RULE = Rule(
    id="patient-status",
    what="The patient status is missing or not in use.",
    why="Payment of a stay depends on where the patient went.",
    fix="Choose the code: 01 home, 03 nursing facility, 20 died, 30 still a patient.",
    example="An empty patient status.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837I CL103; form locator 17.",
    kinds=frozenset({INSTITUTIONAL}),
)
