"""Payers for other programs: the directories searched, what each payer supports, our ids for theirs, and enrolments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Router
from litestar.params import Parameter
from msgspec import Meta

from chartline.api.billing.shapes import Answered, Asked, Listed, Shape
from chartline.api.caller import BILLING_CHANGES, PEOPLE, Calling
from chartline.api.routes import Cursor, Limit, act, create, read, replace
from chartline.domains.coverage.enrollments import (
    EnrollmentState,
    PayerEnrollment,
    enrollment_history,
    list_enrollments,
    read_enrollment,
)
from chartline.domains.coverage.payers import (
    NO_PAYER,
    ListedPayer,
    listed_payer,
    numbers_of,
    search_payers,
    set_number,
)
from chartline.flows import payers as story
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target

PayerId = Annotated[str, Parameter(max_length=40, description="The payer's electronic id; leading zeros count.")]
ServiceName = Literal[
    "professional",
    "institutional",
    "dental",
    "remittance",
    "eligibility",
    "secondary",
    "attachment",
    "workers_comp",
    "auto",
]


class NameShape(Shape):
    """Another id and name that lead to the same payer."""

    payer_id: str
    name: str


class PayerShape(Shape):
    """A payer as one connection lists it. ``services`` are ``yes``, ``no``, or ``enrollment``: one has to enrol."""

    payer_id: str
    name: str
    kind: str
    state: str
    connection_id: str
    services: dict[str, str]
    other_names: list[NameShape]
    enrollment_days: int | None


class EnrollmentShape(Shape):
    """An enrolment; ``expectedOn`` is the day by which payers answer on the average."""

    id: str
    payer_id: str
    payer_name: str
    connection_id: str
    service: str
    npi: str
    state: str
    expected_on: date | None
    updated_at: datetime


class OnePayerShape(Shape):
    """A payer of ours: as each connection lists it, the numbers set for it, and its enrolments."""

    payer_id: str
    listed: list[PayerShape]
    numbers: dict[str, str]
    enrollments: list[EnrollmentShape]


class NumberAsked(Asked):
    """By which id a connection knows the payer; empty takes the setting away."""

    connection_id: UUID
    number: Annotated[str, Meta(max_length=40)]


class EnrollmentAsked(Asked):
    """What to enrol for, through which connection; the practice's own NPI when none is named."""

    connection_id: UUID
    service: ServiceName
    npi: Annotated[str, Meta(pattern=r"^([0-9]{10})?$")] = ""


class BegunShape(Shape):
    """The enrolment, and the address where a person goes on. It carries access, and is not shown again."""

    enrollment: EnrollmentShape
    link: str | None


class NotedAsked(Asked):
    """Where it stands, as a person knows."""

    state: Literal["waiting", "enrolled", "refused", "needed"]


class StepShape(Shape):
    """One step of an enrolment."""

    at: datetime
    actor: str
    before: str
    after: str
    happened: str


class EnrollmentDetailShape(Shape):
    """An enrolment with what happened to it."""

    enrollment: EnrollmentShape
    history: list[StepShape]


@read("/", summary="Search the payers that can be asked and billed")
def search(
    caller: Calling,
    text: Annotated[
        str, Parameter(query="query", max_length=100, description="Beginnings of words of the name, or of the id.")
    ] = "",
    service: ServiceName | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Listed[PayerShape]:
    """Payers whose name, other names or id begin with each of the words, in the order of their ids."""
    caller.require(PEOPLE)
    with caller.read() as work:
        found, following = search_payers(work, text, service or "", cursor or "", limit)
        return Listed(data=[_payer(one) for one in found], next=following)


@read("/enrollments", summary="Enrolments with payers")
def enrollments(
    caller: Calling,
    stands: Annotated[
        Literal["needed", "begun", "waiting", "enrolled", "refused"] | None, Parameter(query="state")
    ] = None,
    npi: Annotated[str, Parameter(max_length=10)] = "",
    limit: Limit = 100,
) -> Listed[EnrollmentShape]:
    """The newest change first."""
    caller.require(PEOPLE)
    with caller.read() as work:
        wanted = EnrollmentState(stands) if stands else None
        return Listed(data=[_enrollment(one) for one in list_enrollments(work, state=wanted, npi=npi, limit=limit)])


@read("/enrollments/{enrollment_id:uuid}", summary="One enrolment with its history")
def one_enrollment(caller: Calling, enrollment_id: UUID) -> Answered[EnrollmentDetailShape]:
    """Every step with who took it."""
    caller.require(PEOPLE)
    with caller.read() as work:
        known = read_enrollment(work, str(enrollment_id))
        steps = enrollment_history(work, [known.id])[known.id]
        return Answered(
            data=EnrollmentDetailShape(
                enrollment=_enrollment(known),
                history=[
                    StepShape(at=one.at, actor=one.actor, before=one.before, after=one.after, happened=one.happened)
                    for one in steps
                ],
            )
        )


@act("/enrollments/{enrollment_id:uuid}/state", summary="Say where an enrolment stands")
def note_enrollment(caller: Calling, enrollment_id: UUID, data: NotedAsked) -> Answered[EnrollmentShape]:
    """For what a payer said by letter or telephone."""
    caller.require(BILLING_CHANGES)
    state, identity = EnrollmentState(data.state), str(enrollment_id)
    story.note_enrollment(caller.ground, caller.organisation, caller.actor, identity, state)
    with caller.read() as work:
        return Answered(data=_enrollment(read_enrollment(work, identity)))


@read("/{payer_id:str}", summary="One payer")
def one_payer(caller: Calling, payer_id: PayerId) -> Answered[OnePayerShape]:
    """What each connection can do with the payer, under which id, and the practice's enrolments."""
    caller.require(PEOPLE)
    with caller.read() as work:
        listed, numbers = listed_payer(work, payer_id), numbers_of(work, payer_id)
        if not listed and not numbers:
            raise NO_PAYER.error(payer=payer_id[:40])
        known = list_enrollments(work, payer_id=payer_id)
    return Answered(
        data=OnePayerShape(
            payer_id=payer_id,
            listed=[_payer(one) for one in listed],
            numbers=numbers,
            enrollments=[_enrollment(one) for one in known],
        )
    )


@replace("/{payer_id:str}/number", summary="Say by which id a connection knows a payer")
def put_number(caller: Calling, payer_id: PayerId, data: NumberAsked) -> Answered[dict[str, str]]:
    """Questions and claims through that connection then carry that id."""
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        caller.services.connections.get(work, str(data.connection_id))
        set_number(work, payer_id, str(data.connection_id), data.number, caller.actor)
        caller.record(work, "payer.number", Target("payer", "".join(each for each in payer_id if each.isalnum())[:40]))
        return Answered(data=numbers_of(work, payer_id))


@create("/{payer_id:str}/enrollments", summary="Begin an enrolment with a payer")
def begin_enrollment(caller: Calling, payer_id: PayerId, data: EnrollmentAsked) -> Answered[BegunShape]:
    """Asks the vendor for the form. Asking again gives a form again; who was given one is in the audit trail."""
    caller.require(BILLING_CHANGES)
    known, link = story.begin_enrollment(
        caller.ground,
        caller.organisation,
        caller.actor,
        str(data.connection_id),
        payer_id,
        data.service,
        data.npi,
    )
    with caller.read() as work:
        shown = _enrollment(read_enrollment(work, known.id))
    address = link.address.reveal(Purpose.SHOW) if link is not None else None
    return Answered(data=BegunShape(enrollment=shown, link=address))


def _payer(one: ListedPayer) -> PayerShape:
    return PayerShape(
        payer_id=one.payer_id,
        name=one.name,
        kind=one.kind,
        state=one.state,
        connection_id=one.connection_id,
        services={name: support.value for name, support in one.services.items()},
        other_names=[NameShape(payer_id=number, name=name) for number, name in one.other_names],
        enrollment_days=one.enrollment_days,
    )


def _enrollment(one: PayerEnrollment) -> EnrollmentShape:
    return EnrollmentShape(
        id=one.id,
        payer_id=one.payer_id,
        payer_name=one.payer_name,
        connection_id=one.connection_id,
        service=one.service,
        npi=one.npi,
        state=one.state.value,
        expected_on=one.expected,
        updated_at=one.updated,
    )


router = Router(
    path="/payers",
    route_handlers=[
        search,
        enrollments,
        one_enrollment,
        note_enrollment,
        one_payer,
        put_number,
        begin_enrollment,
    ],
)
