"""Questions to payers through connectors that speak by the capabilities alone.

At once, in two steps, past a vendor that is down, for dependents, days ahead, and once a month.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

import pytest
from tests.support.filled import DirectRun, Filled

from chartline.connect.clearing import Enrollment, PayerEntry, PersonalLink, Support
from chartline.connect.connections import Connection
from chartline.connect.facts import Benefit, EligibilityAnswer, EligibilityQuestion, Page, Relationship
from chartline.domains.coverage.benefits import CheckState
from chartline.domains.coverage.checks import checks_of_visits, open_check, read
from chartline.domains.coverage.enrollments import EnrollmentState, list_enrollments
from chartline.domains.coverage.payers import begin_directory, finish_directory, listed_payer, set_number, take_page
from chartline.domains.coverage.rounds import read_progress
from chartline.domains.coverage.settings import CoverageSettings, save_coverage_settings
from chartline.domains.coverage.subscriber import subscriber_fact
from chartline.domains.practice.coverages import read_coverage, write_coverage
from chartline.flows import coverage_desk
from chartline.flows.coverage_round import CoverageRound
from chartline.flows.coverage_sweep import CoverageSweep
from chartline.flows.ground import Ground
from chartline.flows.payers import PayerLists, begin_enrollment
from chartline.kernel.clock import Clock
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind, StopRun
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.jobs import ComeBack

ACTIVE = EligibilityAnswer(
    "e1", (Benefit("1", "IND", "30", plan="Invented Choice"), Benefit("B", "", "30", amount=Money(1)))
)
DOWN = ErrorKind("test.down", Blame.NETWORK, Again.AFTER, "It is down.", "Wait.", status=503)
Say = Callable[[EligibilityQuestion], Receipt[EligibilityAnswer] | Later | Refused]


@dataclass
class AtOnce:
    """Answers in real time what it is told to say."""

    say: Say
    heard: list[EligibilityQuestion] = field(default_factory=list)

    def check_coverage(self, question: EligibilityQuestion) -> Receipt[EligibilityAnswer] | Later | Refused:
        self.heard.append(question)
        return self.say(question)


@dataclass
class InTwoSteps:
    """Takes a question, and has the answer after a while."""

    clock: Clock
    ready: bool = False
    asked: int = 0

    def ask_coverage(self, question: EligibilityQuestion) -> Receipt[str] | Later | Refused:
        self.asked += 1
        return Receipt(f"Q{self.asked}", "x1")

    def coverage_answer(self, question_id: str) -> Receipt[EligibilityAnswer] | Later | Refused:
        return Receipt(ACTIVE, "x2") if self.ready else Later(self.clock.now() + timedelta(minutes=1), "not there yet")


@dataclass
class Lists:
    """Has a directory in pages, and may break off."""

    pages: list[list[PayerEntry]]
    breaks: bool = False

    def payers(self, cursor: str = "") -> Receipt[Page[PayerEntry]] | Later | Refused:
        at = int(cursor or "0")
        if self.breaks and at:
            return Refused(DOWN.problem())
        return Receipt(Page(tuple(self.pages[at]), str(at + 1), at + 1 < len(self.pages)), None)


@dataclass
class Enroller:
    """Gives a form, or says no."""

    no: bool = False
    heard: list[Enrollment] = field(default_factory=list)

    def enroll(self, enrollment: Enrollment) -> Receipt[PersonalLink | None] | Later | Refused:
        self.heard.append(enrollment)
        return Refused(DOWN.problem()) if self.no else Receipt(PersonalLink(Sealed("https://vendor.example/f/1")), "x1")


class Nothing:
    """Offers nothing."""


def ground_of(filled: Filled, *connectors: object) -> tuple[Ground, list[str]]:
    """The ground on which the first connections speak through these, and the others offer nothing."""
    with filled.services.database.read(filled.organisation) as work:
        known = filled.services.connections.all(work)
    spoken = dict(zip([one.id for one in known], connectors, strict=False))

    def connector(organisation: str, connection: Connection) -> object:
        return spoken.get(connection.id, Nothing())

    return replace(filled.services.ground, connector=connector), [one.id for one in known]


@pytest.fixture
def filled(filled_sqlite: Filled) -> Filled:
    return filled_sqlite


def opened(filled: Filled, number: int, day: date | None = None) -> str:
    """A check of a patient's coverage, today."""
    with filled.services.database.work(filled.organisation) as work:
        coverage = coverage_desk.ordered_coverages(work, filled.services.records, filled.patients[number])[0]
        return open_check(
            work,
            filled.services.records,
            patient_id=filled.patients[number],
            coverage_id=coverage.id,
            payer_id=coverage.fact.payer_id,
            service_date=day or work.now.date(),
            again=new_id(),
        ).check.id


def ask(ground: Ground, filled: Filled, check: str) -> object:
    return CoverageSweep(ground).check(DirectRun(filled.organisation), {"check": check})


def state(filled: Filled, check: str) -> CheckState:
    with filled.services.database.read(filled.organisation) as work:
        return read(work, check).state


def test_a_vendor_that_is_down_is_passed_over_and_the_history_says_so(filled: Filled) -> None:
    first, second = AtOnce(lambda _: Refused(DOWN.problem())), AtOnce(lambda _: Receipt(ACTIVE, "x1"))
    ground, ids = ground_of(filled, first, second)
    check = opened(filled, 3)
    assert ask(ground, filled, check) == {"state": "active"}
    with filled.services.database.read(filled.organisation) as work:
        kept = read(work, check)
    assert (kept.connection_id, kept.passed_over) == (ids[1], ((ids[0], "test.down"),))
    assert len(first.heard) == len(second.heard) == 1


def test_a_payers_own_no_is_no_reason_to_ask_elsewhere(filled: Filled) -> None:
    refusal = EligibilityAnswer("e1", (), (("75", "not found"),))
    first, second = AtOnce(lambda _: Receipt(refusal, None)), AtOnce(lambda _: Receipt(ACTIVE, None))
    ground, _ = ground_of(filled, first, second)
    check = opened(filled, 3)
    ask(ground, filled, check)
    assert (state(filled, check), len(second.heard)) == (CheckState.UNCLEAR, 0)


def test_each_connection_is_asked_under_its_own_number(filled: Filled) -> None:
    connector = AtOnce(lambda _: Receipt(ACTIVE, None))
    ground, ids = ground_of(filled, connector)
    check = opened(filled, 4)
    with filled.services.database.work(filled.organisation) as work:
        payer = read(work, check).payer_id
        set_number(work, payer, ids[0], "THEIRS", "user:x")
    ask(ground, filled, check)
    with filled.services.database.work(filled.organisation) as work:
        set_number(work, payer, ids[0], "", "user:x")
    assert connector.heard[0].payer_id == "THEIRS"


def test_a_payer_that_answers_for_no_day_to_come_is_asked_about_today(filled: Filled) -> None:
    def say(question: EligibilityQuestion) -> Receipt[EligibilityAnswer]:
        early = question.service_date > today
        return Receipt(EligibilityAnswer("e1", (), (("62", ""),)) if early else ACTIVE, None)

    connector = AtOnce(say)
    ground, _ = ground_of(filled, connector)
    today = ground.clock.now().date()
    check = opened(filled, 4, today + timedelta(days=2))
    ask(ground, filled, check)
    assert (state(filled, check), len(connector.heard)) == (CheckState.ACTIVE, 2)


def test_an_answer_in_two_steps_is_waited_for_without_asking_twice(filled: Filled) -> None:
    connector = InTwoSteps(filled.services.clock)
    ground, _ = ground_of(filled, connector)
    check = opened(filled, 5)
    for _ in range(3):
        assert isinstance(ask(ground, filled, check), ComeBack)
    connector.ready = True
    assert ask(ground, filled, check) == {"state": "active"}
    assert connector.asked == 1


def test_a_dependent_is_asked_about_through_the_subscriber(filled: Filled) -> None:
    connector = AtOnce(lambda _: Receipt(ACTIVE, None))
    ground, _ = ground_of(filled, connector)
    services, patient = filled.services, filled.patients[6]
    check = opened(filled, 6)
    with services.database.work(filled.organisation) as work:
        identity = read(work, check).coverage_id
        stored = services.records.read(work, "Coverage", identity).reveal(Purpose.STORE)
        child = replace(read_coverage(stored), relationship=Relationship.CHILD)
        services.records.put(work, write_coverage(child, identity, patient, stored))
    with pytest.raises(StopRun, match=r"coverage\.no_subscriber"):
        ask(ground, filled, check)
    parent = subscriber_fact("Elderly", "Una", date(1955, 5, 5), "F")
    coverage_desk.enter_subscriber(ground, filled.organisation, "user:x", patient, identity, parent)
    ask(ground, filled, check)
    question = connector.heard[0]
    assert question.subscriber_given.reveal(Purpose.MATCH) == "Una"
    assert question.patient_given is not None and question.relationship is Relationship.CHILD
    assert state(filled, check) is CheckState.ACTIVE


def test_asking_now_answers_at_once_and_an_answer_that_holds_is_not_asked_again(filled: Filled) -> None:
    connector = AtOnce(lambda _: Receipt(ACTIVE, None))
    ground, _ = ground_of(filled, connector)
    patient = filled.patients[7]

    now = partial(coverage_desk.check_now, ground, filled.organisation, "user:x", patient)

    first = now(force=True)
    assert (first.check.state, first.fresh) == (CheckState.ACTIVE, False)
    assert (now().fresh, len(connector.heard)) == (True, 1)
    other = coverage_desk.Typed(Sealed("OTHER-1"), Sealed(""), Sealed(""))
    assert (now(typed=other).fresh, len(connector.heard)) == (False, 2)
    assert connector.heard[1].member_id.reveal(Purpose.MATCH) == "OTHER-1"
    stranger = coverage_desk.Typed(Sealed("M1"), Sealed("Nobody"), Sealed("Ned"), Sealed(date(1990, 1, 1)))
    loose = now(payer_id="00000", typed=stranger)
    assert (loose.check.coverage_id, loose.check.state) == ("", CheckState.ACTIVE)
    assert connector.heard[2].subscriber_family.reveal(Purpose.MATCH) == "Nobody"


def test_what_cannot_be_answered_now_goes_on_as_a_job(filled: Filled) -> None:
    ground, _ = ground_of(filled, AtOnce(lambda _: Refused(DOWN.problem())))
    patient, other = filled.patients[8], coverage_desk.Typed(Sealed("OTHER"), Sealed(""), Sealed(""))
    asked = coverage_desk.check_now(ground, filled.organisation, "user:x", patient, force=True)
    assert (asked.check.state, asked.check.problem_code) == (CheckState.FAILED, "test.down")
    assert filled.services.jobs.counts(filled.organisation)["queued"] > 0
    once = coverage_desk.check_now(ground, filled.organisation, "user:x", patient, typed=other)
    assert once.check.problem_code == "coverage.ask_again"


def test_a_sweep_looks_days_ahead_and_carries_answers_that_hold(filled: Filled) -> None:
    services, day = filled.services, filled.services.clock.now().date()
    ground, _ = ground_of(filled)
    with services.database.work(filled.organisation) as work:
        save_coverage_settings(work, CoverageSettings(days_ahead=2, service_type="98"), "user:x")
        visits = checks_of_visits(work, filled.visits)
    sweep = CoverageSweep(ground)
    assert sweep._plan(filled.organisation, "")["days"].split() == [
        (day + timedelta(days=number)).isoformat() for number in range(3)
    ]
    before = {check.id for check in visits.values()}
    result = sweep.sweep(DirectRun(filled.organisation), {"day": day.isoformat()})
    again = sweep.sweep(DirectRun(filled.organisation), {"day": day.isoformat()})
    assert isinstance(result, dict) and isinstance(again, dict)
    assert (again["opened"], again["carried"]) == ("0", "0")
    with services.database.read(filled.organisation) as work:
        fresh = [one for one in checks_of_visits(work, filled.visits).values() if one.id not in before]
    assert len(fresh) == int(result["opened"])
    assert {one.service_type for one in fresh} <= {"98"}


def test_the_monthly_round_asks_everybody_once_and_ends(filled: Filled) -> None:
    services = filled.services
    ground, _ = ground_of(filled, AtOnce(lambda _: Receipt(ACTIVE, None)))
    with services.database.work(filled.organisation) as work:
        save_coverage_settings(work, CoverageSettings(monthly_days=1, fresh_days=0), "user:x")
        month = work.now.date().replace(day=1)
    story = CoverageRound(ground)
    story.go(DirectRun(filled.organisation), {})
    with services.database.read(filled.organisation) as work:
        first = read_progress(work, month)
    story.go(DirectRun(filled.organisation), {})
    with services.database.read(filled.organisation) as work:
        second = read_progress(work, month)
    assert first is not None and second is not None and first.gathered is not None
    assert first.waiting + first.asked + first.fresh == second.waiting + second.asked + second.fresh > 0
    with services.database.work(filled.organisation) as work:
        save_coverage_settings(work, CoverageSettings(monthly=False), "user:x")
    assert story.go(DirectRun(filled.organisation), {}) == {"asked": "0"}


def test_a_directory_that_breaks_off_changes_no_list(filled: Filled) -> None:
    pages = [[PayerEntry("P1", "First Invented"), PayerEntry("P2", "Second Invented")], [PayerEntry("P3", "Third")]]
    connector = Lists(pages)
    ground, ids = ground_of(filled, connector)
    story, arguments = PayerLists(ground), {"connection": ids[0]}

    def run(name: str) -> DirectRun:
        made = DirectRun(filled.organisation)
        made.id = name
        return made

    assert story.read(run("first"), arguments) == {"changed": "3", "removed": "0"}
    connector.pages, connector.breaks = [[PayerEntry("P1", "First Invented")], []], True
    assert isinstance(story.read(run("second"), arguments), ComeBack)
    with filled.services.database.read(filled.organisation) as work:
        assert [listed_payer(work, one) != [] for one in ("P1", "P2", "P3")] == [True, True, True]
    connector.breaks = False
    with pytest.raises(StopRun, match=r"coverage\.directory_shrunk"):
        story.read(run("third"), arguments)


def test_the_form_of_an_enrolment_goes_to_the_person_who_asked_and_into_the_audit_trail(filled: Filled) -> None:
    connector = Enroller()
    ground, ids = ground_of(filled, Nothing(), connector)
    wanted = PayerEntry("E1", "Enrolling Invented", services={"remittance": Support.ENROLLMENT}, enrollment_days=9)
    with filled.services.database.work(filled.organisation) as work:
        begin_directory(work, ids[1], "g1")
        take_page(work, ids[1], "g1", [wanted])
        finish_directory(work, ids[1], "g1")

    def begin(service: str = "remittance", payer: str = "E1") -> tuple[object, PersonalLink | None]:
        return begin_enrollment(ground, filled.organisation, "user:x", ids[1], payer, service)

    _, link = begin()
    assert link is not None and link.address.reveal(Purpose.SHOW).endswith("/f/1")
    assert "vendor.example" not in repr(link)
    with filled.services.database.read(filled.organisation) as work:
        (row,) = list_enrollments(work, payer_id="E1")
        assert (row.state, row.npi, row.expected is not None) == (EnrollmentState.BEGUN, filled.world.npi, True)
        assert filled.services.audit.rows(work, limit=1)[0].event.action == "enrollment.link"
    connector.no = True
    for action, code in (
        (begin, "coverage.enrollment_not_begun"),
        (lambda: begin("nothing"), "coverage.bad_service"),
        (lambda: begin(payer="E2"), "coverage.no_payer"),
    ):
        with pytest.raises(ChartlineError) as refusal:
            action()
        assert refusal.value.problem.code == code
