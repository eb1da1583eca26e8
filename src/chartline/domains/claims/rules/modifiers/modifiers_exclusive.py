"""Two modifiers that contradict each other say nothing."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule

_ONE_OF = (
    frozenset({"26", "TC"}),
    frozenset({"LT", "RT", "50"}),
    frozenset({"95", "93", "GT", "GQ"}),
    frozenset({"59", "XE", "XP", "XS", "XU"}),
    frozenset({"GA", "GZ", "GX"}),
    frozenset({"GY", "GZ"}),
    frozenset({"GA", "GY"}),
    frozenset({"76", "77"}),
    frozenset({"78", "79", "58"}),
    frozenset({"80", "81", "82", "AS"}),
    frozenset({"AA", "AD", "QK", "QY", "QZ"}),
    frozenset({"52", "53"}),
    frozenset({"GN", "GO", "GP"}),
    frozenset({"E1", "E2", "E3", "E4"}),
    frozenset({"NU", "RR", "UE"}),
)


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if len(line.modifiers) < 2:
            continue
        given = frozenset(line.modifiers)
        if any(len(given & one) > 1 for one in _ONE_OF):
            yield place


RULE = Rule(
    id="modifiers-exclusive",
    what="Two modifiers of a line contradict each other.",
    why="The payer cannot tell which of them holds, and denies the line as miscoded.",
    fix="Keep the one that is meant.",
    example="LT with RT on one line; 59 with XE.",
    repair=Repair.NONE,
    prevents=("4",),
    places=places,
    source="CMS: definitions of the modifiers; NCCI policy manual, chapter 1 (59 and X modifiers).",
    kinds=MEDICAL,
)
