"""Eligibility for other programs: ask now, what payers said so far, the order of coverages, and how the practice asks.

Refuses to keep what a caller says about a person: it is used for the one question.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Router
from litestar.params import Parameter

from chartline.api.billing.eligibility_shapes import (
    BenefitShape,
    ChangeShape,
    CheckAsked,
    ChoiceAsked,
    CoverageShape,
    CoveragesShape,
    EligibilityShape,
    OrderAsked,
    OrderShape,
    OtherPayerShape,
    ProblemShape,
    QuestionShape,
    RoundShape,
    SettingsAsked,
    SettingsShape,
    ToldShape,
    WarningShape,
)
from chartline.api.billing.shapes import Answered, Listed, MadeShape, optional_dollars
from chartline.api.caller import BILLING_CHANGES, CARE, PEOPLE, SYNC_MANAGE, Caller, Calling
from chartline.api.idempotency import once
from chartline.api.routes import IdempotencyKey, Limit, act, read, replace
from chartline.connect.facts import EligibilityAnswer
from chartline.domains.coverage.benefit_lines import (
    BenefitLine,
    benefit_lines,
    other_payers,
    wants_authorization,
)
from chartline.domains.coverage.checks import read as read_check
from chartline.domains.coverage.history import Told, history
from chartline.domains.coverage.kept_answers import kept_answers
from chartline.domains.coverage.order import OrderedCoverage, order_warnings
from chartline.domains.coverage.questions import PayerChoice, PayerQuestion, payer_questions
from chartline.domains.coverage.rounds import read_progress
from chartline.domains.coverage.settings import CoverageSettings, read_coverage_settings
from chartline.domains.coverage.tables import Check
from chartline.domains.practice.settings import office_today
from chartline.flows import coverage_desk
from chartline.kernel.errors import CATALOGUE
from chartline.kernel.sealed import Sealed
from chartline.platform.audit import Target
from chartline.platform.database import Work

ASKS = (*CARE, *BILLING_CHANGES)
"""Who may have payers asked: it costs calls and money."""


@act("/check", summary="Ask a payer whether a patient is covered")
def check(caller: Calling, data: CheckAsked, idempotency_key: IdempotencyKey = None) -> Answered[EligibilityShape]:
    """Asks now, in this request, and keeps the answer; an earlier answer that still holds is answered instead.

    `status` is `active`, `inactive`, `unclear`, `failed` or `asked`: with the last the answer comes later, see the
    history.
    """
    caller.require(ASKS)
    typed = coverage_desk.Typed(
        Sealed(data.member_id.strip()),
        Sealed(data.last_name.strip()),
        Sealed(data.first_name.strip()),
        Sealed(data.date_of_birth) if data.date_of_birth is not None else None,
    )
    seen: list[bool] = []

    def ask() -> str:
        asked = coverage_desk.check_now(
            caller.ground,
            caller.organisation,
            caller.actor,
            str(data.patient_id),
            payer_id=data.payer_id.strip(),
            coverage_id=str(data.coverage_id) if data.coverage_id else "",
            service_date=data.service_date,
            service_type=(data.service_type or "").upper(),
            typed=typed,
            force=data.force,
        )
        seen.append(asked.fresh)
        return asked.check.id

    identity = once(caller, idempotency_key, "eligibility", data, ask)
    with caller.showing("api.eligibility.check", Target("eligibility_check", identity)) as work:
        known = read_check(work, identity)
        return Answered(data=_eligibility(caller, work, known, fresh=bool(seen and seen[0])))


@read("/history/{patient_id:uuid}", summary="What payers said of a patient so far")
def list_history(caller: Calling, patient_id: UUID, limit: Limit = 50) -> Listed[ToldShape]:
    """The newest checks first, each with what changed against the answer before."""
    with caller.showing("api.eligibility.history", Target("Patient", str(patient_id))) as work:
        caller.services.records.read(work, "Patient", str(patient_id))
        return Listed(data=[_told(one) for one in history(work, str(patient_id), limit)])


@read("/checks/{check_id:uuid}", summary="One check with everything the payer said")
def one_check(caller: Calling, check_id: UUID) -> Answered[EligibilityShape]:
    """The check, its answer by service type and network, and other payers that were named."""
    with caller.showing("api.eligibility.check", Target("eligibility_check", str(check_id))) as work:
        return Answered(data=_eligibility(caller, work, read_check(work, str(check_id)), fresh=False))


@read("/coverages/{patient_id:uuid}", summary="A patient's coverages in order")
def coverages(caller: Calling, patient_id: UUID) -> Answered[CoveragesShape]:
    """Primary, secondary, tertiary; what is doubtful about them; and payers that an answer spoke of."""
    identity = str(patient_id)
    with caller.showing("api.coverages.read", Target("Patient", identity)) as work:
        caller.services.records.read(work, "Patient", identity)
        return Answered(data=_coverages(caller, work, identity))


@replace("/coverages/{patient_id:uuid}/order", summary="Put a patient's coverages in order")
def put_order(caller: Calling, patient_id: UUID, data: OrderAsked) -> Answered[CoveragesShape]:
    """Names every present coverage once, the primary first; connected systems hear of it."""
    caller.require(CARE)
    identity, wanted = str(patient_id), [str(one) for one in data.coverages]
    coverage_desk.set_order(caller.ground, caller.organisation, caller.actor, identity, wanted)
    with caller.showing("api.coverages.read", Target("Patient", identity)) as work:
        return Answered(data=_coverages(caller, work, identity))


@act("/questions/{question_id:uuid}", summary="Decide what another payer means")
def decide_question(caller: Calling, question_id: UUID, data: ChoiceAsked) -> Answered[MadeShape]:
    """Closes the question; coverages are changed by hand, never by this."""
    caller.require(CARE)
    choice = PayerChoice(data.choice)
    coverage_desk.decide_payer(caller.ground, caller.organisation, caller.actor, str(question_id), choice)
    return Answered(data=MadeShape(id=str(question_id)))


@read("/settings", summary="How the practice asks about coverage")
def get_settings(caller: Calling) -> Answered[SettingsShape]:
    """Service types, how early, how often, and how long an answer holds."""
    caller.require(PEOPLE)
    with caller.read() as work:
        return Answered(data=_settings(read_coverage_settings(work)))


@replace("/settings", summary="Change how the practice asks about coverage")
def put_settings(caller: Calling, data: SettingsAsked) -> Answered[SettingsShape]:
    """Counts from the next sweep on."""
    caller.require(SYNC_MANAGE)
    wanted = CoverageSettings(**{name: getattr(data, name) for name in data.__struct_fields__})
    return Answered(
        data=_settings(coverage_desk.change_settings(caller.ground, caller.organisation, caller.actor, wanted))
    )


@read("/round", summary="How the monthly round stands")
def monthly_round(
    caller: Calling,
    month: Annotated[date | None, Parameter(description="A day of the month; this month without.")] = None,
) -> Answered[RoundShape | None]:
    """How many coverages are asked about this month, and when the last one is due; null before it began."""
    caller.require(PEOPLE)
    with caller.read() as work:
        on = month or office_today(work)
        progress = read_progress(work, on.replace(day=1))
        if progress is None:
            return Answered(data=None)
        return Answered(
            data=RoundShape(
                month=progress.month,
                begun_at=progress.begun,
                finished_at=progress.finished,
                waiting=progress.waiting,
                asked=progress.asked,
                fresh=progress.fresh,
                expected_at=progress.expected,
            )
        )


def problem_of(code: str) -> ProblemShape | None:
    """A problem by its code, in words."""
    kind = CATALOGUE.get(code)
    if kind is None:
        return ProblemShape(code=code, blame="vendor", say="", do="") if code else None
    return ProblemShape(code=kind.code, blame=kind.blame.value, say=kind.say, do=kind.do)


def _eligibility(caller: Caller, work: Work, known: Check, *, fresh: bool) -> EligibilityShape:
    answer = kept_answers(work, caller.services.vault, [known]).get(known.id)
    return EligibilityShape(
        id=known.id,
        patient_id=known.patient_id,
        coverage_id=known.coverage_id,
        payer_id=known.payer_id,
        service_date=known.service_date,
        service_type=known.service_type,
        status=known.state.value,
        asked_at=known.asked,
        checked_at=known.answered,
        fresh=fresh,
        coverage=_coverage(known, answer) if answer is not None else None,
        problem=problem_of(known.problem_code),
    )


def _coverage(known: Check, answer: EligibilityAnswer) -> CoverageShape:
    lines = benefit_lines(answer)
    mine = [one for one in lines if one.service_type in (known.service_type, "30", "")]
    asked = next((one for one in mine if one.service_type == known.service_type and one.network != "out"), None)
    stated = {one.authorization for one in mine if one.service_type == known.service_type}
    wanted = True if wants_authorization(answer, known.service_type) else False if "N" in stated else None
    return CoverageShape(
        plan_name=known.plan_name,
        copay=optional_dollars(known.copay),
        coinsurance=known.coinsurance,
        deductible=optional_dollars(known.deductible),
        deductible_remaining=optional_dollars(known.deductible_left),
        out_of_pocket=optional_dollars(known.out_of_pocket),
        out_of_pocket_remaining=optional_dollars(known.out_of_pocket_left),
        network=asked.network if asked is not None else "",
        authorization_required=wanted,
        visits_remaining=next((one.visits_left for one in mine if one.visits_left is not None), None),
        benefits=[_benefit(one) for one in lines],
        other_payers=[OtherPayerShape(name=one.name, payer_number=one.number) for one in other_payers(answer)],
    )


def _benefit(line: BenefitLine) -> BenefitShape:
    return BenefitShape(
        service_type=line.service_type,
        service=line.service,
        network=line.network,
        level=line.level,
        status=line.status,
        plan=line.plan,
        copay=optional_dollars(line.copay),
        coinsurance=line.coinsurance,
        deductible=optional_dollars(line.deductible),
        deductible_remaining=optional_dollars(line.deductible_left),
        out_of_pocket=optional_dollars(line.out_of_pocket),
        out_of_pocket_remaining=optional_dollars(line.out_of_pocket_left),
        visits=line.visits,
        visits_remaining=line.visits_left,
        authorization_required={"Y": True, "N": False}.get(line.authorization),
    )


def _told(one: Told) -> ToldShape:
    known = one.check
    return ToldShape(
        id=known.id,
        coverage_id=known.coverage_id,
        payer_id=known.payer_id,
        appointment_id=known.appointment_id,
        service_date=known.service_date,
        service_type=known.service_type,
        status=known.state.value,
        asked_at=known.asked,
        checked_at=known.answered,
        plan_name=known.plan_name,
        copay=optional_dollars(known.copay),
        deductible=optional_dollars(known.deductible),
        deductible_remaining=optional_dollars(known.deductible_left),
        out_of_pocket=optional_dollars(known.out_of_pocket),
        out_of_pocket_remaining=optional_dollars(known.out_of_pocket_left),
        coinsurance=known.coinsurance,
        connection_id=known.connection_id,
        passed_over=[f"{connection}: {code}" for connection, code in known.passed_over],
        carried_from=known.carried_from,
        changed=[ChangeShape(what=each.what, before=each.before, after=each.after) for each in one.changed],
        problem=problem_of(known.problem_code),
    )


def _coverages(caller: Caller, work: Work, patient_id: str) -> CoveragesShape:
    known = coverage_desk.ordered_coverages(work, caller.services.records, patient_id)
    today = office_today(work)
    return CoveragesShape(
        coverages=[_ordered(one, today) for one in known],
        warnings=[
            WarningShape(code=one.code, say=one.say, do=one.do, coverages=list(one.coverages))
            for one in order_warnings(known, today)
        ],
        questions=[_question(one) for one in payer_questions(work, patient_id)],
    )


def _ordered(one: OrderedCoverage, on: date) -> OrderShape:
    fact = one.fact
    return OrderShape(
        id=one.id, order=fact.order, payer_id=fact.payer_id, payer_name=fact.payer_name, present=one.holds(on)
    )


def _question(one: PayerQuestion) -> QuestionShape:
    return QuestionShape(
        id=one.id,
        payer_name=one.payer_name,
        payer_number=one.payer_number,
        coverage_id=one.coverage_id,
        asked_at=one.asked,
    )


def _settings(settings: CoverageSettings) -> SettingsShape:
    return SettingsShape(
        service_type=settings.service_type,
        visit_service_types=dict(settings.visit_service_types),
        days_ahead=settings.days_ahead,
        fresh_days=settings.fresh_days,
        monthly=settings.monthly,
        monthly_days=settings.monthly_days,
        active_days=settings.active_days,
    )


router = Router(
    path="/eligibility",
    route_handlers=[
        check,
        list_history,
        one_check,
        coverages,
        put_order,
        decide_question,
        get_settings,
        put_settings,
        monthly_round,
    ],
)
