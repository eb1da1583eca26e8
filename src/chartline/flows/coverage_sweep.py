"""Before visits: ask each payer once whether the patient is covered, and keep what it says.

A sweep opens the checks of the coming days, as many as the practice has set, and puts one job in line for each. What is
answered or under way is not asked twice; an answer on the same coverage that still holds is carried over, and one that
is too old is asked again. Asking is a read, so it may be asked again when no answer came.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from chartline.connect.facts import VisitStatus
from chartline.domains.coverage.checks import (
    OPEN,
    carry_answer,
    checks_of_visits,
    is_fresh,
    latest_answers,
    open_check,
    read,
)
from chartline.domains.coverage.settings import CoverageSettings, read_coverage_settings
from chartline.domains.coverage.tables import Check
from chartline.domains.practice.coverages import read_coverage
from chartline.domains.practice.day import DayVisit, coverages_of, day_visits
from chartline.domains.practice.settings import office_today, office_zone, read_practice
from chartline.flows.answers import Answer, answer, come_back, done
from chartline.flows.coverage_asking import ask_payer, insured_of, question_about
from chartline.flows.ground import FAST, VENDOR, Ground
from chartline.formats.fhir import text
from chartline.kernel.outcome import Receipt
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Job, Run

SWEEP, CHECK = "coverage.sweep", "coverage.check"
TO_COME = frozenset({VisitStatus.BOOKED, VisitStatus.CONFIRMED, VisitStatus.ARRIVED})
PAGE = 100


def queue_check(ground: Ground, work: Work, check_id: str, again: str = "") -> None:
    """Put the asking of a check in line; ``again`` tells one try that a person wants from the one before."""
    arguments = {"check": check_id}
    key = f"check/{check_id}/{again}" if again else f"check/{check_id}"
    ground.jobs.enqueue(work, CHECK, VENDOR, arguments, key=key, organisation=work.organisation)


class CoverageSweep:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [Job(SWEEP, FAST, self.sweep), Job(CHECK, VENDOR, self.check)]

    def sweep(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Open the checks of a day, or of today in the office and the days set, page by page."""
        planned = run.step("plan", self._plan, run.organisation, arguments.get("day", ""))
        opened = carried = 0
        for day in planned["days"].split():
            cursor = ""
            while True:
                page = run.step("open", self._open, run.organisation, day, cursor)
                opened, carried = opened + int(page["opened"]), carried + int(page["carried"])
                cursor = page["cursor"]
                if not cursor:
                    break
        return {"opened": str(opened), "carried": str(carried)}

    def _plan(self, organisation: str, day: str) -> Answer:
        if day:
            return done(days=date.fromisoformat(day).isoformat())
        with self._ground.database.read(organisation) as work:
            today = office_today(work)
            ahead = read_coverage_settings(work).days_ahead
        return done(days=" ".join((today + timedelta(days=number)).isoformat() for number in range(ahead + 1)))

    def _open(self, organisation: str, day: str, cursor: str) -> Answer:
        ground, opened, carried = self._ground, 0, 0
        with ground.database.work(organisation) as work:
            zone, settings = office_zone(read_practice(work)), read_coverage_settings(work)
            on = date.fromisoformat(day)
            page = day_visits(work, ground.records, on, zone, cursor or None, PAGE)
            wanted = self._wanted(work, [visit for visit in page.visits if visit.status in TO_COME])
            asked = checks_of_visits(work, [visit.appointment_id for visit, _, _ in wanted])
            since = work.now - timedelta(days=settings.fresh_days)
            recent = latest_answers(work, sorted({coverage for _, coverage, _ in wanted}), since)
            for visit, coverage, payer in wanted:
                before = asked.get(visit.appointment_id)
                kind = settings.service_type_of(visit.kind)
                if before is not None and _stands(before, coverage, on, work.now, settings):
                    continue
                check = open_check(
                    work,
                    ground.records,
                    patient_id=visit.patient_id,
                    coverage_id=coverage,
                    payer_id=payer,
                    service_date=on,
                    appointment_id=visit.appointment_id,
                    service_type=kind,
                    again=work.now.astimezone(zone).date().isoformat() if before is not None else "",
                )
                if not check.new:
                    continue
                opened += 1
                earlier = recent.get((coverage, kind))
                if earlier is not None and is_fresh(earlier, on, work.now, settings.fresh_days):
                    carry_answer(work, ground.vault, ground.records, check.check, earlier)
                    carried += 1
                else:
                    queue_check(ground, work, check.check.id)
            return done(opened=str(opened), carried=str(carried), cursor=page.cursor or "")

    def _wanted(self, work: Work, visits: Sequence[DayVisit]) -> list[tuple[DayVisit, str, str]]:
        """Visits with a coverage whose payer can be asked, each with both."""
        found = coverages_of(work, self._ground.records, sorted({visit.patient_id for visit in visits}))
        payers = {text(one, "id") or "": read_coverage(one).payer_id for each in found.values() for one in each}
        return [
            (visit, visit.coverage_id, payers[visit.coverage_id])
            for visit in visits
            if visit.coverage_id is not None and payers.get(visit.coverage_id)
        ]

    def check(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Ask the payer and keep the answer."""
        asked = run.step("ask", self._ask, run.organisation, arguments["check"], run.failed)
        return come_back(asked) or {"state": asked["state"]}

    def _ask(self, organisation: str, check_id: str, failed: int) -> Answer:
        ground = self._ground
        with ground.database.read(organisation) as work:
            check = read(work, check_id)
            if check.state not in OPEN:
                return done(state="answered before")
            question = question_about(insured_of(work, ground.records, check), check)
        outcome = ask_payer(ground, organisation, check_id, question)
        if isinstance(outcome, Receipt):
            with ground.database.read(organisation) as work:
                return done(state=read(work, check_id).state.value)
        return answer(outcome, ground.clock, failed)


def _stands(before: Check, coverage: str, on: date, now: datetime, settings: CoverageSettings) -> bool:
    """Whether the visit's newest check need not be asked again: it is under way, or it still holds."""
    if before.state in OPEN:
        return before.coverage_id == coverage
    return before.coverage_id == coverage and is_fresh(before, on, now, settings.fresh_days)


EVERY = timedelta(hours=1)
"""How often the sweep runs by itself."""
