"""One question to a payer: put together from the records, asked by the best way there is, and its answer kept.

In real time where a connection offers that; a vendor that is down is passed over, since this is a read. Else in two
steps: the number of the question is kept with the check, and a later call fetches the answer. Refuses to ask about
somebody who is insured through a person whom nobody has entered: payers would not find them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from chartline.connect.capabilities import AsksPlans, ChecksCoverage
from chartline.connect.clearing import ChecksCoverageLater
from chartline.connect.connections import NOT_CONNECTED, Connection
from chartline.connect.facts import CoverageFact, EligibilityAnswer, EligibilityQuestion, PersonFact, Relationship
from chartline.connect.routing import Service
from chartline.domains.coverage.checks import note_question, read, record_answer, record_failure
from chartline.domains.coverage.payers import numbers_of
from chartline.domains.coverage.subscriber import subscriber_of
from chartline.domains.coverage.tables import Check
from chartline.domains.practice.coverages import read_coverage
from chartline.domains.practice.people import read_person
from chartline.domains.practice.settings import Practice, office_today, read_practice
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import vendor_of
from chartline.flows.ground import Ground
from chartline.flows.routing import ask
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Later, Receipt, Refused, Unknown
from chartline.kernel.sealed import Masked, Purpose
from chartline.platform.database import Work
from chartline.platform.records import Records

NO_SUBSCRIBER = ErrorKind(
    "coverage.no_subscriber",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The patient is insured through another person, and that person's name and birth date are not known here.",
    "Enter the subscriber on the patient's coverage page, then ask again.",
    status=422,
)

SECOND_STEP = timedelta(seconds=30)
"""How long after a question of two steps its answer is looked for first."""
_NOT_YET = frozenset(("62", "63"))
"""Reasons of payers that answer for no day to come (AAA03)."""

Asked = Receipt[EligibilityAnswer] | Later | Refused


@dataclass(frozen=True, slots=True, repr=False)
class Insured(Masked):
    """Who is asked about: the patient, the coverage, and the subscriber where that is somebody else."""

    person: PersonFact
    coverage: CoverageFact
    subscriber: PersonFact | None
    practice: Practice


def insured_of(work: Work, records: Records, check: Check) -> Insured:
    """What the records say about the patient and coverage of a check.

    Raises ``records.not_found``, ``practice.patient_incomplete``, ``practice.not_set_up``.
    """
    practice = read_practice(work)
    person = read_person(records.read(work, "Patient", check.patient_id).reveal(Purpose.EXCHANGE))
    coverage = records.read(work, "Coverage", check.coverage_id).reveal(Purpose.EXCHANGE)
    return Insured(person, read_coverage(coverage), subscriber_of(work, records, coverage), practice)


def question_about(insured: Insured, check: Check) -> EligibilityQuestion:
    """The question of a check. Raises ``coverage.no_subscriber``."""
    person, coverage, practice = insured.person, insured.coverage, insured.practice
    dependent = coverage.relationship is not Relationship.SELF
    subscriber = insured.subscriber if dependent else person
    if subscriber is None:
        raise NO_SUBSCRIBER.stop(coverage=check.coverage_id)
    return EligibilityQuestion(
        payer_id=check.payer_id,
        provider_npi=practice.npi,
        provider_tax_id=practice.tax_id,
        provider_name=practice.name,
        subscriber_family=subscriber.family,
        subscriber_given=subscriber.given,
        subscriber_birth_date=subscriber.birth_date,
        subscriber_sex=subscriber.sex,
        member_id=coverage.member_id,
        service_date=check.service_date,
        relationship=coverage.relationship,
        patient_family=person.family if dependent else None,
        patient_given=person.given if dependent else None,
        patient_birth_date=person.birth_date if dependent else None,
        service_type=check.service_type,
    )


def ask_payer(ground: Ground, organisation: str, check_id: str, question: EligibilityQuestion) -> Asked:
    """Ask, or fetch the answer of what was asked before; what is answered or refused is kept with the check.

    ``Later`` says when to call this again. Raises ``coverage.no_check``, ``connect.not_connected``.
    """
    with ground.database.read(organisation) as work:
        check = read(work, check_id)
        today = office_today(work)
    if check.question_id:
        return _fetch(ground, organisation, check)
    if not ground.every(organisation, ChecksCoverage):
        return _ask_in_two_steps(ground, organisation, check, question)
    with ground.database.read(organisation) as work:
        numbers = numbers_of(work, check.payer_id)

    def put(connection: Connection, connector: ChecksCoverage) -> Asked:
        known = replace(question, payer_id=numbers.get(connection.id, check.payer_id))
        return _ask_now(connector, known, today)

    connection, outcome, passed = ask(ground, organisation, ChecksCoverage, Service.ELIGIBILITY, check.payer_id, put)
    return _keep(
        ground, organisation, check_id, connection.id, outcome, [(one.connection.id, one.code) for one in passed]
    )


def _ask_now(connector: ChecksCoverage, question: EligibilityQuestion, today: date) -> Asked:
    """Ask; a payer that answers for no day to come is asked about today, if that is in the same month."""
    outcome = connector.check_coverage(question)
    day = question.service_date
    if isinstance(outcome, Receipt) and today < day and (today.year, today.month) == (day.year, day.month):
        refused = {code.strip() for code, _ in outcome.value.payer_errors}
        if refused & _NOT_YET and not outcome.value.benefits:
            return connector.check_coverage(replace(question, service_date=today))
    return outcome


def _ask_in_two_steps(ground: Ground, organisation: str, check: Check, question: EligibilityQuestion) -> Asked:
    """Have the payer asked, through a clearinghouse or through the practice system that knows the plan."""
    for connection, connector in ground.every(organisation, ChecksCoverageLater):
        with ground.database.read(organisation) as work:
            number = numbers_of(work, check.payer_id).get(connection.id, check.payer_id)
        asked = connector.ask_coverage(replace(question, payer_id=number))
        return _noted(ground, organisation, check.id, connection.id, asked)
    for connection, connector in ground.every(organisation, AsksPlans):
        with ground.database.read(organisation) as work:
            patient = vendor_of(work, connection.id, Kind.PATIENT, check.patient_id)
            plan = vendor_of(work, connection.id, Kind.COVERAGE, check.coverage_id)
        if patient is not None and plan is not None:
            outcome = connector.ask_plan(patient, plan, check.service_type)
            if isinstance(outcome, Unknown):
                # Asking twice does no harm there but costs.
                return Later(ground.clock.now() + SECOND_STEP, "no answer to the question", outcome.evidence)
            return _noted(ground, organisation, check.id, connection.id, outcome)
    raise NOT_CONNECTED.stop(capability="ChecksCoverage")


def _noted(
    ground: Ground, organisation: str, check_id: str, connection: str, asked: Receipt[str] | Later | Refused
) -> Asked:
    if isinstance(asked, Receipt):
        with ground.database.work(organisation) as work:
            note_question(work, check_id, asked.value, connection)
        return Later(ground.clock.now() + SECOND_STEP, "the payer is asked", asked.exchange)
    if isinstance(asked, Refused):
        with ground.database.work(organisation) as work:
            record_failure(work, check_id, asked.problem)
    return asked


def _fetch(ground: Ground, organisation: str, check: Check) -> Asked:
    """The second step."""
    with ground.database.read(organisation) as work:
        connection = ground.connections.get(work, check.connection_id)
    connector = ground.connector(organisation, connection)
    if isinstance(connector, ChecksCoverageLater):
        outcome = connector.coverage_answer(check.question_id)
    else:
        outcome = ground.open(organisation, check.connection_id, AsksPlans).plan_answer(check.question_id)
    return _keep(ground, organisation, check.id, check.connection_id, outcome, [])


def _keep(
    ground: Ground,
    organisation: str,
    check_id: str,
    connection: str,
    outcome: Asked,
    passed: list[tuple[str, str]],
) -> Asked:
    with ground.database.work(organisation) as work:
        match outcome:
            case Receipt(value, exchange):
                record_answer(
                    work,
                    ground.vault,
                    ground.records,
                    check_id,
                    value,
                    exchange,
                    connection=connection,
                    passed_over=passed,
                )
            case Refused(problem):
                record_failure(work, check_id, problem)
            case Later():
                pass
    return outcome
