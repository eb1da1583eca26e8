"""Of some pairs of services only one is paid."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered, rendering_of, setting_of
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule, Violation

_APART = frozenset(
    "24 25 27 57 58 59 78 79 91 XE XP XS XU LT RT E1 E2 E3 E4 LC LD LM RC RI"
    " FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9".split()
)
"""Modifiers by which the edits may be passed, as the policy manual lists them."""


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str | Violation]:
    """Where the rule is broken."""
    if not context.edits.pairs:
        return
    setting = setting_of(copy)
    for place, line in numbered(copy):
        for other in copy.lines:
            if other is line or other.service_date != line.service_date:
                continue
            if rendering_of(copy, other) != rendering_of(copy, line):
                continue
            edit = context.edits.pair(setting, other.procedure, line.procedure, line.service_date)
            if edit is None:
                continue
            if not edit.modifier_allowed:
                yield Violation(place, _NEVER, _LEAVE_OUT)
                break
            if not _APART & {*line.modifiers, *other.modifiers}:
                yield place
                break


_NEVER = "The service is part of another one of the day, whatever modifier it has."
_LEAVE_OUT = "Take the line off; the payer pays the other service for both."


RULE = Rule(
    id="ncci-pair",
    what="The service is part of another one of the day, unless a modifier says that they were apart.",
    why="Payers that follow the NCCI edits deny the second code of the pair.",
    fix="If they were separate, add modifier 59, an X modifier or 25 and keep the record; else take the line off.",
    example="A pair of the loaded NCCI tables on one day without a modifier.",
    repair=Repair.NONE,
    prevents=("97", "236"),
    places=places,
    source="CMS National Correct Coding Initiative, procedure-to-procedure edits as loaded.",
    kinds=MEDICAL,
)
