"""What people do about coverage: ask now, put insurance in order, enter a subscriber, decide about another payer.

Asking now is one bounded call. An answer that still holds is shown instead, unless somebody wants it asked anew; what
cannot be answered at once goes on as a job. Refuses to keep what another program sent about a person: it is used for
the one question, and the records stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from chartline.connect.facts import EligibilityQuestion, PersonFact
from chartline.domains.coverage.checks import is_fresh, latest_answers, open_check, read, record_failure
from chartline.domains.coverage.order import OrderedCoverage, new_orders
from chartline.domains.coverage.questions import PayerChoice, decide_payer_question
from chartline.domains.coverage.settings import CoverageSettings, read_coverage_settings, save_coverage_settings
from chartline.domains.coverage.subscriber import contained_subscriber, subscriber_of, with_subscriber
from chartline.domains.coverage.tables import Check
from chartline.domains.practice.coverages import beneficiary_of, primary_on, read_coverage, write_coverage
from chartline.domains.practice.day import coverages_of
from chartline.domains.practice.people import read_person
from chartline.domains.practice.settings import office_today, office_zone, read_practice
from chartline.domains.sync.changes import note_change
from chartline.domains.sync.fields import Kind
from chartline.flows.coverage_asking import NO_SUBSCRIBER, Asked, Insured, ask_payer, question_about
from chartline.flows.coverage_sweep import queue_check
from chartline.flows.ground import Ground
from chartline.formats.fhir import JsonObject, child, reference_target, text
from chartline.kernel.errors import Again, Blame, ErrorKind, StopRun
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Later, Refused
from chartline.kernel.sealed import Masked, Purpose, Sealed
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.records.stored import NOT_FOUND

NO_COVERAGE = ErrorKind(
    "coverage.no_coverage",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The patient has no coverage with this payer, and the request does not say whom to ask about.",
    "Add the insurance to the patient, or send memberID, firstName, lastName and dateOfBirth.",
    status=422,
)
ASK_AGAIN = ErrorKind(
    "coverage.ask_again",
    Blame.VENDOR,
    Again.AFTER,
    "No answer could be had just now, and a question with values of its own is not kept.",
    "Ask again in a minute.",
    status=503,
)


@dataclass(frozen=True, slots=True, repr=False)
class Typed(Masked):
    """What a caller says about the insured person, in place of what the records say; empty means as in the records."""

    member_id: Sealed[str]
    family: Sealed[str]
    given: Sealed[str]
    birth_date: Sealed[date] | None = None

    def complete(self) -> bool:
        """Whether it is enough to ask without any record of the coverage."""
        named = self.member_id.present() and self.family.present() and self.given.present()
        return named and self.birth_date is not None


NOTHING_TYPED = Typed(Sealed(""), Sealed(""), Sealed(""))


@dataclass(frozen=True, slots=True)
class AskedNow:
    """A check after it was asked about. ``fresh`` says that an earlier answer still held and nobody was asked."""

    check: Check
    fresh: bool


def check_now(
    ground: Ground,
    organisation: str,
    actor: str,
    patient_id: str,
    *,
    payer_id: str = "",
    coverage_id: str = "",
    service_date: date | None = None,
    service_type: str = "",
    typed: Typed = NOTHING_TYPED,
    force: bool = False,
) -> AskedNow:
    """Ask a payer about a patient now: about a named coverage, the payer's, or the primary one.

    Raises ``records.not_found``, ``coverage.no_coverage``, ``coverage.no_subscriber``, ``coverage.ask_again``,
    ``connect.not_connected``, ``practice.not_set_up``, ``practice.patient_incomplete``.
    """
    with ground.database.work(organisation) as work:
        settings, practice = read_coverage_settings(work), read_practice(work)
        today = work.now.astimezone(office_zone(practice)).date()
        day = service_date or today
        person = read_person(ground.records.read(work, "Patient", patient_id).reveal(Purpose.EXCHANGE))
        coverage = _coverage(work, ground.records, patient_id, payer_id, coverage_id, day)
        if coverage is None and not (payer_id and typed.complete()):
            raise NO_COVERAGE.error(patient=patient_id)
        kind = service_type or settings.service_type
        own = text(coverage, "id") or "" if coverage is not None else ""
        subscriber = subscriber_of(work, ground.records, coverage) if coverage is not None else None
        insured = Insured(person, read_coverage(coverage or {}), subscriber, practice)
        differs = coverage is None or _differs(insured, typed)
        if not differs and not force:
            held = latest_answers(work, [own], work.now - timedelta(days=settings.fresh_days)).get((own, kind))
            if held is not None and is_fresh(held, day, work.now, settings.fresh_days):
                return AskedNow(held, True)
        opened = open_check(
            work,
            ground.records,
            patient_id=patient_id,
            coverage_id=own,
            payer_id=payer_id or insured.coverage.payer_id,
            service_date=day,
            service_type=kind,
            again=new_id(),
        ).check
        ground.audit.record(work, AuditEvent(actor, "eligibility.ask", Target("eligibility_check", opened.id)))
    question = _question(insured, opened, typed)
    if question is None:
        return _without_subscriber(ground, organisation, opened)
    outcome = _asked(ground, organisation, opened.id, question)
    again = isinstance(outcome, Later) or (isinstance(outcome, Refused) and outcome.problem.again is Again.AFTER)
    with ground.database.work(organisation) as work:
        if again and differs:
            record_failure(work, opened.id, ASK_AGAIN.problem())
        elif again:
            queue_check(ground, work, opened.id)
        return AskedNow(read(work, opened.id), False)


def ordered_coverages(work: Work, records: Records, patient_id: str) -> list[OrderedCoverage]:
    """The coverages of a patient, the primary first; one query for each 500."""
    found = [
        OrderedCoverage(
            text(one, "id") or "",
            read_coverage(one),
            contained_subscriber(one) is not None or _is_patient(one, patient_id),
            text(one, "status") == "active",
        )
        for one in coverages_of(work, records, [patient_id]).get(patient_id, [])
    ]
    return sorted(found, key=lambda one: (one.fact.order, one.id))


def set_order(ground: Ground, organisation: str, actor: str, patient_id: str, wanted: Sequence[str]) -> int:
    """Put the present coverages of a patient in order, the primary one first; how many changed.

    Raises ``coverage.bad_order``, ``records.not_found``.
    """
    with ground.database.work(organisation) as work:
        ground.records.read(work, "Patient", patient_id)
        today = office_today(work)
        known = ordered_coverages(work, ground.records, patient_id)
        facts = {one.id: one.fact for one in known}
        changes = new_orders(known, wanted, today)
        for identity, order in changes.items():
            stored = ground.records.read(work, "Coverage", identity)
            was = stored.reveal(Purpose.STORE)
            fact = replace(facts[identity], order=order)
            ground.records.put(work, write_coverage(fact, identity, patient_id, was), if_version=stored.version)
            note_change(work, Kind.COVERAGE, identity)
            _note(ground, work, actor, "coverage.order", identity)
        return len(changes)


def enter_subscriber(
    ground: Ground, organisation: str, actor: str, patient_id: str, coverage_id: str, subscriber: PersonFact | None
) -> None:
    """Say whose insurance it is; None takes the entry away. Raises ``records.not_found``."""
    with ground.database.work(organisation) as work:
        stored = ground.records.read(work, "Coverage", coverage_id)
        known = stored.reveal(Purpose.STORE)
        if beneficiary_of(known) != patient_id:
            raise NOT_FOUND.error(type="Coverage", id=coverage_id)
        ground.records.put(work, with_subscriber(known, subscriber), if_version=stored.version)
        _note(ground, work, actor, "coverage.subscriber", coverage_id)


def decide_payer(ground: Ground, organisation: str, actor: str, question_id: str, choice: PayerChoice) -> str:
    """Decide what another payer means; the patient's id. Raises ``coverage.no_question``."""
    with ground.database.work(organisation) as work:
        decided = decide_payer_question(work, question_id, choice, actor)
        target = Target("coverage_question", question_id)
        ground.audit.record(work, AuditEvent(actor, "coverage.other_payer", target, detail={"choice": choice.value}))
        return decided.patient_id


def change_settings(ground: Ground, organisation: str, actor: str, settings: CoverageSettings) -> CoverageSettings:
    """Store the practice's settings of eligibility. Raises ``coverage.bad_setting``."""
    with ground.database.work(organisation) as work:
        saved = save_coverage_settings(work, settings, actor)
        target = Target("coverage_setting", organisation)
        ground.audit.record(work, AuditEvent(actor, "coverage.settings", target))
        return saved


def _coverage(
    work: Work, records: Records, patient_id: str, payer_id: str, coverage_id: str, on: date
) -> JsonObject | None:
    plans = coverages_of(work, records, [patient_id]).get(patient_id, [])
    if coverage_id:
        return next((one for one in plans if text(one, "id") == coverage_id), None)
    mine = [one for one in plans if not payer_id or read_coverage(one).payer_id == payer_id]
    return primary_on(mine, on) or next(iter(mine), None)


def _question(insured: Insured, check: Check, typed: Typed) -> EligibilityQuestion | None:
    """The question with what was typed; None for a dependent whose subscriber nobody knows."""
    try:
        question = question_about(insured, check)
    except StopRun:
        return None
    if typed.member_id.present():
        question = replace(question, member_id=typed.member_id)
    names = {"family": typed.family, "given": typed.given, "birth_date": typed.birth_date}
    given = {name: value for name, value in names.items() if value is not None and value.present()}
    # What a caller says of the person is said of the patient.
    whom = "subscriber" if question.patient_family is None else "patient"
    return replace(question, **{f"{whom}_{name}": value for name, value in given.items()})


def _asked(ground: Ground, organisation: str, check_id: str, question: EligibilityQuestion) -> Asked:
    try:
        return ask_payer(ground, organisation, check_id, question)
    except StopRun as refusal:
        with ground.database.work(organisation) as work:
            record_failure(work, check_id, refusal.problem)
        raise


def _without_subscriber(ground: Ground, organisation: str, check: Check) -> AskedNow:
    with ground.database.work(organisation) as work:
        record_failure(work, check.id, NO_SUBSCRIBER.problem(coverage=check.coverage_id))
        return AskedNow(read(work, check.id), False)


def _differs(insured: Insured, typed: Typed) -> bool:
    """Whether anything that was typed is not what the records say."""
    pairs = [
        (typed.member_id, insured.coverage.member_id),
        (typed.family, insured.person.family),
        (typed.given, insured.person.given),
    ]
    for said, known in pairs:
        word = said.reveal(Purpose.MATCH).strip().casefold()
        if word and word != known.reveal(Purpose.MATCH).strip().casefold():
            return True
    born = typed.birth_date
    return born is not None and born.reveal(Purpose.MATCH) != insured.person.birth_date.reveal(Purpose.MATCH)


def _is_patient(coverage: JsonObject, patient_id: str) -> bool:
    """Whether the subscriber is another patient of the practice."""
    target = reference_target(child(coverage, "subscriber"))
    return target is not None and target[0] == "Patient" and target[1] != patient_id


def _note(ground: Ground, work: Work, actor: str, action: str, coverage_id: str) -> None:
    ground.audit.record(work, AuditEvent(actor, action, Target("Coverage", coverage_id)))
