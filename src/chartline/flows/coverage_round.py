"""Once a month everybody with a present visit or a recent one is asked about, spread over the first days of the month.

The round is gathered from the schedule page by page. Each hour the coverages whose turn has come get their check; the
vendor's budget paces the asking itself. An answer of this month that still holds spares the question.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from chartline.connect.facts import VisitStatus
from chartline.domains.coverage.checks import is_fresh, latest_answers, open_check
from chartline.domains.coverage.rounds import (
    ItemState,
    RoundItem,
    add_items,
    begin_round,
    due_items,
    end_round,
    gathered,
    mark_items,
)
from chartline.domains.coverage.settings import read_coverage_settings
from chartline.domains.practice.coverages import read_coverage
from chartline.domains.practice.day import coverages_of
from chartline.domains.practice.settings import office_today, office_zone, read_practice
from chartline.domains.practice.visits import participant_id, visit_status
from chartline.flows.answers import Answer, done
from chartline.flows.coverage_sweep import queue_check
from chartline.flows.ground import FAST, Ground
from chartline.formats.fhir import JsonObject, text
from chartline.formats.fhir.amounts import fhir_moment
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Job, Run
from chartline.platform.records import Criterion

ROUND = "coverage.round"
EVERY = timedelta(hours=1)
PAGE, PORTION, MOST = 200, 100, 20
"""Visits a page; coverages a transaction; portions a run."""
_GONE = frozenset({VisitStatus.CANCELLED, VisitStatus.NO_SHOW, VisitStatus.DELETED})
_MOST_ORDER = 2


class CoverageRound:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [Job(ROUND, FAST, self.go)]

    def go(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Gather the round of this month if it is not gathered, and ask about those whose turn has come."""
        begun = run.step("begin", self._begin, run.organisation)
        if begun["month"] == "":
            return {"asked": "0"}
        cursor = ""
        while begun["gather"]:
            page = run.step("gather", self._gather, run.organisation, begun["month"], cursor)
            cursor = page["cursor"]
            if not cursor:
                break
        asked = 0
        for _ in range(MOST):
            portion = run.step("ask", self._ask, run.organisation, begun["month"])
            asked += int(portion["asked"])
            if portion["more"] != "1":
                break
        return {"asked": str(asked)}

    def _begin(self, organisation: str) -> Answer:
        with self._ground.database.work(organisation) as work:
            if not read_coverage_settings(work).monthly:
                return done(month="", gather="")
            month = office_today(work).replace(day=1)
            return done(month=month.isoformat(), gather="1" if begin_round(work, month) else "")

    def _gather(self, organisation: str, month: str, cursor: str) -> Answer:
        ground, first = self._ground, date.fromisoformat(month)
        with ground.database.work(organisation) as work:
            zone, settings = office_zone(read_practice(work)), read_coverage_settings(work)
            since = work.now - timedelta(days=settings.active_days)
            wanted = [Criterion("date", f"ge{fhir_moment(since)}")]
            page = ground.records.search(work, "Appointment", wanted, sort="date", cursor=cursor or None, limit=PAGE)
            patients = sorted(filter(None, (_patient(one.reveal(Purpose.MATCH)) for one in page.found)))
            today = work.now.astimezone(zone).date()
            begin = max(work.now, datetime.combine(first, time(), zone))
            end = datetime.combine(first + timedelta(days=settings.monthly_days), time(), zone)
            # A round that begins late is spread over as many days, but never into another month.
            last = datetime.combine((first + timedelta(days=32)).replace(day=1), time(), zone)
            end = end if end > begin else min(begin + timedelta(days=settings.monthly_days), last)
            add_items(work, first, self._items(work, patients, today), begin, max(end - begin, timedelta(0)))
            if page.next is None:
                gathered(work, first)
            return done(cursor=page.next or "")

    def _items(self, work: Work, patients: list[str], on: date) -> list[RoundItem]:
        found: list[RoundItem] = []
        for patient, coverages in coverages_of(work, self._ground.records, sorted(set(patients))).items():
            for one in coverages:
                fact = read_coverage(one)
                holds = text(one, "status") == "active" and (fact.end is None or on <= fact.end)
                if holds and fact.payer_id and fact.order <= _MOST_ORDER:
                    found.append(RoundItem(text(one, "id") or "", patient, fact.payer_id))
        return found

    def _ask(self, organisation: str, month: str) -> Answer:
        ground, first = self._ground, date.fromisoformat(month)
        with ground.database.work(organisation) as work:
            settings = read_coverage_settings(work)
            today = office_today(work)
            items = due_items(work, first, PORTION)
            since = work.now - timedelta(days=settings.fresh_days)
            recent = latest_answers(work, [item.coverage_id for item in items], since)
            fresh: set[str] = set()
            for item in items:
                earlier = recent.get((item.coverage_id, settings.service_type))
                if earlier is not None and is_fresh(earlier, today, work.now, settings.fresh_days):
                    fresh.add(item.coverage_id)
                    continue
                check = open_check(
                    work,
                    ground.records,
                    patient_id=item.patient_id,
                    coverage_id=item.coverage_id,
                    payer_id=item.payer_id,
                    service_date=today,
                    service_type=settings.service_type,
                    again=f"round/{month}",
                )
                queue_check(ground, work, check.check.id)
            mark_items(work, first, fresh, ItemState.FRESH)
            mark_items(work, first, {item.coverage_id for item in items} - fresh, ItemState.ASKED)
            end_round(work, first)
            return done(asked=str(len(items) - len(fresh)), more="1" if len(items) == PORTION else "")


def _patient(appointment: JsonObject) -> str | None:
    """The patient of a visit that takes place."""
    return None if visit_status(appointment) in _GONE else participant_id(appointment, "Patient")
