"""A week of visits: where each stands here and with the practice system, and sending all that is not there.

The page names patients, so the look is audited. Refuses to show thousands: a day lists its first visits and leads to
the day itself for the others; its numbers count all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.response import Redirect

from chartline.connect.facts import VisitStatus
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed, typed_day
from chartline.console.people import names_of
from chartline.console.standing import standing_of
from chartline.console.sync_cards import exchanging
from chartline.console.visitor import DESK, SYNC_STARTS, Visiting, Visitor
from chartline.domains.practice.billing_route import billings
from chartline.domains.practice.visits import encounter_id, participant_id, visit_status
from chartline.domains.sync.incoming_visits import NOT_HELD
from chartline.domains.sync.runs import OVER
from chartline.flows import sync_desk
from chartline.formats.fhir import span, text
from chartline.formats.fhir.amounts import fhir_moment
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import Criterion

LISTED = 14
"""Visits that a day of the week lists by name."""
MOST = 4000
"""Visits of a week that are counted."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class WeekVisit:
    """One visit of the week, by ids. ``held``: it took or takes place, so other systems should have it."""

    id: str
    patient_id: str
    start: datetime
    status: VisitStatus
    held: bool
    billed: bool


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One day: the visits that are listed, and how many there are in all."""

    day: date
    listed: tuple[WeekVisit, ...]
    number: int
    states: dict[VisitStatus, int]


@get("/visits/week", sync_to_thread=True)
def week_page(visitor: Visiting, day: date | None = None, run: UUID | None = None) -> Response:
    """The week that holds a day, Monday to Sunday."""
    connections = exchanging(visitor)
    with visitor.showing("console.week") as work:
        on = day or visitor.today()
        monday = on - timedelta(days=on.weekday())
        visits = _visits(visitor, work, monday, visitor.zone)
        standing = [standing_of(work, one, [each.id for each in visits if each.held]) for one in connections]
        days = _days(visits, monday, visitor.zone)
        shown = [each.patient_id for one in days for each in one.listed]
        names = names_of(work, visitor.services.records, shown)
    return visitor.page(
        "week.html",
        "visits",
        day=on,
        days=days,
        monday=monday,
        sunday=monday + timedelta(days=6),
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
        number=len(visits),
        cut=len(visits) >= MOST,
        names=names,
        standing=standing,
        run=str(run) if run and visitor.may(DESK) else None,
        may_start=visitor.may(SYNC_STARTS),
    )


@post("/visits/sync", sync_to_thread=True)
def sync_range(visitor: Visiting, data: Form) -> Redirect:
    """Sends the visits of the shown days, in batches; the page shows how far it is."""
    visitor.require(SYNC_STARTS)
    first, last = typed_day(data, "first"), typed_day(data, "last")
    if first is None or last is None:
        raise BAD_FORM.error(field="first" if first is None else "last")
    connection = typed(data, "connection", needed=True)
    ground, organisation = visitor.services.ground, visitor.organisation
    run = sync_desk.bulk_sync(ground, organisation, connection, first, last, visitor.actor)
    return visitor.go(f"/visits/week?day={first}&run={run}", "started")


@get("/visits/week/progress/{run_id:uuid}", sync_to_thread=True)
def progress(visitor: Visiting, run_id: UUID) -> Response:
    """How far the sending is: a piece of the page, asked for again until it is over. Counts only."""
    visitor.require(DESK)
    view = sync_desk.run_view(visitor.services.ground, visitor.organisation, str(run_id))
    with visitor.read():
        pass
    over = view.run.state in OVER
    return visitor.page("week_progress.html", "visits", run=view.run, expected=view.expected_finish, over=over)


def _visits(visitor: Visitor, work: Work, monday: date, zone: ZoneInfo) -> list[WeekVisit]:
    """The visits of a week by start; two queries for every 500."""
    begin = datetime.combine(monday, time(), zone)
    end = datetime.combine(monday + timedelta(days=7), time(), zone)
    criteria = [Criterion("date", f"ge{fhir_moment(begin)}"), Criterion("date", f"lt{fhir_moment(end)}")]
    found: list[WeekVisit] = []
    cursor: str | None = None
    while len(found) < MOST:
        page = visitor.services.records.search(
            work, "Appointment", criteria, sort="date", cursor=cursor, limit=_AT_ONCE
        )
        encounters = {one.id: encounter_id(visitor.organisation, one.id) for one in page.found}
        billed = billings(work, list(encounters.values()))
        for stored in page.found:
            appointment = stored.reveal(Purpose.SHOW)
            patient, start = participant_id(appointment, "Patient"), span(text(appointment, "start") or "")
            status = visit_status(appointment)
            if patient is None or start is None or status is VisitStatus.DELETED or not begin <= start.start < end:
                continue
            is_billed = encounters[stored.id] in billed
            found.append(WeekVisit(stored.id, patient, start.start, status, status not in NOT_HELD, is_billed))
        cursor = page.next
        if cursor is None:
            break
    return found


def _days(visits: Sequence[WeekVisit], monday: date, zone: ZoneInfo) -> list[WeekDay]:
    days: list[WeekDay] = []
    for number in range(7):
        on = monday + timedelta(days=number)
        own = [one for one in visits if one.start.astimezone(zone).date() == on]
        states = Counter(one.status for one in own)
        days.append(WeekDay(on, tuple(own[:LISTED]), len(own), dict(states)))
    return days


PAGES = [week_page, sync_range, progress]
