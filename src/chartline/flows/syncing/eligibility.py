"""Asks a payer through the practice system whether a patient is covered: the question now, the answer when it is there.

The number of the question is kept in the run, so waiting holds no worker and a crash does not ask twice. Asking twice
does no harm to anybody but the budget.
"""

from __future__ import annotations

from chartline.connect.capabilities import AsksPlans
from chartline.domains.coverage.benefits import CheckState
from chartline.domains.coverage.checks import read, record_answer, record_failure
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import vendor_of
from chartline.domains.sync.runs import Counts, What, progress
from chartline.flows.answers import Answer, answer, done
from chartline.flows.ground import Ground
from chartline.flows.syncing.course import Course, Ended, play, turned_back
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Receipt, Refused
from chartline.platform.jobs import Run

NOT_LINKED = ErrorKind(
    "sync.not_linked",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The practice system does not know this record yet.",
    "Synchronise the patient first, then ask again.",
    status=409,
)


class Eligibility:
    """The job behind the button."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def check(self, run: Run, arguments: dict[str, str]) -> Ended:
        """The job: ask, and keep the answer in the check."""
        return play(
            self._ground, run, arguments, What.ELIGIBILITY, lambda course: self._check(course, arguments["check"])
        )

    def _check(self, course: Course, check_id: str) -> Ended:
        question = course.cursor
        if not question:
            asked = course.run.step("ask", self._ask, *course.parts, check_id, course.run.failed)
            back = turned_back(asked)
            if back is not None:
                return back
            question = asked["value"]
        told = course.run.step("answer", self._answer, *course.parts, check_id, question, course.run.failed)
        return turned_back(told) or {"state": told["state"]}

    def _ask(self, organisation: str, connection: str, run_id: str, actor: str, check_id: str, failed: int) -> Answer:
        ground = self._ground
        with ground.database.read(organisation) as work:
            check = read(work, check_id)
            patient = vendor_of(work, connection, Kind.PATIENT, check.patient_id)
            plan = vendor_of(work, connection, Kind.COVERAGE, check.coverage_id)
        if patient is None or plan is None:
            raise NOT_LINKED.stop(check=check_id)
        connector = ground.open(organisation, connection, AsksPlans)
        outcome = connector.ask_plan(patient, plan, check.service_type)
        with ground.database.work(organisation) as work:
            if isinstance(outcome, Receipt):
                progress(work, run_id, Counts(), cursor=outcome.value, total=1)
            elif isinstance(outcome, Refused):
                record_failure(work, check_id, outcome.problem)
        return answer(outcome, ground.clock, failed)

    def _answer(
        self,
        organisation: str,
        connection: str,
        run_id: str,
        actor: str,
        check_id: str,
        question: str,
        failed: int,
    ) -> Answer:
        ground = self._ground
        connector = ground.open(organisation, connection, AsksPlans)
        outcome = connector.plan_answer(question)
        with ground.database.work(organisation) as work:
            if isinstance(outcome, Receipt):
                summary = record_answer(
                    work,
                    ground.vault,
                    ground.records,
                    check_id,
                    outcome.value,
                    outcome.exchange,
                    connection=connection,
                )
                failed_there = summary.state is CheckState.FAILED
                progress(work, run_id, Counts(1, changed=1, refused=int(failed_there)))
                return done(state=summary.state.value)
            if isinstance(outcome, Refused):
                record_failure(work, check_id, outcome.problem)
        return answer(outcome, ground.clock, failed)
