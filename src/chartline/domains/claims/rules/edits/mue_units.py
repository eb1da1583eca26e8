"""Of some services nobody gets more in a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered, setting_of
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if not context.edits.units:
        return
    setting = setting_of(copy)
    day: Counter[tuple[str, date]] = Counter()
    for line in copy.lines:
        day[line.procedure, line.service_date] += line.units
    for other in context.others:
        if (other.procedure, other.service_date) in day:
            day[other.procedure, other.service_date] += other.units
    for place, line in numbered(copy):
        edit = context.edits.most(setting, line.procedure, line.service_date)
        if edit is None:
            continue
        units = day[line.procedure, line.service_date] if edit.per_day else line.units
        if units > edit.most:
            yield place


RULE = Rule(
    id="mue-units",
    what="More units than the loaded MUE table takes for a line or a day.",
    why="Units above it are denied, and often the whole line with them.",
    fix="Check the units; what is really more goes on a line of its own with a modifier, if the edit is by line.",
    example="Three units of a code of which two are the most.",
    repair=Repair.NONE,
    prevents=("151", "222"),
    places=places,
    source="CMS National Correct Coding Initiative, medically unlikely edits as loaded.",
    kinds=MEDICAL,
)
