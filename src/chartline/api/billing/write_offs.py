"""Write-offs and transfers of open amounts, each with its reason, and small balances in one go."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router
from litestar.params import Parameter

from chartline.api.billing.shapes import Answered, Asked, Dollars, Listed, OptionalDollars, Shape, dollars, money
from chartline.api.billing.texts import Reason
from chartline.api.caller import BILLING, BILLING_CHANGES, Calling
from chartline.api.idempotency import once
from chartline.api.problems import id_cursor
from chartline.api.routes import Cursor, IdempotencyKey, Limit, act, create, read
from chartline.domains.ledger.accounts import COLLECTIONS, INSURANCE, PATIENT
from chartline.domains.payments import Decided, Move, MoveKind, decide, list_moves, read_money_settings, read_move, undo
from chartline.domains.payments.nightly import give_up, small_balances
from chartline.flows.patient_money import office_day
from chartline.flows.publishing import queue_publishing
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import derived_id, new_id
from chartline.platform.audit import Target
from chartline.platform.database import Work


class Owed(StrEnum):
    """Who owes an open amount."""

    INSURANCE = "insurance"
    PATIENT = "patient"
    COLLECTIONS = "collections"


_ACCOUNTS = {Owed.INSURANCE: INSURANCE, Owed.PATIENT: PATIENT, Owed.COLLECTIONS: COLLECTIONS}


class MoveShape(Shape):
    """A decision on an open amount; ``undoneAt`` when it was taken back."""

    id: str
    kind: MoveKind
    claim_id: str
    patient_id: str
    from_account: str
    to_account: str
    amount: Dollars
    effective: date
    reason: str
    actor: str
    at: datetime
    undone_at: datetime | None
    undone_by: str | None


class MoveAsked(Asked):
    """What is to happen to what ``owed`` owes on a claim: all that is open, or an amount."""

    claim_id: UUID
    kind: MoveKind
    owed: Owed
    reason: Reason
    amount: OptionalDollars = None


class ManyAsked(Asked):
    """Up to 500 decisions."""

    items: Annotated[list[MoveAsked], msgspec.Meta(min_length=1, max_length=500)]


class OneShape(Shape):
    """What became of one of many: its id, or the code and the sentence of its problem."""

    claim_id: str
    id: str | None
    code: str | None
    say: str | None


class SmallShape(Shape):
    """A small balance that nothing happened on since ``since``."""

    claim_id: str
    amount: Dollars
    since: date


class GivenShape(Shape):
    """How many were given up; ``more`` says that there are others."""

    given_up: int
    more: bool


@read("/", summary="List write-offs and transfers")
def moves(
    caller: Calling,
    kind: MoveKind | None = None,
    claim_id: Annotated[UUID | None, Parameter(query="claimId")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Listed[MoveShape]:
    """The newest first."""
    caller.require(BILLING)
    with caller.read() as work:
        page = list_moves(
            work,
            kinds=[kind] if kind else [],
            claim=str(claim_id) if claim_id else None,
            cursor=id_cursor(cursor) or None,
            limit=limit,
        )
    return Listed(data=[_shape(one) for one in page.moves], next=page.next)


@create("/", summary="Write off or move an open amount")
def make_move(caller: Calling, data: MoveAsked, idempotency_key: IdempotencyKey = None) -> Answered[MoveShape]:
    """Writes off, moves between insurance, patient and collections, or gives back what a payer paid too much."""
    caller.require(BILLING_CHANGES)
    decided = _decided(data, new_id())

    def make() -> str:
        with caller.work() as work:
            [made] = decide(work, [decided], caller.actor, office_day(work))
            queue_publishing(caller.ground, work)
            caller.record(work, "balance.decide", Target("Claim", decided.claim), kind=decided.kind.value)
        return made

    made = once(caller, idempotency_key, "write_off", data, make)
    with caller.read() as work:
        return Answered(data=_shape(read_move(work, made)))


@act("/batch", summary="Write off or move many open amounts")
def make_moves(caller: Calling, data: ManyAsked, idempotency_key: IdempotencyKey = None) -> Answered[list[OneShape]]:
    """All in one transaction; those that cannot be done say why and change nothing. With a key, the same key again
    does nothing more and gives the same answer."""
    caller.require(BILLING_CHANGES)
    wanted = [
        _decided(one, derived_id("write_offs", caller.organisation, idempotency_key, str(place)))
        if idempotency_key
        else _decided(one, new_id())
        for place, one in enumerate(data.items)
    ]
    with caller.work() as work:
        answers = _each(work, wanted, caller.actor, office_day(work))
        queue_publishing(caller.ground, work)
        caller.record(work, "balance.decide_many", None, count=str(len(wanted)))
    return Answered(data=answers)


def _each(work: Work, wanted: list[Decided], actor: str, today: date) -> list[OneShape]:
    """All at once; where one cannot be done, one by one."""
    try:
        with work.connection.begin_nested():
            made = decide(work, wanted, actor, today)
    except ChartlineError as error:
        if len(wanted) == 1:
            problem = error.problem
            return [OneShape(claim_id=wanted[0].claim, id=None, code=problem.code, say=problem.say)]
        return [done for one in wanted for done in _each(work, [one], actor, today)]
    return [
        OneShape(claim_id=one.claim, id=identity, code=None, say=None)
        for one, identity in zip(wanted, made, strict=True)
    ]


@act("/{move_id:uuid}/undo", summary="Take a write-off or transfer back")
def undo_move(caller: Calling, move_id: UUID) -> Answered[MoveShape]:
    """Posts the counter-entry; refused when what was moved was paid or moved on since."""
    caller.require(BILLING_CHANGES)
    identity = str(move_id)
    with caller.work() as work:
        undo(work, identity, caller.actor, office_day(work))
        queue_publishing(caller.ground, work)
        caller.record(work, "balance.undo", Target("balance_move", identity))
        return Answered(data=_shape(read_move(work, identity)))


@read("/small-balances", summary="List small balances")
def small(caller: Calling, limit: Limit = 200) -> Listed[SmallShape]:
    """What the next run would give up, by the practice's settings."""
    caller.require(BILLING)
    with caller.read() as work:
        found = small_balances(work, read_money_settings(work), office_day(work), limit=limit)
    return Listed(
        data=[SmallShape(claim_id=one.claim_id, amount=dollars(one.amount), since=one.since) for one in found]
    )


@act("/small-balances/run", summary="Give small balances up now")
def give_small_up(caller: Calling) -> Answered[GivenShape]:
    """Writes off up to 500 small balances; the same balance is given up once."""
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        today = office_day(work)
        found = small_balances(work, read_money_settings(work), today, limit=501)
        count = give_up(work, found[:500], caller.actor, today)
        queue_publishing(caller.ground, work)
        caller.record(work, "balance.small", None, count=str(count))
    return Answered(data=GivenShape(given_up=count, more=len(found) > 500))


def _decided(asked: MoveAsked, identity: str) -> Decided:
    amount = None if asked.amount is None else money(asked.amount, "amount")
    return Decided(asked.kind, str(asked.claim_id), _ACCOUNTS[asked.owed], asked.reason, amount, identity)


def _shape(found: Move) -> MoveShape:
    return MoveShape(
        id=found.id,
        kind=found.kind,
        claim_id=found.claim_id,
        patient_id=found.patient_id,
        from_account=found.from_account,
        to_account=found.to_account,
        amount=dollars(found.amount),
        effective=found.effective,
        reason=found.reason,
        actor=found.actor,
        at=found.at,
        undone_at=found.undone,
        undone_by=found.undone_by,
    )


router = Router(path="/write-offs", route_handlers=[moves, make_move, make_moves, undo_move, small, give_small_up])
