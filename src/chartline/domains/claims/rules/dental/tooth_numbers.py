"""Teeth have numbers."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered, with_lines
from chartline.domains.claims.rules.rule import DENTAL, Repair, Rule

_PERMANENT = frozenset(str(number) for number in range(1, 33)) | frozenset(str(number) for number in range(51, 83))
_PRIMARY = frozenset("ABCDEFGHIJKLMNOPQRST") | frozenset(f"{letter}S" for letter in "ABCDEFGHIJKLMNOPQRST")


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if any(tooth.number not in _PERMANENT and tooth.number not in _PRIMARY for tooth in line.teeth):
            yield place


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    return with_lines(
        copy, lambda line: replace(line, teeth=tuple(replace(one, number=_plain(one.number)) for one in line.teeth))
    )


def _plain(number: str) -> str:
    return number.strip().upper().lstrip("0")


RULE = Rule(
    id="tooth-numbers",
    what="A tooth is not in the universal numbering.",
    why="Plans keep what was done to each tooth, and deny what they cannot place.",
    fix="Write 1 to 32 for permanent teeth, A to T for primary ones; S or 51 to 82 for extra teeth.",
    example="Tooth 33; tooth 08.",
    repair=Repair.SAFE,
    prevents=("16",),
    places=places,
    source="X12 837D TOO02; ADA universal numbering.",
    kinds=frozenset({DENTAL}),
    mend=mend,
)
