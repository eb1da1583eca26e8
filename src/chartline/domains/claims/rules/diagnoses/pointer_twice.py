"""A line points at a diagnosis once."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered, with_lines
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if len(set(line.pointers)) < len(line.pointers):
            yield place


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    return with_lines(copy, lambda line: replace(line, pointers=tuple(dict.fromkeys(line.pointers))))


RULE = Rule(
    id="pointer-twice",
    what="A line points at the same diagnosis twice.",
    why="The file is rejected, or the second pointer is lost with what was meant by it.",
    fix="Leave the second pointer out.",
    example="Pointers 1, 1.",
    repair=Repair.SAFE,
    prevents=("16",),
    places=places,
    source="X12 837 SV107; NUCC 1500 box 24E.",
    mend=mend,
)
