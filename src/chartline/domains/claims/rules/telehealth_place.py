"""Telehealth is said twice: by modifier and by place."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.rule import Repair, Rule, RuleContext
from chartline.domains.codes import TELEHEALTH_PLACES


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, line in enumerate(copy.lines, 1):
        place = line.place_of_service or copy.place_of_service
        if {"95", "GT", "93", "GQ"} & set(line.modifiers) and place not in TELEHEALTH_PLACES:
            yield f"line {number}"


RULE = Rule(
    id="telehealth-place",
    what="A telehealth modifier stands with a place of service that is not telehealth.",
    why="Payers deny the line because modifier and place contradict each other.",
    fix="Set the place to 10 (patient at home) or 02 (elsewhere), or remove the modifier.",
    example="Modifier 95 with place 11.",
    repair=Repair.ASK,
    prevents=("4", "5"),
    places=places,
)
