"""A tooth has five sides, and not every tooth the same."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import DENTAL, Repair, Rule

_SIDES = frozenset("MODBLFI")
_FRONT = frozenset("6 7 8 9 10 11 22 23 24 25 26 27 C D E F G H M N O P Q R".split())


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        for tooth in line.teeth:
            given = set(tooth.surfaces)
            wrong = not given <= _SIDES or len(given) < len(tooth.surfaces)
            sided = ("O" in given) if tooth.number in _FRONT else ("I" in given)
            if wrong or (given and sided):
                yield place
                break


RULE = Rule(
    id="tooth-surfaces",
    what="A surface is unknown, stands twice, or is none of that tooth.",
    why="Front teeth have an incisal edge, back teeth an occlusal side; plans deny what cannot be.",
    fix="Correct the surfaces: M, D, B, L, O for back teeth, M, D, F, L, I for front teeth.",
    example="An occlusal filling in tooth 8.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837D TOO03; ADA dental claim form, box 28.",
    kinds=frozenset({DENTAL}),
)
