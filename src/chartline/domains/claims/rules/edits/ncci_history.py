"""The other half of a pair may be on another claim."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered, rendering_of, setting_of
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if not context.edits.pairs or not context.others:
        return
    setting = setting_of(copy)
    for place, line in numbered(copy):
        if {"59", "25", "XE", "XP", "XS", "XU"} & set(line.modifiers):
            continue
        for other in context.others:
            if other.service_date != line.service_date or other.rendering != rendering_of(copy, line):
                continue
            edit = context.edits.pair(setting, other.procedure, line.procedure, line.service_date)
            edit = edit or context.edits.pair(setting, line.procedure, other.procedure, line.service_date)
            if edit is not None:
                yield place
                break


RULE = Rule(
    id="ncci-history",
    what="The service makes an NCCI pair with one on another claim of the same provider and day.",
    why="Payers look at the whole day, not at the claim, and deny one of the two.",
    fix="Put both services on one claim, with a modifier if they were separate.",
    example="The second code of a pair on a claim of its own.",
    repair=Repair.NONE,
    prevents=("97", "236"),
    places=places,
    source="CMS National Correct Coding Initiative, procedure-to-procedure edits as loaded.",
    severity=Severity.WARNING,
    kinds=MEDICAL,
)
