"""A day of therapy has an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import QUARTER_HOURS
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule, Severity

_MOST = 32
"""Quarters of an hour: eight hours."""


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    units: Counter[date] = Counter()
    for line in copy.lines:
        if line.procedure in QUARTER_HOURS:
            units[line.service_date] += line.units
    for place, line in numbered(copy):
        if line.procedure in QUARTER_HOURS and units[line.service_date] > _MOST:
            yield place


RULE = Rule(
    id="quarter-hours-day",
    what="Timed codes of one day add up to more than eight hours.",
    why="Payers deny what no person can receive in a day, and ask for records.",
    fix="Check the minutes and the units: a unit is fifteen minutes.",
    example="Forty units of therapy on one day.",
    repair=Repair.NONE,
    prevents=("151", "222"),
    places=places,
    source="CMS claims processing manual, chapter 5, counting of timed units.",
    severity=Severity.WARNING,
    kinds=MEDICAL,
)
