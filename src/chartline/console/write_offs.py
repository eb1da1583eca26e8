"""Write-offs and transfers: the list with its undo, deciding by claim number, and small balances in one go."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.app.spreadsheet import Row, as_csv
from chartline.console.actors import actor_names
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed, typed_money
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting
from chartline.domains.claims import ClaimFilter, list_claims, read_claims
from chartline.domains.ledger.accounts import COLLECTIONS, INSURANCE, PATIENT
from chartline.domains.payments import Decided, MoveKind, decide, list_moves, read_money_settings, undo
from chartline.domains.payments.nightly import give_up, small_balances
from chartline.flows.patient_money import office_day
from chartline.flows.publishing import queue_publishing
from chartline.platform.audit import Target

PAGE = 50
MOST_AT_ONCE = 500
MOST_ROWS = 20_000
COLUMNS = ("at", "kind", "claim", "amount", "from_account", "to_account", "reason", "actor", "undone")
OWED = {"insurance": INSURANCE, "patient": PATIENT, "collections": COLLECTIONS}

KindFilter = Annotated[str, Parameter(max_length=20)]


@get("/write-offs", sync_to_thread=True)
def write_offs_page(visitor: Visiting, kind: KindFilter = "", cursor: UUID | None = None) -> Response:
    """Decisions, the newest first, and the small balances that wait."""
    visitor.require(BILLING)
    kinds = _kinds(kind)
    with visitor.read() as work:
        page = list_moves(work, kinds=kinds, cursor=str(cursor) if cursor else None, limit=PAGE)
        small = small_balances(work, read_money_settings(work), office_day(work), limit=MOST_AT_ONCE)
        claims = read_claims(work, {one.claim_id for one in page.moves})
    return visitor.page(
        "write_offs.html",
        "payments",
        moves=page.moves,
        cursor=page.next,
        claims=claims,
        small=small,
        kinds=list(MoveKind),
        kind=kinds[0].value if kinds else "",
        people=actor_names(visitor),
    )


@get("/write-offs.csv", sync_to_thread=True)
def write_offs_file(visitor: Visiting, kind: KindFilter = "") -> Response:
    """The decisions as CSV."""
    visitor.require(BILLING)
    with visitor.read() as work:
        moves = list_moves(work, kinds=_kinds(kind), limit=MOST_ROWS).moves
        claims = read_claims(work, {one.claim_id for one in moves})
    rows: list[Row] = [
        {
            "at": one.at,
            "kind": one.kind.value,
            "claim": claims[one.claim_id].number if one.claim_id in claims else one.claim_id,
            "amount": one.amount,
            "from_account": one.from_account,
            "to_account": one.to_account,
            "reason": one.reason,
            "actor": one.actor,
            "undone": one.undone,
        }
        for one in moves
    ]
    headers = {"Content-Disposition": 'attachment; filename="write-offs.csv"'}
    return Response(as_csv(rows, COLUMNS), media_type="text/csv", headers=headers)


@post("/write-offs", sync_to_thread=True)
def make_write_off(visitor: Visiting, data: Form) -> Redirect:
    """Writes off or moves what is open on a claim."""
    visitor.require(BILLING_CHANGES)
    number, kind, owed = typed(data, "claim", needed=True).upper(), typed(data, "kind"), typed(data, "owed")
    amount, reason = typed_money(data, "amount"), typed(data, "reason", needed=True)
    if kind not in {one.value for one in MoveKind} or owed not in OWED:
        raise BAD_FORM.error(field="kind")
    back = typed(data, "back")
    with visitor.work() as work:
        found = list_claims(work, ClaimFilter(number=number), limit=1).claims
        if not found:
            raise BAD_FORM.error(field="claim")
        decided = Decided(MoveKind(kind), found[0].id, OWED[owed], reason, amount)
        decide(work, [decided], visitor.actor, office_day(work))
        queue_publishing(visitor.services.ground, work)
        visitor.record(work, "balance.decide", Target("Claim", found[0].id), kind=kind)
    # Only a page of our own: an address from a form is not trusted further.
    return visitor.go(f"/money/patients/{found[0].patient_id}" if back else "/write-offs", "balance_decided")


@post("/write-offs/{move_id:uuid}/undo", sync_to_thread=True)
def undo_write_off(visitor: Visiting, move_id: UUID) -> Redirect:
    """Takes a decision back."""
    visitor.require(BILLING_CHANGES)
    with visitor.work() as work:
        undo(work, str(move_id), visitor.actor, office_day(work))
        queue_publishing(visitor.services.ground, work)
        visitor.record(work, "balance.undo", Target("balance_move", str(move_id)))
    return visitor.go("/write-offs", "balance_undone")


@post("/write-offs/small-balances", sync_to_thread=True)
def give_small_up(visitor: Visiting) -> Redirect:
    """Gives up the small balances that wait."""
    visitor.require(BILLING_CHANGES)
    with visitor.work() as work:
        today = office_day(work)
        found = small_balances(work, read_money_settings(work), today, limit=MOST_AT_ONCE)
        count = give_up(work, found, visitor.actor, today)
        queue_publishing(visitor.services.ground, work)
        visitor.record(work, "balance.small", None, count=str(count))
    return visitor.go("/write-offs", "small_given_up")


def _kinds(kind: str) -> list[MoveKind]:
    return [MoveKind(kind)] if kind in {one.value for one in MoveKind} else []


PAGES = [write_offs_page, write_offs_file, make_write_off, undo_write_off, give_small_up]
