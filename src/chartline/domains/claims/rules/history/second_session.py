"""Two sessions on a day are told apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import THERAPY_SESSION
from chartline.domains.claims.rules.reading import numbered, rendering_of
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule, Severity

_APART = frozenset({"59", "76", "77", "XE", "XP", "XS", "XU"})


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    seen: set[tuple[date, str]] = set()
    for place, line in numbered(copy):
        if line.procedure not in THERAPY_SESSION or _APART & set(line.modifiers):
            continue
        key = (line.service_date, rendering_of(copy, line))
        other = any(
            one.procedure in THERAPY_SESSION
            and one.procedure != line.procedure
            and one.service_date == key[0]
            and one.rendering in ("", key[1])
            for one in context.others
        )
        if key in seen or other:
            yield place
        seen.add(key)


RULE = Rule(
    id="second-session",
    what="A provider bills a second session of psychotherapy with the patient on one day.",
    why="Payers pay one session of a day and deny the other as included.",
    fix="Bill the whole time with one code, or tell the sessions apart with modifier 59 or XE.",
    example="90834 and 90837 on one day.",
    repair=Repair.NONE,
    prevents=("97", "B14"),
    places=places,
    source="NCCI policy manual, chapter 11; CARC 97 and B14.",
    severity=Severity.WARNING,
    kinds=frozenset({PROFESSIONAL}),
)
