"""Two visits on a day are one visit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import VISITS
from chartline.domains.claims.rules.reading import numbered, rendering_of
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule, Severity

_APART = frozenset({"24", "25", "27", "57", "76", "77"})


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    seen: set[tuple[date, str]] = set()
    for place, line in numbered(copy):
        if line.procedure not in VISITS or _APART & set(line.modifiers):
            continue
        key = (line.service_date, rendering_of(copy, line))
        other = any(
            one.procedure in VISITS
            and one.service_date == key[0]
            and one.rendering in ("", key[1])
            and one.procedure != line.procedure
            for one in context.others
        )
        if key in seen or other:
            yield place
        seen.add(key)


RULE = Rule(
    id="second-visit",
    what="A provider bills a second visit with the patient on one day.",
    why="Payers pay one visit of a day and deny the other as included.",
    fix="Bill one visit of the higher level, or say with a modifier what was apart.",
    example="99213 and 99214 on one day.",
    repair=Repair.NONE,
    prevents=("97", "18", "B14"),
    places=places,
    source="CMS claims processing manual, chapter 12, section 30.6.5.",
    severity=Severity.WARNING,
    kinds=frozenset({PROFESSIONAL}),
)
