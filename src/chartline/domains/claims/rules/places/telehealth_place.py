"""Telehealth is said twice: by modifier and by place."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy, CopyLine
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import place_of, with_lines
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule
from chartline.domains.codes import TELEHEALTH_PLACES


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, line in enumerate(copy.lines, 1):
        place = line.place_of_service or copy.place_of_service
        if {"95", "GT", "93", "GQ"} & set(line.modifiers) and place not in TELEHEALTH_PLACES:
            yield f"line {number}"


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""

    def moved(line: CopyLine) -> CopyLine:
        remote = {"95", "GT", "93", "GQ"} & set(line.modifiers)
        return (
            replace(line, place_of_service="10") if remote and place_of(copy, line) not in TELEHEALTH_PLACES else line
        )

    mended = with_lines(copy, moved)
    everywhere = {line.place_of_service for line in mended.lines} == {"10"}
    return replace(mended, place_of_service="10") if everywhere else mended


RULE = Rule(
    id="telehealth-place",
    what="A telehealth modifier stands with a place of service that is not telehealth.",
    why="Payers deny the line because modifier and place contradict each other.",
    fix="Set the place to 10 (patient at home) or 02 (elsewhere), or remove the modifier.",
    example="Modifier 95 with place 11.",
    repair=Repair.ASK,
    prevents=("4", "5"),
    places=places,
    mend=mend,
    source="CMS list of places of service: 02 and 10 are telehealth.",
    kinds=frozenset({PROFESSIONAL}),
)
