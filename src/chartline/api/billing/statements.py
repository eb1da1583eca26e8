"""Patients' statements: runs, single ones, their PDFs, what was sent, and who gets none."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, Router
from litestar.params import Parameter

from chartline.api.billing.shapes import Answered, Asked, Dollars, Listed, Shape, dollars
from chartline.api.billing.texts import Ids, Reason
from chartline.api.caller import BILLING, BILLING_CHANGES, Calling
from chartline.api.idempotency import once
from chartline.api.problems import id_cursor
from chartline.api.routes import Cursor, IdempotencyKey, Limit, act, create, read, replace
from chartline.domains.payments import read_money_settings
from chartline.domains.payments.statement_runs import StatementRun, list_runs, read_run
from chartline.domains.payments.statements import (
    NOTHING_OWED,
    StatementRow,
    StatementState,
    holds,
    list_statements,
    make,
    mark,
    open_statements,
    put_on_hold,
    read_statement,
    take_off_hold,
)
from chartline.flows.patient_money import begin_statements, office_day
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target


class StatementShape(Shape):
    """A statement without its contents."""

    id: str
    run_id: str | None
    patient_id: str
    number: str
    as_of: date
    amount: Dollars
    times: int
    state: StatementState
    created_at: datetime
    sent_at: datetime | None


class RunShape(Shape):
    """A run: of ``total`` patients who owe enough, ``looked`` were looked at, and ``made`` statements were made."""

    id: str
    as_of: date
    state: str
    total: int
    looked: int
    made: int
    amount: Dollars
    actor: str
    started_at: datetime
    finished_at: datetime | None


class RunAsked(Asked):
    """The day of the statements; today when left out."""

    as_of: date | None = None


class StatementAsked(Asked):
    """Whose statement is made."""

    patient_id: UUID


class SentAsked(Asked):
    """Which statements were sent."""

    ids: Ids


class MarkedShape(Shape):
    """How many changed."""

    changed: int


class HoldAsked(Asked):
    """Why a patient gets no statements."""

    reason: Reason


class HoldShape(Shape):
    """A patient who gets no statements."""

    patient_id: str
    reason: str
    since: datetime
    actor: str


@create("/runs", summary="Begin a statement run")
def start_run(caller: Calling, data: RunAsked, idempotency_key: IdempotencyKey = None) -> Answered[RunShape]:
    """Makes the statements that are due, in the background; the run says how far it is."""
    caller.require(BILLING_CHANGES)

    def begin() -> str:
        with caller.work() as work:
            run = begin_statements(caller.ground, work, data.as_of or office_day(work), caller.actor)
            caller.record(work, "statements.run", Target("statement_run", run))
        return run

    run = once(caller, idempotency_key, "statement_run", data, begin)
    with caller.read() as work:
        return Answered(data=_run(read_run(work, run)))


@read("/runs", summary="List statement runs")
def runs(caller: Calling) -> Listed[RunShape]:
    """The latest twenty."""
    caller.require(BILLING)
    with caller.read() as work:
        return Listed(data=[_run(one) for one in list_runs(work)])


@read("/runs/{run_id:uuid}", summary="Read a statement run")
def run_page(caller: Calling, run_id: UUID) -> Answered[RunShape]:
    """One run with its progress."""
    caller.require(BILLING)
    with caller.read() as work:
        return Answered(data=_run(read_run(work, str(run_id))))


@read("/", summary="List statements")
def statements(
    caller: Calling,
    patient_id: Annotated[UUID | None, Parameter(query="patientId")] = None,
    run_id: Annotated[UUID | None, Parameter(query="runId")] = None,
    standing: Annotated[StatementState | None, Parameter(query="state")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Listed[StatementShape]:
    """The newest first."""
    caller.require(BILLING)
    with caller.read() as work:
        page = list_statements(
            work,
            patient=str(patient_id) if patient_id else None,
            run=str(run_id) if run_id else None,
            states=[standing] if standing else [],
            cursor=id_cursor(cursor) or None,
            limit=limit,
        )
    return Listed(data=[_statement(one) for one in page.statements], next=page.next)


@create("/", summary="Make one patient's statement")
def make_one(caller: Calling, data: StatementAsked, idempotency_key: IdempotencyKey = None) -> Answered[StatementShape]:
    """Made now, whatever the minimum and the last statement say; something has to be owed."""
    caller.require(BILLING_CHANGES)
    services, patient = caller.services, str(data.patient_id)

    def made_now() -> str:
        with caller.work() as work:
            settings, today = read_money_settings(work), office_day(work)
            made = make(work, services.vault, services.records, [patient], settings, today, by_hand=True)
            if not made:
                raise NOTHING_OWED.error(patient=patient)
            caller.record(work, "statement.make", Target("Patient", patient))
        return made[0].id

    identity = once(caller, idempotency_key, "statement", data, made_now)
    with caller.read() as work:
        return Answered(data=_statement(read_statement(work, identity)))


@read("/{statement_id:uuid}", summary="Read a statement")
def statement(caller: Calling, statement_id: UUID) -> Answered[StatementShape]:
    """One statement without its contents."""
    caller.require(BILLING)
    with caller.read() as work:
        return Answered(data=_statement(read_statement(work, str(statement_id))))


@read("/{statement_id:uuid}/pdf", summary="Read a statement as PDF", media_type="application/pdf")
def statement_pdf(caller: Calling, statement_id: UUID) -> Response[bytes]:
    """As it was printed; the look is audited."""
    identity = str(statement_id)
    with caller.showing("billing.statement", Target("statement", identity), BILLING) as work:
        [sealed] = open_statements(work, caller.services.vault, [identity])
        return Response(sealed.reveal(Purpose.SHOW), media_type="application/pdf")


@act("/sent", summary="Say that statements were sent")
def sent(caller: Calling, data: SentAsked) -> Answered[MarkedShape]:
    """Marks statements as sent; those that are marked already stay."""
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        changed = mark(work, data.ids, StatementState.SENT)
        caller.record(work, "statements.sent", None, count=str(changed))
    return Answered(data=MarkedShape(changed=changed))


@act("/{statement_id:uuid}/withdraw", summary="Withdraw a statement")
def withdraw(caller: Calling, statement_id: UUID) -> Answered[StatementShape]:
    """It counts as never made; the patient may get another one at once."""
    caller.require(BILLING_CHANGES)
    identity = str(statement_id)
    with caller.work() as work:
        read_statement(work, identity)
        mark(work, [identity], StatementState.WITHDRAWN)
        caller.record(work, "statement.withdraw", Target("statement", identity))
        return Answered(data=_statement(read_statement(work, identity)))


@read("/holds", summary="List patients who get no statements")
def hold_list(caller: Calling) -> Listed[HoldShape]:
    """The latest 200."""
    caller.require(BILLING)
    with caller.read() as work:
        found = holds(work)
    return Listed(
        data=[
            HoldShape(patient_id=one.patient_id, reason=one.reason, since=one.since, actor=one.actor) for one in found
        ]
    )


@replace("/holds/{patient_id:uuid}", summary="Send a patient no statements")
def hold(caller: Calling, patient_id: UUID, data: HoldAsked) -> Answered[MarkedShape]:
    """Until it is released."""
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        put_on_hold(work, str(patient_id), data.reason, caller.actor)
        caller.record(work, "statements.hold", Target("Patient", str(patient_id)))
    return Answered(data=MarkedShape(changed=1))


@act("/holds/{patient_id:uuid}/release", summary="Send a patient statements again")
def release_hold(caller: Calling, patient_id: UUID) -> Answered[MarkedShape]:
    """From the next run on."""
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        take_off_hold(work, str(patient_id))
        caller.record(work, "statements.release", Target("Patient", str(patient_id)))
    return Answered(data=MarkedShape(changed=1))


def _statement(one: StatementRow) -> StatementShape:
    return StatementShape(
        id=one.id,
        run_id=one.run_id,
        patient_id=one.patient_id,
        number=one.number,
        as_of=one.as_of,
        amount=dollars(one.amount),
        times=one.times,
        state=one.state,
        created_at=one.created,
        sent_at=one.sent,
    )


def _run(one: StatementRun) -> RunShape:
    return RunShape(
        id=one.id,
        as_of=one.as_of,
        state=one.state.value,
        total=one.total,
        looked=one.looked,
        made=one.made,
        amount=dollars(one.amount),
        actor=one.actor,
        started_at=one.started,
        finished_at=one.finished,
    )


router = Router(
    path="/statements",
    route_handlers=[
        start_run,
        runs,
        run_page,
        statements,
        make_one,
        hold_list,
        hold,
        release_hold,
        statement,
        statement_pdf,
        sent,
        withdraw,
    ],
)
