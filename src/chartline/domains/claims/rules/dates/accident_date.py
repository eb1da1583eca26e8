"""An accident has a day and, for a car, a state."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.related_causes and copy.accident is None:
        yield "accident date"
    if "AA" in copy.related_causes and not copy.accident_state:
        yield "accident state"
    if copy.accident is not None and copy.accident > copy.service_date:
        yield "accident date"


RULE = Rule(
    id="accident-date",
    what="A claim after an accident lacks its day or state, or the accident comes after the care.",
    why="The payer has to find out who is liable, and returns the claim without them.",
    fix="Ask the patient for the day of the accident and, for a car accident, the state.",
    example="Cause car accident without a date.",
    repair=Repair.NONE,
    prevents=("19", "20", "21", "16"),
    places=places,
    source="X12 837 CLM11 and DTP*439; NUCC 1500 boxes 10 and 14.",
)
