"""The first page: the day in numbers, and what needs a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from litestar import Response, get, post
from litestar.response import Redirect

from chartline.app.budgets import budgets
from chartline.connect.facts import VisitStatus
from chartline.console.charts import Part, stacked_bar
from chartline.console.desk import tasks
from chartline.console.forms import Form, typed
from chartline.console.troubles import sync_counts, sync_troubles
from chartline.console.visitor import BILLING, DESK, PEOPLE, Visiting, Visitor
from chartline.domains.claims import count_by_word
from chartline.domains.coverage import checks
from chartline.domains.remits import count_desk
from chartline.domains.reports import MEASURES, Scope, kpis
from chartline.domains.reports.digest import shown
from chartline.domains.reports.kpis import Some
from chartline.formats.fhir.amounts import fhir_moment
from chartline.kernel.clock import SystemClock
from chartline.platform.database import Work
from chartline.platform.jobs.tables import worker
from chartline.platform.records import Criterion

_REAL = SystemClock()
_VISITS = (
    (VisitStatus.BOOKED, ("booked", "pending")),
    (VisitStatus.ARRIVED, ("arrived", "checked-in")),
    (VisitStatus.SEEN, ("fulfilled",)),
    (VisitStatus.NO_SHOW, ("noshow",)),
    (VisitStatus.CANCELLED, ("cancelled",)),
)
"""Our words for visits, and the FHIR codes that are counted under each."""
MONTH = timedelta(days=29)
_MONEY = (("billed", True), ("collected", True), ("adjusted", True), ("insurance_open", False), ("patient_open", False))
"""Numbers of the first page, and whether they are flows of the 30 days."""


@get("/", sync_to_thread=True)
def dashboard_page(visitor: Visiting, day: date | None = None) -> Response:
    """The day."""
    services = visitor.services
    values: dict[str, object] = {}
    with visitor.read() as work:
        on = day or visitor.today()
        if visitor.may(PEOPLE):
            values["visits"] = _visits(visitor, work, on)
            values["eligibility"] = checks.counts(work, on, on)
        if visitor.may(BILLING):
            words = count_by_word(work)
            values["claims"] = words
            values["claims_bar"] = stacked_bar([Part(word.value, number) for word, number in words.items()])
            values["remittances"] = count_desk(work)
            values.update(_month(visitor, work, on))
        counts = sync_counts(work)
        values["tasks"] = tasks(visitor, work, counts)
        connections = services.connections.all(work) if visitor.may(DESK) else []
        values["workers"] = _workers(visitor, work)
        if visitor.may(DESK):
            values["sync"] = sync_troubles(work, connections, counts)
    if visitor.may(DESK):
        values["budgets"] = budgets(services, connections)
    return visitor.page(
        "dashboard.html", "today", day=on, before=on - timedelta(days=1), after=on + timedelta(days=1), **values
    )


@post("/jobs/retry", sync_to_thread=True)
def retry_job(visitor: Visiting, data: Form) -> Redirect:
    """Runs a failed job again from the step that failed."""
    visitor.require(DESK)
    visitor.services.jobs.retry(typed(data, "key", needed=True), visitor.organisation)
    with visitor.work() as work:
        visitor.record(work, "job.retry")
    return visitor.go("/", "retried")


@dataclass(frozen=True, slots=True)
class _Figure:
    """One number of the first page, and the number that it opens to."""

    name: str
    title: str
    formula: str
    text: str
    flows: bool


def _month(visitor: Visitor, work: Work, on: date) -> dict[str, object]:
    """The money of the last 30 days, each number with the address of its rows."""
    scope = Scope(on - MONTH, on, zone=visitor.zone)
    (found,) = kpis(work, scope, some=(Some.FLOWS, Some.STANDS))
    figures = [
        _Figure(name, MEASURES[name].title, MEASURES[name].formula, shown(found[name], MEASURES[name].unit), flows)
        for name, flows in _MONEY
    ]
    return {"money_of_month": figures, "month": f"begin={scope.begin}&end={scope.end}"}


def _visits(visitor: Visitor, work: Work, on: date) -> dict[VisitStatus, int]:
    """How many visits of a day stand where; counted in the index, without opening any."""
    begin = datetime.combine(on, time(), visitor.zone)
    end = datetime.combine(on + timedelta(days=1), time(), visitor.zone)
    within = [Criterion("date", f"ge{fhir_moment(begin)}"), Criterion("date", f"lt{fhir_moment(end)}")]
    count = visitor.services.records.count
    return {status: count(work, "Appointment", [*within, Criterion("status", *codes)]) for status, codes in _VISITS}


def _workers(visitor: Visitor, work: Work) -> tuple[int, int]:
    """How many workers live, and how many are known."""
    now, limit = _REAL.now(), visitor.services.settings.dead_after_seconds
    beats = [row["beat"] for row in work.rows(worker.select())]
    return sum((now - beat).total_seconds() <= limit for beat in beats), len(beats)


PAGES = [dashboard_page, retry_job]
