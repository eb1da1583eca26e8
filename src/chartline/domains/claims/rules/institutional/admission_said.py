"""A stay says how urgent it was and from where."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    facts = copy.institutional
    if facts is None:
        return
    if facts.facility_code in ("11", "12", "18", "21"):
        if facts.admission_type not in ("1", "2", "3", "4", "5", "9"):
            yield "admission type"
        if not facts.admission_source:
            yield "admission source"
        if facts.facility_code == "11" and not facts.admitting_diagnosis:
            yield "admitting diagnosis"


RULE = Rule(
    id="admission-said",
    what="An inpatient claim lacks its type or source of admission, or the admitting diagnosis.",
    why="Every payer asks for them on a stay.",
    fix="Enter type (1 emergency, 2 urgent, 3 elective), source and admitting diagnosis.",
    example="Bill type 111 without a source.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837I CL101, CL102 and HI*ABJ; form locators 14, 15 and 69.",
    kinds=frozenset({INSTITUTIONAL}),
)
