"""The type of bill says which house and which kind of care."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule

_FACILITIES = frozenset(
    "11 12 13 14 18 21 22 23 28 32 33 34 41 43 65 66 71 72 73 74 75 76 77 78 79 81 82 83 84 85 86 87 89".split()
)


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    facts = copy.institutional
    if facts is not None and facts.facility_code not in _FACILITIES:
        yield "bill type"


RULE = Rule(
    id="bill-type",
    what="The type of bill is not one in use.",
    why="The payer chooses the way of payment by it and rejects what it does not know.",
    fix="Choose the bill type: 11 inpatient, 13 outpatient, 85 critical access hospital.",
    example="Bill type 99.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837I CLM05-1; form locator 4; CMS claims processing manual, chapter 25.",
    kinds=frozenset({INSTITUTIONAL}),
)
