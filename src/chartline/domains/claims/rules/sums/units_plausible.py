"""Four digits of units are a mistake more often than a service."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        is_drug = line.drug is not None or line.procedure[:1] in ("J", "Q", "A", "B", "P")
        if line.units > (9999 if is_drug else 366):
            yield place


RULE = Rule(
    id="units-plausible",
    what="A line has more units than a year has days.",
    why="The line is denied or, worse, paid and taken back.",
    fix="Check the units.",
    example="1000 units of a visit.",
    repair=Repair.NONE,
    prevents=("151", "222"),
    places=places,
    source="CMS medically unlikely edits; NUCC 1500 box 24G.",
)
