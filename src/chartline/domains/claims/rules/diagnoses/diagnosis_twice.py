"""A diagnosis is named once."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy, CopyLine
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import with_lines
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    seen: set[str] = set()
    for number, code in enumerate(copy.diagnoses, 1):
        if code in seen:
            yield f"diagnosis {number}"
        seen.add(code)


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    once = tuple(dict.fromkeys(copy.diagnoses))
    if len(once) == len(copy.diagnoses):
        return copy
    count, present = len(copy.diagnoses), copy.institutional

    def moved(line: CopyLine) -> CopyLine:
        if not all(1 <= one <= count for one in line.pointers):
            return line
        return replace(
            line, pointers=tuple(dict.fromkeys(once.index(copy.diagnoses[one - 1]) + 1 for one in line.pointers))
        )

    if present is not None and present.present_on_admission:
        return copy
    return with_lines(replace(copy, diagnoses=once), moved)


RULE = Rule(
    id="diagnosis-twice",
    what="The same diagnosis stands twice.",
    why="The file is rejected for the repetition.",
    fix="Leave the second one out; lines that point at it point at the first.",
    example="F411 in the first and the third place.",
    repair=Repair.SAFE,
    prevents=("16",),
    places=places,
    source="X12 837 HI: each code once; NUCC 1500 box 21.",
    mend=mend,
)
