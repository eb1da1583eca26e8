"""How it happened is not what it is."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.diagnoses and copy.diagnoses[0][:1] in ("V", "W", "X", "Y"):
        yield "diagnosis 1"
    for place, line in numbered(copy):
        pointed = [copy.diagnoses[one - 1] for one in line.pointers if 1 <= one <= len(copy.diagnoses)]
        if pointed and pointed[0][:1] in ("V", "W", "X", "Y"):
            yield place


RULE = Rule(
    id="external-cause-first",
    what="An external cause stands first.",
    why="Codes V00 to Y99 say how an injury came about; alone they are no reason for care.",
    fix="Put the injury or illness first and the cause behind it.",
    example="A fall as the only diagnosis.",
    repair=Repair.NONE,
    prevents=("11", "16"),
    places=places,
    source="ICD-10-CM guidelines, section I.C.20; CMS Medicare code editor.",
)
