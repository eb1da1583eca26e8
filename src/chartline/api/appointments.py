"""Visits of a day, booking, where each visit stands, its charges, and what payers said before it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Router
from msgspec import Meta

from chartline.api.caller import CARE, Caller, Calling
from chartline.api.idempotency import once
from chartline.api.people import amount
from chartline.api.routes import Amount, Cursor, Done, IdempotencyKey, Limit, Made, act, create, read
from chartline.connect.facts import ChargeFact, VisitStatus
from chartline.domains.coverage.day import DeskVisit, desk_day
from chartline.domains.coverage.tables import Check
from chartline.domains.practice.settings import office_zone, read_practice
from chartline.flows import front_desk
from chartline.kernel.errors import CATALOGUE
from chartline.kernel.money import Money
from chartline.platform.database import Work

Code = Annotated[str, Meta(min_length=1, max_length=10)]


class BookingBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A visit to book; ``start`` needs a time zone."""

    patient_id: UUID
    start: Annotated[datetime, Meta(tz=True)]
    minutes: Annotated[int, Meta(ge=1, le=1440)]
    provider_id: UUID


class MoveBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Where to; ``start`` needs a time zone. The provider stays unless another one is named."""

    start: Annotated[datetime, Meta(tz=True)]
    minutes: Annotated[int, Meta(ge=1, le=1440)]
    provider_id: UUID | None = None


class StatusBody(msgspec.Struct, forbid_unknown_fields=True):
    """Where the visit stands now."""

    status: Literal["confirmed", "arrived", "seen", "checked_out", "cancelled", "no_show"]


class ChargeLineBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One procedure: CPT or HCPCS code, diagnoses in ICD-10-CM; without ``amount`` the fee schedule decides."""

    procedure: Code
    diagnoses: Annotated[list[Code], Meta(min_length=1, max_length=12)]
    modifiers: Annotated[list[Code], Meta(max_length=4)] = []
    units: Annotated[int, Meta(ge=1, le=999)] = 1
    place_of_service: Annotated[str, Meta(min_length=2, max_length=2)] = "11"
    amount: Annotated[int, Meta(ge=0, le=99_999_999, description="Minor units for all units together.")] | None = None


class ChargesBody(msgspec.Struct, forbid_unknown_fields=True):
    """Everything the visit is charged."""

    lines: Annotated[list[ChargeLineBody], Meta(min_length=1, max_length=50)]


class Eligibility(msgspec.Struct, kw_only=True):
    """What a payer said of a visit's coverage. Amounts are null where it did not say; ``say`` and ``do`` explain."""

    id: str
    appointment_id: str | None
    patient_id: str
    coverage_id: str
    payer_id: str
    service_date: date
    state: str
    plan_name: str
    copay: Amount | None
    deductible: Amount | None
    deductible_left: Amount | None
    coinsurance: str
    asked: datetime
    answered: datetime | None
    problem_code: str
    say: str
    do: str
    exchange_id: str | None


class Visit(msgspec.Struct, kw_only=True):
    """One visit of a day."""

    id: str
    patient_id: str
    provider_id: str | None
    start: datetime
    status: str
    coverage_id: str | None
    payer_id: str | None
    eligibility: str
    charges: str
    charged: Amount
    billed_by: str | None


class VisitPage(msgspec.Struct):
    """Visits by start, and the cursor of the next page."""

    visits: list[Visit]
    next: str | None


class EligibilityPage(msgspec.Struct):
    """Checks of a day's visits, and the cursor of the next page."""

    checks: list[Eligibility]
    next: str | None


@create("/", summary="Book a visit")
def book(caller: Calling, data: BookingBody, idempotency_key: IdempotencyKey = None) -> Made:
    """Books the visit and tells every connected system."""
    caller.require(CARE)
    patient, provider = str(data.patient_id), str(data.provider_id)
    return Made(
        once(
            caller,
            idempotency_key,
            "appointments",
            data,
            lambda: front_desk.book(
                caller.ground, caller.organisation, caller.actor, patient, data.start, data.minutes, provider
            ),
        )
    )


@act("/{appointment_id:uuid}/move", summary="Move a visit to another time")
def move(caller: Calling, appointment_id: UUID, data: MoveBody) -> Done:
    """Moves a visit that has not begun and tells every connected system."""
    caller.require(CARE)
    provider = str(data.provider_id) if data.provider_id else None
    front_desk.move_visit(
        caller.ground, caller.organisation, caller.actor, str(appointment_id), data.start, data.minutes, provider
    )
    return Done()


@act("/{appointment_id:uuid}/status", summary="Say where a visit stands")
def set_status(caller: Calling, appointment_id: UUID, data: StatusBody) -> Done:
    """Moves a visit on: confirmed, arrived, seen, checked out, cancelled or not come."""
    caller.require(CARE)
    front_desk.set_status(
        caller.ground, caller.organisation, caller.actor, str(appointment_id), VisitStatus(data.status)
    )
    return Done()


@act("/{appointment_id:uuid}/charges", summary="Capture what was done in a visit")
def capture_charges(caller: Calling, appointment_id: UUID, data: ChargesBody) -> Done:
    """Makes these the charges of the visit. The same lines again change nothing."""
    caller.require(CARE)
    lines = tuple(
        ChargeFact(
            procedure=line.procedure.strip().upper(),
            modifiers=tuple(line.modifiers),
            units=line.units,
            diagnoses=tuple(line.diagnoses),
            place_of_service=line.place_of_service,
            amount=Money(line.amount or 0),
        )
        for line in data.lines
    )
    front_desk.capture_charges(caller.ground, caller.organisation, caller.actor, str(appointment_id), lines)
    return Done()


@read("/", summary="The visits of a day")
def list_visits(caller: Calling, day: date, limit: Limit = 100, cursor: Cursor = None) -> VisitPage:
    """Visits whose start lies on a day of the office's wall clock."""
    with caller.showing("api.appointments.read") as work:
        visits, following = _day(caller, work, day, cursor, limit)
        return VisitPage([_visit(one) for one in visits], following)


@read("/", summary="What payers said of a day's visits")
def list_eligibility(caller: Calling, day: date, limit: Limit = 100, cursor: Cursor = None) -> EligibilityPage:
    """The newest eligibility check of each visit of a day that has one."""
    with caller.showing("api.eligibility.read") as work:
        visits, following = _day(caller, work, day, cursor, limit)
        return EligibilityPage([_eligibility(one.check) for one in visits if one.check], following)


def _day(
    caller: Caller, work: Work, day: date, cursor: str | None, limit: int
) -> tuple[tuple[DeskVisit, ...], str | None]:
    page = desk_day(work, caller.services.records, day, office_zone(read_practice(work)), cursor, limit)
    return page.visits, page.cursor


def _visit(one: DeskVisit) -> Visit:
    visit, check = one.visit, one.check
    return Visit(
        id=visit.appointment_id,
        patient_id=visit.patient_id,
        provider_id=visit.provider_id,
        start=visit.start,
        status=visit.status.value,
        coverage_id=visit.coverage_id,
        payer_id=visit.payer_id,
        eligibility=check.state.value if check else "not_asked",
        charges=visit.charge_state.value,
        charged=Amount(visit.charged.minor, visit.charged.currency),
        billed_by=visit.route.value if visit.route else None,
    )


def _eligibility(check: Check) -> Eligibility:
    kind = CATALOGUE.get(check.problem_code)
    return Eligibility(
        id=check.id,
        appointment_id=check.appointment_id,
        patient_id=check.patient_id,
        coverage_id=check.coverage_id,
        payer_id=check.payer_id,
        service_date=check.service_date,
        state=check.state.value,
        plan_name=check.plan_name,
        copay=amount(check.copay),
        deductible=amount(check.deductible),
        deductible_left=amount(check.deductible_left),
        coinsurance=check.coinsurance,
        asked=check.asked,
        answered=check.answered,
        problem_code=check.problem_code,
        say=kind.say if kind else "",
        do=kind.do if kind else "",
        exchange_id=check.exchange_id,
    )


router = Router(
    path="/appointments", tags=["visits"], route_handlers=[book, move, set_status, capture_charges, list_visits]
)
eligibility_router = Router(path="/eligibility", tags=["visits"], route_handlers=[list_eligibility])
