"""Patients' statements: runs with their progress, the list, PDFs one by one, sending, withdrawing, and holds."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.app.spreadsheet import Row, as_csv
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed
from chartline.console.people import names_of
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting
from chartline.domains.payments import read_money_settings
from chartline.domains.payments.statement_runs import list_runs
from chartline.domains.payments.statements import (
    NOTHING_OWED,
    StatementState,
    holds,
    list_statements,
    make,
    mark,
    open_statements,
    put_on_hold,
    take_off_hold,
)
from chartline.flows.patient_money import begin_statements, office_day
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target

PAGE = 50
MOST_ROWS = 20_000
COLUMNS = ("number", "as_of", "amount", "times", "state", "created", "sent")

Standing = Annotated[str, Parameter(query="state", max_length=12)]


@get("/statements", sync_to_thread=True)
def statements_page(
    visitor: Visiting, standing: Standing = "", run: UUID | None = None, cursor: UUID | None = None
) -> Response:
    """Statements, the newest first, with the latest runs and the holds."""
    states = _states(standing)
    with visitor.showing("console.statements", permissions=BILLING) as work:
        page = list_statements(
            work,
            run=str(run) if run else None,
            states=states,
            cursor=str(cursor) if cursor else None,
            limit=PAGE,
        )
        held = holds(work)
        runs = list_runs(work, 5)
        people = {one.patient_id for one in page.statements} | {one.patient_id for one in held}
        names = names_of(work, visitor.services.records, people)
    return visitor.page(
        "statements.html",
        "payments",
        statements=page.statements,
        cursor=page.next,
        runs=runs,
        run=str(run) if run else "",
        holds=held,
        names=names,
        states=list(StatementState),
        standing=states[0].value if states else "",
    )


@get("/statements.csv", sync_to_thread=True)
def statements_file(visitor: Visiting, standing: Standing = "") -> Response:
    """The statements as CSV, without patient values."""
    visitor.require(BILLING)
    with visitor.read() as work:
        found = list_statements(work, states=_states(standing), limit=MOST_ROWS).statements
    rows: list[Row] = [
        {
            "number": one.number,
            "as_of": one.as_of,
            "amount": one.amount,
            "times": one.times,
            "state": one.state.value,
            "created": one.created,
            "sent": one.sent,
        }
        for one in found
    ]
    headers = {"Content-Disposition": 'attachment; filename="statements.csv"'}
    return Response(as_csv(rows, COLUMNS), media_type="text/csv", headers=headers)


@get("/statements/{statement_id:uuid}/pdf", sync_to_thread=True)
def statement_file(visitor: Visiting, statement_id: UUID) -> Response:
    """One statement as it was printed."""
    identity = str(statement_id)
    with visitor.showing("console.statement", Target("statement", identity), BILLING) as work:
        [sealed] = open_statements(work, visitor.services.vault, [identity])
        return Response(sealed.reveal(Purpose.SHOW), media_type="application/pdf")


@post("/statements/runs", sync_to_thread=True)
def start_run(visitor: Visiting) -> Redirect:
    """Begins a run as of today."""
    visitor.require(BILLING_CHANGES)
    with visitor.work() as work:
        run = begin_statements(visitor.services.ground, work, office_day(work), visitor.actor)
        visitor.record(work, "statements.run", Target("statement_run", run))
    return visitor.go("/statements", "statements_started")


@post("/statements/one", sync_to_thread=True)
def make_one(visitor: Visiting, data: Form) -> Redirect:
    """Makes one patient's statement now."""
    visitor.require(BILLING_CHANGES)
    patient, services = _patient(data), visitor.services
    with visitor.work() as work:
        settings, today = read_money_settings(work), office_day(work)
        if not make(work, services.vault, services.records, [patient], settings, today, by_hand=True):
            raise NOTHING_OWED.error(patient=patient)
        visitor.record(work, "statement.make", Target("Patient", patient))
    return visitor.go(f"/money/patients/{patient}", "statement_made")


@post("/statements/sent", sync_to_thread=True)
def all_sent(visitor: Visiting, data: Form) -> Redirect:
    """Says that all statements of a run were sent."""
    visitor.require(BILLING_CHANGES)
    run = typed(data, "run", needed=True)
    try:
        run = str(UUID(run))
    except ValueError:
        raise BAD_FORM.error(field="run") from None
    with visitor.work() as work:
        made = list_statements(work, run=run, states=[StatementState.MADE], limit=MOST_ROWS).statements
        changed = mark(work, [one.id for one in made], StatementState.SENT)
        visitor.record(work, "statements.sent", Target("statement_run", run), count=str(changed))
    return visitor.go("/statements", "statements_sent")


@post("/statements/{statement_id:uuid}/{act:str}", sync_to_thread=True)
def mark_one(visitor: Visiting, statement_id: UUID, act: str) -> Redirect:
    """Says that one was sent, or withdraws it."""
    visitor.require(BILLING_CHANGES)
    if act not in (StatementState.SENT, StatementState.WITHDRAWN):
        raise BAD_FORM.error(field="act")
    with visitor.work() as work:
        mark(work, [str(statement_id)], StatementState(act))
        visitor.record(work, f"statement.{act}", Target("statement", str(statement_id)))
    return visitor.go("/statements", "statements_sent" if act == StatementState.SENT else "statement_withdrawn")


@post("/statements/holds", sync_to_thread=True)
def hold(visitor: Visiting, data: Form) -> Redirect:
    """Sends a patient no statements, or again."""
    visitor.require(BILLING_CHANGES)
    patient, release = _patient(data), bool(typed(data, "release"))
    with visitor.work() as work:
        if release:
            take_off_hold(work, patient)
        else:
            put_on_hold(work, patient, typed(data, "reason", needed=True), visitor.actor)
        visitor.record(work, "statements.release" if release else "statements.hold", Target("Patient", patient))
    return visitor.go("/statements", "hold_changed")


def _patient(data: Form) -> str:
    try:
        return str(UUID(typed(data, "patient", needed=True)))
    except ValueError:
        raise BAD_FORM.error(field="patient") from None


def _states(standing: str) -> list[StatementState]:
    return [StatementState(standing)] if standing in {one.value for one in StatementState} else []


PAGES = [statements_page, statements_file, statement_file, start_run, make_one, all_sent, hold, mark_one]
