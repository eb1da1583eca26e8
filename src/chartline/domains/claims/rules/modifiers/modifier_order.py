"""What changes the price stands in front of what only informs."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy, CopyLine
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered, with_lines
from chartline.domains.claims.rules.rule import Repair, Rule, Severity

_PRICING = (
    "26 TC 50 51 52 53 54 55 56 62 66 73 74 78 80 81 82 AS AA AD QK QX QY QZ AH AJ HO HN HM HP SA NU RR UE".split()
)
_APART = "22 24 25 27 57 58 59 76 77 79 91 XE XP XS XU".split()
_RANKS = dict.fromkeys(_PRICING, 0) | dict.fromkeys(_APART, 1)
_INFORMING = 2


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if len(line.modifiers) > 1 and _ordered(line) != line.modifiers:
            yield place


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    return with_lines(copy, lambda line: replace(line, modifiers=_ordered(line)))


def _ordered(line: CopyLine) -> tuple[str, ...]:
    return tuple(sorted(line.modifiers, key=lambda one: _RANKS.get(one, _INFORMING)))


RULE = Rule(
    id="modifier-order",
    what="A modifier that only informs stands in front of one that changes the price.",
    why="Many payers price by the first modifier and pass the others over.",
    fix="Put pricing modifiers first, then those that tell services apart, then the rest.",
    example="95 in front of 25.",
    repair=Repair.SAFE,
    prevents=("4",),
    places=places,
    source="CMS claims processing manual, chapters 12 and 26: pricing modifiers come first.",
    severity=Severity.WARNING,
    mend=mend,
)
