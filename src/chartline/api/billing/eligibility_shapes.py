"""The bodies of eligibility on this wire: what is asked, and what is answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from chartline.api.billing.shapes import Asked, OptionalDollars, Shape

Text = Annotated[str, Meta(max_length=80)]
ServiceType = Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{1,2}$")]


class CheckAsked(Asked):
    """Who is asked about. Without the fields of a person the records are used; ``force`` asks although an earlier
    answer still holds."""

    patient_id: UUID
    payer_id: Annotated[str, Meta(max_length=20)] = ""
    member_id: Annotated[str, Meta(max_length=80)] = msgspec.field(default="", name="memberID")
    first_name: Text = ""
    last_name: Text = ""
    date_of_birth: date | None = None
    service_date: date | None = None
    service_type: ServiceType | None = None
    coverage_id: UUID | None = None
    force: bool = False


class ProblemShape(Shape):
    """Why there is no clear answer: whose move it is, one sentence, the next step."""

    code: str
    blame: str
    say: str
    do: str


class BenefitShape(Shape):
    """What holds for a service type, in or out of network. Amounts are null where the payer did not say."""

    service_type: str
    service: str
    network: str
    level: str
    status: str
    plan: str
    copay: OptionalDollars
    coinsurance: str
    deductible: OptionalDollars
    deductible_remaining: OptionalDollars
    out_of_pocket: OptionalDollars
    out_of_pocket_remaining: OptionalDollars
    visits: int | None
    visits_remaining: int | None
    authorization_required: bool | None


class OtherPayerShape(Shape):
    """Another payer that the payer spoke of; nothing is changed because of it."""

    name: str
    payer_number: str


class CoverageShape(Shape):
    """What the payer said about the service asked for, and everything else it said in ``benefits``."""

    plan_name: str
    copay: OptionalDollars
    coinsurance: str
    deductible: OptionalDollars
    deductible_remaining: OptionalDollars
    out_of_pocket: OptionalDollars
    out_of_pocket_remaining: OptionalDollars
    network: str
    authorization_required: bool | None
    visits_remaining: int | None
    benefits: list[BenefitShape]
    other_payers: list[OtherPayerShape]


class EligibilityShape(Shape):
    """A check and its answer. ``fresh`` says that an earlier answer still held, so that nobody was asked."""

    id: str
    patient_id: str
    coverage_id: str
    payer_id: str
    service_date: date
    service_type: str
    status: str
    asked_at: datetime
    checked_at: datetime | None
    fresh: bool
    coverage: CoverageShape | None
    problem: ProblemShape | None


class ChangeShape(Shape):
    """One thing that an answer says otherwise than the one before."""

    what: str
    before: str
    after: str


class ToldShape(Shape):
    """A check of the history, with what changed and which connections could not just then."""

    id: str
    coverage_id: str
    payer_id: str
    appointment_id: str | None
    service_date: date
    service_type: str
    status: str
    asked_at: datetime
    checked_at: datetime | None
    plan_name: str
    copay: OptionalDollars
    deductible: OptionalDollars
    deductible_remaining: OptionalDollars
    out_of_pocket: OptionalDollars
    out_of_pocket_remaining: OptionalDollars
    coinsurance: str
    connection_id: str
    passed_over: list[str]
    carried_from: str | None
    changed: list[ChangeShape]
    problem: ProblemShape | None


class OrderAsked(Asked):
    """The ids of all present coverages, the primary first."""

    coverages: Annotated[list[UUID], Meta(min_length=1, max_length=20)]


class OrderShape(Shape):
    """A coverage in its place; ``present`` says whether it covers today."""

    id: str
    order: int
    payer_id: str
    payer_name: str
    present: bool


class WarningShape(Shape):
    """Something doubtful about the coverages of a patient."""

    code: str
    say: str
    do: str
    coverages: list[str]


class QuestionShape(Shape):
    """Another payer that somebody should ask the patient about."""

    id: str
    payer_name: str
    payer_number: str
    coverage_id: str
    asked_at: datetime


class CoveragesShape(Shape):
    """The coverages of a patient in order, what is doubtful, and open questions."""

    coverages: list[OrderShape]
    warnings: list[WarningShape]
    questions: list[QuestionShape]


class ChoiceAsked(Asked):
    """What was found out."""

    choice: Literal["added", "known", "ended", "wrong"]


class SettingsAsked(Asked):
    """How the practice asks. ``visitServiceTypes`` maps codes of appointment types to X12 service types."""

    service_type: ServiceType = "30"
    visit_service_types: Annotated[dict[str, str], Meta(max_length=50)] = msgspec.field(default_factory=dict)
    days_ahead: Annotated[int, Meta(ge=0, le=30)] = 3
    fresh_days: Annotated[int, Meta(ge=0, le=31)] = 3
    monthly: bool = True
    monthly_days: Annotated[int, Meta(ge=1, le=28)] = 10
    active_days: Annotated[int, Meta(ge=1, le=1100)] = 180


class SettingsShape(Shape):
    """How the practice asks."""

    service_type: str
    visit_service_types: dict[str, str]
    days_ahead: int
    fresh_days: int
    monthly: bool
    monthly_days: int
    active_days: int


class RoundShape(Shape):
    """The round of this month; ``expectedAt`` is when the last coverage is due."""

    month: date
    begun_at: datetime
    finished_at: datetime | None
    waiting: int
    asked: int
    fresh: int
    expected_at: datetime | None
