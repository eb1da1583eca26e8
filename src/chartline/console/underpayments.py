"""Underpayments: the worklist with what is missing, deciding about several at once, and letters to payers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.app.spreadsheet import as_csv
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting
from chartline.domains.payments.dispute import COLUMNS, as_row, letter_of
from chartline.domains.payments.underpayments import (
    UnderpaymentState,
    decide_underpayments,
    list_underpayments,
    read_underpayments,
)

PAGE = 50
MOST_ROWS = 20_000

Standing = Annotated[str, Parameter(query="state", max_length=12)]
PayerFilter = Annotated[str, Parameter(max_length=40)]


@get("/underpayments", sync_to_thread=True)
def underpayments_page(
    visitor: Visiting, standing: Standing = "open", payer: PayerFilter = "", cursor: UUID | None = None
) -> Response:
    """What payers allowed below their contracts."""
    visitor.require(BILLING)
    states = [UnderpaymentState(standing)] if standing in {one.value for one in UnderpaymentState} else []
    with visitor.read() as work:
        page = list_underpayments(
            work, states=states, payer=payer.strip(), cursor=str(cursor) if cursor else None, limit=PAGE
        )
    return visitor.page(
        "underpayments.html",
        "payments",
        page=page,
        states=list(UnderpaymentState),
        standing=states[0].value if states else "",
        payer=payer.strip(),
    )


@get("/underpayments.csv", sync_to_thread=True)
def underpayments_file(visitor: Visiting, standing: Standing = "open", payer: PayerFilter = "") -> Response:
    """The worklist as CSV, without patient values."""
    visitor.require(BILLING)
    states = [UnderpaymentState(standing)] if standing in {one.value for one in UnderpaymentState} else []
    with visitor.read() as work:
        found = list_underpayments(work, states=states, payer=payer.strip(), limit=MOST_ROWS).underpayments
    headers = {"Content-Disposition": 'attachment; filename="underpayments.csv"'}
    return Response(as_csv([as_row(one) for one in found], COLUMNS), media_type="text/csv", headers=headers)


@get("/underpayments/{underpayment_id:uuid}/letter", sync_to_thread=True)
def letter_page(visitor: Visiting, underpayment_id: UUID) -> Response:
    """The letter about everything open with the payer of this one."""
    visitor.require(BILLING)
    with visitor.read() as work:
        [chosen] = read_underpayments(work, [str(underpayment_id)])
        same = list_underpayments(work, states=[chosen.state], payer=chosen.payer_id, limit=200).underpayments
        [letter] = letter_of(work, same or [chosen])[:1]
    return visitor.page("underpayment_letter.html", "payments", letter=letter)


@post("/underpayments/{underpayment_id:uuid}/decide", sync_to_thread=True)
def decide(visitor: Visiting, underpayment_id: UUID, data: Form) -> Redirect:
    """Says where one stands now."""
    visitor.require(BILLING_CHANGES)
    standing, reason = typed(data, "state", needed=True), typed(data, "reason", needed=True)
    if standing not in {one.value for one in UnderpaymentState}:
        raise BAD_FORM.error(field="state")
    with visitor.work() as work:
        decide_underpayments(work, [str(underpayment_id)], UnderpaymentState(standing), reason, visitor.actor)
        visitor.record(work, "underpayments.decide", None, count="1", state=standing)
    return visitor.go("/underpayments", "underpayment_decided")


PAGES = [underpayments_page, underpayments_file, letter_page, decide]
