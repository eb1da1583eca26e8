"""Time codes are counted in units of their own length."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import QUARTER_HOURS
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if line.unit == "UN" and line.units in (15, 30, 45, 60) and line.procedure in QUARTER_HOURS:
            yield place


RULE = Rule(
    id="minutes-counted",
    what="A timed code seems to be billed in minutes where units are meant.",
    why="Sixty units are fifteen hours; the payer denies the line.",
    fix="Divide the minutes by the length of the unit, fifteen minutes.",
    example="45 units in place of 3.",
    repair=Repair.NONE,
    prevents=("151",),
    places=places,
    source="CMS claims processing manual, chapter 5, counting of timed units.",
    kinds=MEDICAL,
)
