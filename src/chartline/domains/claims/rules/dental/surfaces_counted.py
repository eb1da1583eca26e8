"""A filling of two surfaces names two."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import DENTAL, Repair, Rule

_COUNTED = {"D2140": 1, "D2150": 2, "D2160": 3, "D2161": 4, "D2330": 1, "D2331": 2, "D2332": 3, "D2335": 4}
_COUNTED |= {"D2391": 1, "D2392": 2, "D2393": 3, "D2394": 4}


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        count = _COUNTED.get(line.procedure)
        if count is None:
            continue
        given = max((len(tooth.surfaces) for tooth in line.teeth), default=0)
        if (given < 4) if count == 4 else (given != count):
            yield place


RULE = Rule(
    id="surfaces-counted",
    what="The surfaces of a filling are not as many as its code says.",
    why="Code and surfaces contradict each other; the plan denies or lowers the line.",
    fix="Correct the surfaces or the code.",
    example="A two-surface filling with one surface.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="ADA dental claim form, boxes 27 and 28; the names of the codes.",
    kinds=frozenset({DENTAL}),
)
