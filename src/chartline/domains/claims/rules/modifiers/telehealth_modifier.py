"""Telehealth is said twice: by place and by modifier."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy, CopyLine
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import place_of, with_lines
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule, Severity
from chartline.domains.codes import TELEHEALTH_PLACES


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, line in enumerate(copy.lines, 1):
        place = line.place_of_service or copy.place_of_service
        if place in TELEHEALTH_PLACES and not {"95", "GT", "93", "GQ", "FQ"} & set(line.modifiers):
            yield f"line {number}"


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    return with_lines(copy, lambda line: _with_video(line) if place_of(copy, line) in TELEHEALTH_PLACES else line)


def _with_video(line: CopyLine) -> CopyLine:
    known = {"95", "GT", "93", "GQ", "FQ"} & set(line.modifiers)
    return line if known or len(line.modifiers) > 3 else replace(line, modifiers=(*line.modifiers, "95"))


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
    mend=mend,
    source="CMS telehealth billing pages; payers ask for 95, 93, GT, GQ or FQ.",
    kinds=frozenset({PROFESSIONAL}),
)
