"""The desk's day with what payers said: the visits of a day, each with its newest eligibility check.

One query more than the day itself, however many visits there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from chartline.domains.coverage.checks import checks_of_visits
from chartline.domains.coverage.tables import Check
from chartline.domains.practice.day import DayVisit, day_visits
from chartline.platform.database import Work
from chartline.platform.records import Records


@dataclass(frozen=True, slots=True)
class DeskVisit:
    """A visit and the newest check of its coverage, None while nobody asked."""

    visit: DayVisit
    check: Check | None


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Visits by start, and the cursor of the next page (None at the end)."""

    visits: tuple[DeskVisit, ...]
    cursor: str | None


def desk_day(
    work: Work, records: Records, on: date, zone: ZoneInfo, cursor: str | None = None, limit: int = 100
) -> DeskPage:
    """A page of a day with coverage and charges: five queries."""
    page = day_visits(work, records, on, zone, cursor, limit)
    checks = checks_of_visits(work, [visit.appointment_id for visit in page.visits])
    return DeskPage(tuple(DeskVisit(visit, checks.get(visit.appointment_id)) for visit in page.visits), page.cursor)
