"""What was there on arrival is said for each diagnosis."""

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
    for number, one in enumerate(facts.present_on_admission, 1):
        if one not in ("Y", "N", "U", "W", "1", ""):
            yield f"diagnosis {number}"
    if len(facts.present_on_admission) > len(copy.diagnoses):
        yield "present on admission"


RULE = Rule(
    id="present-on-admission",
    what="A present-on-admission indicator is not in use, or there are more of them than diagnoses.",
    why="Hospitals are paid less for what was acquired in them; the indicator is checked.",
    fix="Choose Y, N, U or W for each diagnosis.",
    example="Indicator X.",
    repair=Repair.NONE,
    prevents=("16", "233"),
    places=places,
    source="X12 837I HI01-9; CMS hospital-acquired conditions.",
    kinds=frozenset({INSTITUTIONAL}),
)
