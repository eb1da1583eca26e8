"""Anaesthesia says who gave it, and under whom."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import ANAESTHESIA
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule

_BY = frozenset({"AA", "AD", "QK", "QX", "QY", "QZ", "QS", "GC"})


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if line.procedure in ANAESTHESIA and not _BY & set(line.modifiers):
            yield place


RULE = Rule(
    id="anaesthesia-by-whom",
    what="Anaesthesia stands without the modifier that says who gave it.",
    why="Physician, nurse anaesthetist and direction are paid differently; without it the line is denied.",
    fix="Add AA, QK, QX, QY, QZ or AD.",
    example="00810 without modifier.",
    repair=Repair.NONE,
    prevents=("4",),
    places=places,
    source="CMS claims processing manual, chapter 12, section 50.",
    kinds=frozenset({PROFESSIONAL}),
)
