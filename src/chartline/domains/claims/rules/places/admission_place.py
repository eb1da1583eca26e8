"""An admitted patient was admitted on a day."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.institutional is None:
        return
    facts = copy.institutional
    if facts.facility_code == "11" and facts.admission is None:
        yield "admission date"
    if facts.admission is not None and facts.admission > facts.statement_through:
        yield "admission date"


RULE = Rule(
    id="admission-place",
    what="An inpatient claim lacks its admission date, or the patient was admitted after the statement ends.",
    why="Days and benefits are counted from the admission.",
    fix="Enter the day of admission.",
    example="Bill type 11x without an admission date.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837I DTP*435; form locator 12 of the institutional claim.",
    kinds=frozenset({INSTITUTIONAL}),
)
