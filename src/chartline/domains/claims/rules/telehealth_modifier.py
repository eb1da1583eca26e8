"""Telehealth is said twice: by place and by modifier."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.rule import Repair, Rule, RuleContext, Severity
from chartline.domains.codes import TELEHEALTH_PLACES


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, line in enumerate(copy.lines, 1):
        place = line.place_of_service or copy.place_of_service
        if place in TELEHEALTH_PLACES and not {"95", "GT", "93", "GQ", "FQ"} & set(line.modifiers):
            yield f"line {number}"


RULE = Rule(
    id="telehealth-modifier",
    what="A telehealth place stands without a telehealth modifier.",
    why="Many payers want both and pay a lower rate or nothing without the modifier.",
    fix="Add modifier 95 (or 93 for audio only) if this payer asks for it.",
    example="Place 10 without modifier.",
    repair=Repair.ASK,
    prevents=("4",),
    places=places,
    severity=Severity.WARNING,
)
