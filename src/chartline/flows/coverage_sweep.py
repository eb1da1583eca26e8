"""Before the visits of a day: ask each payer once whether the patient is covered, and keep what it says.

A sweep opens the checks of a day and puts one job in line for each; a check that is answered or under way is not
asked twice. Asking is a read, so it may be asked again when no answer came.
"""

from __future__ import annotations

from datetime import date, timedelta

from chartline.connect.capabilities import ChecksCoverage
from chartline.connect.facts import EligibilityQuestion, VisitStatus
from chartline.domains.coverage.benefits import CheckState
from chartline.domains.coverage.checks import open_check, read, record_answer, record_failure
from chartline.domains.practice.coverages import read_coverage
from chartline.domains.practice.day import coverages_of, day_visits
from chartline.domains.practice.settings import office_zone, read_practice
from chartline.flows.answers import Answer, answer, come_back, done
from chartline.flows.ground import FAST, VENDOR, Ground
from chartline.flows.visits import VisitView, view_visit
from chartline.formats.fhir import text
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Job, Run

SWEEP, CHECK = "coverage.sweep", "coverage.check"
TO_COME = frozenset({VisitStatus.BOOKED, VisitStatus.CONFIRMED, VisitStatus.ARRIVED})
PAGE = 100
SERVICE_TYPE = "MH"
"""What is asked about (X12 service type, mental health): a copay belongs to a kind of visit, not to the whole plan."""


class CoverageSweep:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [Job(SWEEP, FAST, self.sweep), Job(CHECK, VENDOR, self.check)]

    def sweep(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Open the checks of a day, today in the office when none is named, page by page."""
        cursor, opened = "", 0
        while True:
            page = run.step("open", self._open, run.organisation, arguments.get("day", ""), cursor)
            opened += int(page["opened"])
            cursor = page["cursor"]
            if not cursor:
                return {"opened": str(opened)}

    def _open(self, organisation: str, day: str, cursor: str) -> Answer:
        ground, opened = self._ground, 0
        with ground.database.work(organisation) as work:
            zone = office_zone(read_practice(work))
            on = date.fromisoformat(day) if day else work.now.astimezone(zone).date()
            page = day_visits(work, ground.records, on, zone, cursor or None, PAGE)
            asked = [visit for visit in page.visits if visit.coverage_id is not None and visit.status in TO_COME]
            payers = self._payers(work, [visit.patient_id for visit in asked])
            for visit in asked:
                if visit.coverage_id is None or visit.coverage_id not in payers:
                    continue
                check = open_check(
                    work,
                    ground.records,
                    patient_id=visit.patient_id,
                    coverage_id=visit.coverage_id,
                    payer_id=payers[visit.coverage_id],
                    service_date=on,
                    appointment_id=visit.appointment_id,
                    service_type=SERVICE_TYPE,
                )
                if check.new:
                    opened += 1
                    ground.jobs.enqueue(
                        work,
                        CHECK,
                        VENDOR,
                        {"check": check.check.id, "appointment": visit.appointment_id},
                        key=f"check/{check.check.id}",
                        organisation=organisation,
                    )
            return done(opened=str(opened), cursor=page.cursor or "")

    def _payers(self, work: Work, patient_ids: list[str]) -> dict[str, str]:
        """Coverage id to payer id, for all coverages of the patients."""
        found = coverages_of(work, self._ground.records, sorted(set(patient_ids)))
        return {text(one, "id") or "": read_coverage(one).payer_id for each in found.values() for one in each}

    def check(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Ask the payer and keep the answer."""
        asked = run.step("ask", self._ask, run.organisation, arguments["check"], arguments["appointment"], run.failed)
        return come_back(asked) or {"state": asked["state"]}

    def _ask(self, organisation: str, check_id: str, appointment: str, failed: int) -> Answer:
        ground = self._ground
        _, connector = ground.first(organisation, ChecksCoverage)
        with ground.database.read(organisation) as work:
            check = read(work, check_id)
            if check.state not in (CheckState.ASKED, CheckState.FAILED):
                return done(state="answered before")
            question = _question(view_visit(work, ground.records, appointment), check.service_type)
        outcome = connector.check_coverage(question)
        with ground.database.work(organisation) as work:
            match outcome:
                case Receipt(value, exchange):
                    summary = record_answer(work, ground.vault, ground.records, check_id, value, exchange)
                    return done(state=summary.state.value)
                case Refused(problem):
                    record_failure(work, check_id, problem)
                case Later():
                    pass
        return answer(outcome, ground.clock, failed)


def _question(view: VisitView, service_type: str) -> EligibilityQuestion:
    assert view.coverage is not None  # a check is opened for a coverage only
    practice = view.practice
    return EligibilityQuestion(
        payer_id=view.coverage.payer_id,
        provider_npi=practice.npi,
        provider_tax_id=practice.tax_id,
        provider_name=practice.name,
        subscriber_family=view.person.family,
        subscriber_given=view.person.given,
        subscriber_birth_date=view.person.birth_date,
        subscriber_sex=view.person.sex,
        member_id=view.coverage.member_id,
        service_date=view.service_date,
        relationship=view.coverage.relationship,
        service_type=service_type,
    )


EVERY = timedelta(hours=1)
"""How often the sweep of the day runs by itself."""
