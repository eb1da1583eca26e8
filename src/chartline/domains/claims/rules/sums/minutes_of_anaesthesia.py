"""Anaesthesia is counted in minutes."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import ANAESTHESIA
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if line.procedure in ANAESTHESIA and line.procedure not in ("01996", "01999") and line.unit != "MJ":
            yield place


RULE = Rule(
    id="minutes-of-anaesthesia",
    what="An anaesthesia line is not counted in minutes.",
    why="Payers price anaesthesia by minutes and base units; anything else is denied or underpaid.",
    fix="Enter the minutes, with the unit for minutes.",
    example="One unit of anaesthesia.",
    repair=Repair.NONE,
    prevents=("16", "151"),
    places=places,
    source="X12 837 SV103 is MJ for anaesthesia; CMS claims processing manual, chapter 12.",
    kinds=frozenset({PROFESSIONAL}),
)
