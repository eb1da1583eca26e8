"""Who is still there has not gone anywhere."""

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
    if copy.frequency in ("2", "3") and facts.patient_status != "30":
        yield "patient status"
    if copy.frequency in ("1", "4") and facts.patient_status == "30" and facts.facility_code in ("11", "18", "21"):
        yield "patient status"


RULE = Rule(
    id="still-a-patient",
    what="An interim bill says that the patient left, or a final one that the patient is still there.",
    why="Bill type and patient status contradict each other; the claim is returned.",
    fix="Set status 30 on interim bills, and where the patient went on the last one.",
    example="Bill type 112 with status 01.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="CMS claims processing manual, chapter 25: frequency and patient status.",
    kinds=frozenset({INSTITUTIONAL}),
)
