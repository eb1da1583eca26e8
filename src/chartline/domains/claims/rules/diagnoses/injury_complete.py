"""An injury says which encounter it is."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, code in enumerate(copy.diagnoses, 1):
        if code[:1] == "S" and len(code) < 7:
            yield f"diagnosis {number}"


RULE = Rule(
    id="injury-complete",
    what="A diagnosis of an injury is shorter than seven characters.",
    why="Codes of chapter S say with the seventh character whether it is the first visit, a later one or a "
    "sequela; without it they are headings.",
    fix="Complete the code with A, D or S, filling empty places with X.",
    example="S93401 without A.",
    repair=Repair.NONE,
    prevents=("146", "16"),
    places=places,
    source="ICD-10-CM tabular list, chapter 19; guidelines, section I.C.19.",
)
