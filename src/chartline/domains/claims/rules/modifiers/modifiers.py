"""Modifiers are two characters, at most four, none twice."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy, CopyLine
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import with_lines
from chartline.domains.claims.rules.rule import Repair, Rule
from chartline.domains.codes import CodeSystem, shape_problem


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, line in enumerate(copy.lines, 1):
        shaped = all(shape_problem(CodeSystem.MODIFIER, one) is None for one in line.modifiers)
        if not shaped or len(line.modifiers) > 4 or len(set(line.modifiers)) < len(line.modifiers):
            yield f"line {number}"


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    return with_lines(copy, lambda line: replace(line, modifiers=_once(line)))


def _once(line: CopyLine) -> tuple[str, ...]:
    """In capitals, and none twice."""
    return tuple(dict.fromkeys(one.strip().upper() for one in line.modifiers if one.strip()))


RULE = Rule(
    id="modifiers",
    what="A modifier has the wrong shape, is there twice, or there are more than four.",
    why="Clearinghouses reject the line; payers deny it as miscoded.",
    fix="Correct the modifiers of the line.",
    example="95 95.",
    repair=Repair.SAFE,
    prevents=("4", "182"),
    places=places,
    mend=mend,
    source="X12 837 SV101: up to four modifiers of two characters; NUCC 1500 box 24D.",
)
