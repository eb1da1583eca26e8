"""Underpayments: what payers allowed below their contracts, the worklist, and what a letter to the payer says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, Router
from litestar.params import Parameter

from chartline.api.billing.shapes import Answered, Asked, Dollars, Shape, dollars
from chartline.api.billing.texts import Ids, PayerQuery, Reason
from chartline.api.caller import BILLING, BILLING_CHANGES, Calling
from chartline.api.problems import id_cursor
from chartline.api.routes import Cursor, Limit, act, read
from chartline.app.spreadsheet import as_csv
from chartline.domains.payments.dispute import COLUMNS, as_row, letter_of
from chartline.domains.payments.underpayments import (
    Underpayment,
    UnderpaymentState,
    decide_underpayments,
    list_underpayments,
    read_underpayments,
)

MOST_ROWS = 20_000


class UnderpaymentShape(Shape):
    """A service with what the contract says (``expected``), what the payer allowed, and where the contract says so."""

    id: str
    claim_id: str
    claim_number: str
    remittance_id: str
    payer_id: str
    payer_name: str
    payer_number: str
    procedure: str
    modifiers: list[str]
    units: int
    service_date: date
    charged: Dollars
    allowed: Dollars
    expected: Dollars
    difference: Dollars
    basis: str
    state: UnderpaymentState
    reason: str
    found_at: datetime
    decided_at: datetime | None
    decided_by: str | None


class WorklistShape(Shape):
    """A page of the worklist; ``count`` and ``missing`` are over all that fit."""

    data: list[UnderpaymentShape]
    count: int
    missing: Dollars
    next: str | None = None
    success: bool = True


class DecideAsked(Asked):
    """Where some underpayments stand now, and why."""

    ids: Ids
    state: UnderpaymentState
    reason: Reason


class LetterAsked(Asked):
    """Which underpayments letters are written about."""

    ids: Ids


class LetterShape(Shape):
    """A letter to one payer: paragraphs, and the services it is about."""

    payer_id: str
    payer_name: str
    missing: Dollars
    paragraphs: list[str]
    services: list[UnderpaymentShape]


@read("/", summary="List underpayments")
def underpayments(
    caller: Calling,
    payer_id: PayerQuery = "",
    standing: Annotated[UnderpaymentState | None, Parameter(query="state")] = UnderpaymentState.OPEN,
    claim_id: Annotated[UUID | None, Parameter(query="claimId")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> WorklistShape:
    """Open ones unless another state is asked for; the newest found first."""
    caller.require(BILLING)
    with caller.read() as work:
        page = list_underpayments(
            work,
            states=[standing] if standing else [],
            payer=payer_id,
            claim=str(claim_id) if claim_id else None,
            cursor=id_cursor(cursor) or None,
            limit=limit,
        )
    return WorklistShape(
        data=[_shape(one) for one in page.underpayments],
        count=page.count,
        missing=dollars(page.missing),
        next=page.next,
    )


@read("/export", summary="Download underpayments as CSV", media_type="text/csv")
def underpayments_file(caller: Calling, payer_id: PayerQuery = "") -> Response[str]:
    """The open ones, without patient values."""
    caller.require(BILLING)
    with caller.read() as work:
        page = list_underpayments(work, states=[UnderpaymentState.OPEN], payer=payer_id, limit=MOST_ROWS)
    headers = {"Content-Disposition": 'attachment; filename="underpayments.csv"'}
    text = as_csv([as_row(one) for one in page.underpayments], COLUMNS)
    return Response(text, media_type="text/csv", headers=headers)


@read("/{underpayment_id:uuid}", summary="Read an underpayment")
def underpayment(caller: Calling, underpayment_id: UUID) -> Answered[UnderpaymentShape]:
    """One of them."""
    caller.require(BILLING)
    with caller.read() as work:
        [found] = read_underpayments(work, [str(underpayment_id)])
    return Answered(data=_shape(found))


@act("/decide", summary="Say where underpayments stand")
def decide(caller: Calling, data: DecideAsked) -> Answered[list[UnderpaymentShape]]:
    """Disputed, recovered, accepted, or open again; with a reason."""
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        decide_underpayments(work, data.ids, data.state, data.reason, caller.actor)
        caller.record(work, "underpayments.decide", None, count=str(len(data.ids)), state=data.state.value)
        return Answered(data=[_shape(one) for one in read_underpayments(work, data.ids)])


@act("/letters", summary="Write letters about underpayments")
def letters(caller: Calling, data: LetterAsked) -> Answered[list[LetterShape]]:
    """One for each payer, without patient values: claims stand in it by their numbers."""
    caller.require(BILLING)
    with caller.read() as work:
        found = read_underpayments(work, data.ids)
        written = letter_of(work, found)
    return Answered(
        data=[
            LetterShape(
                payer_id=one.payer_id,
                payer_name=one.payer_name,
                missing=dollars(one.missing),
                paragraphs=list(one.paragraphs),
                services=[_shape(each) for each in one.services],
            )
            for one in written
        ]
    )


def _shape(one: Underpayment) -> UnderpaymentShape:
    return UnderpaymentShape(
        id=one.id,
        claim_id=one.claim_id,
        claim_number=one.claim_number,
        remittance_id=one.remittance_id,
        payer_id=one.payer_id,
        payer_name=one.payer_name,
        payer_number=one.payer_number,
        procedure=one.procedure,
        modifiers=one.modifiers.split(),
        units=one.units,
        service_date=one.service_date,
        charged=dollars(one.charged),
        allowed=dollars(one.allowed),
        expected=dollars(one.expected),
        difference=dollars(one.difference),
        basis=one.basis,
        state=one.state,
        reason=one.reason,
        found_at=one.found,
        decided_at=one.decided,
        decided_by=one.decided_by,
    )


router = Router(
    path="/underpayments",
    route_handlers=[underpayments, underpayments_file, decide, letters, underpayment],
)
