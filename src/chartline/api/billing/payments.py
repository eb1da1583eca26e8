"""Patients' payments: taken, applied to what is owed, given back, reversed; and how small money is handled."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router
from litestar.params import Parameter

from chartline.api.billing.shapes import Answered, Asked, Dollars, Listed, OptionalDollars, Shape, dollars, money
from chartline.api.billing.texts import Reason, Words
from chartline.api.caller import BILLING, BILLING_CHANGES, Caller, Calling
from chartline.api.idempotency import once
from chartline.api.problems import id_cursor
from chartline.api.routes import Cursor, IdempotencyKey, Limit, act, create, read, replace
from chartline.domains.payments import (
    Method,
    MoneySettings,
    Payment,
    apply,
    apply_to_oldest,
    list_payments,
    read_money_settings,
    read_payment,
    refund,
    reverse,
    save_money_settings,
    take_off,
)
from chartline.flows import patient_money as flow
from chartline.flows.patient_money import office_day
from chartline.flows.publishing import queue_publishing
from chartline.kernel.ids import new_id
from chartline.platform.audit import Target


class ActShape(Shape):
    """One thing that happened to a payment."""

    kind: str
    claim_id: str | None
    amount: Dollars
    reason: str
    actor: str
    at: datetime


class PaymentShape(Shape):
    """A payment: ``left`` is the credit that is left of it."""

    id: str
    patient_id: str
    amount: Dollars
    method: Method
    reference: str
    received: date
    state: str
    applied: Dollars
    refunded: Dollars
    left: Dollars
    taken_by: str
    taken_at: datetime
    history: list[ActShape]


class PaymentAsked(Asked):
    """A payment as it was received. ``apply`` puts it to the oldest open claims at once, or to ``claimId``."""

    patient_id: UUID
    amount: Dollars
    method: Method
    received: date | None = None
    reference: Words = ""
    claim_id: UUID | None = None
    apply: bool = True


class ApplyAsked(Asked):
    """Where credit goes: a claim, or the oldest ones; an amount, or as much as there is and is owed."""

    claim_id: UUID | None = None
    amount: OptionalDollars = None


class TakeOffAsked(Asked):
    """Which claim a payment is taken off, and why."""

    claim_id: UUID
    reason: Reason


class RefundAsked(Asked):
    """What is given back: an amount, or all that is left."""

    reason: Reason
    amount: OptionalDollars = None


class ReasonAsked(Asked):
    """Why."""

    reason: Reason


Cents = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Days = Annotated[int, msgspec.Meta(ge=1, le=365)]


class MoneySettingsShape(Asked):
    """How small balances, statements, underpayments and credits are handled. Amounts are cents."""

    small_balance_under: Cents = 500
    small_balance_days: Days = 90
    small_balance_automatic: bool = False
    statement_minimum: Cents = 500
    statement_days: Days = 30
    statement_waits_for_insurance: bool = True
    statement_due_days: Days = 21
    underpaid_tolerance: Cents = 100
    apply_credits: bool = True


@read("/", summary="List patients' payments")
def payments(
    caller: Calling,
    patient_id: Annotated[UUID | None, Parameter(query="patientId")] = None,
    begin: Annotated[date | None, Parameter(query="startDate")] = None,
    end: Annotated[date | None, Parameter(query="endDate")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Listed[PaymentShape]:
    """The latest taken first; days are those on which they were received."""
    caller.require(BILLING)
    patient = str(patient_id) if patient_id else None
    with caller.read() as work:
        page = list_payments(work, patient=patient, begin=begin, end=end, cursor=id_cursor(cursor) or None, limit=limit)
    return Listed(data=[shape_of(one) for one in page.payments], next=page.next)


@create("/", summary="Take a payment")
def take_payment(caller: Calling, data: PaymentAsked, idempotency_key: IdempotencyKey = None) -> Answered[PaymentShape]:
    """Takes a patient's payment, and applies it where that is asked; what is not applied stays as credit."""
    caller.require(BILLING_CHANGES)
    amount, identity = money(data.amount, "amount"), new_id()

    def make() -> str:
        with caller.work() as work:
            flow.take_payment(
                caller.ground,
                work,
                patient=str(data.patient_id),
                amount=amount,
                method=data.method,
                actor=caller.actor,
                identity=identity,
                received=data.received,
                reference=data.reference,
                claim=str(data.claim_id) if data.claim_id else None,
                oldest=data.apply,
            )
        return identity

    return _shown(caller, once(caller, idempotency_key, "take_payment", data, make))


@read("/{payment_id:uuid}", summary="Read a payment")
def payment(caller: Calling, payment_id: UUID) -> Answered[PaymentShape]:
    """One payment with everything that happened to it."""
    caller.require(BILLING)
    return _shown(caller, str(payment_id))


@act("/{payment_id:uuid}/apply", summary="Apply credit of a payment")
def apply_payment(
    caller: Calling, payment_id: UUID, data: ApplyAsked, idempotency_key: IdempotencyKey = None
) -> Answered[PaymentShape]:
    """Applies what is left of a payment to a claim, or to the oldest open ones."""
    caller.require(BILLING_CHANGES)
    identity, done = str(payment_id), new_id()
    amount = None if data.amount is None else money(data.amount, "amount")

    def make() -> str:
        with caller.work() as work:
            today = office_day(work)
            if data.claim_id is None:
                apply_to_oldest(work, identity, caller.actor, today)
            else:
                apply(work, identity, str(data.claim_id), amount, caller.actor, today, done)
            queue_publishing(caller.ground, work)
            caller.record(work, "payment.apply", Target("payment", identity))
        return identity

    return _shown(caller, once(caller, idempotency_key, f"apply/{identity}", data, make))


@act("/{payment_id:uuid}/unapply", summary="Take a payment off a claim")
def unapply_payment(caller: Calling, payment_id: UUID, data: TakeOffAsked) -> Answered[PaymentShape]:
    """What it paid there is the patient's credit again."""
    caller.require(BILLING_CHANGES)
    identity = str(payment_id)
    with caller.work() as work:
        take_off(work, identity, str(data.claim_id), caller.actor, office_day(work), data.reason)
        queue_publishing(caller.ground, work)
        caller.record(work, "payment.unapply", Target("payment", identity))
    return _shown(caller, identity)


@act("/{payment_id:uuid}/refund", summary="Give credit back to the patient")
def refund_payment(
    caller: Calling, payment_id: UUID, data: RefundAsked, idempotency_key: IdempotencyKey = None
) -> Answered[PaymentShape]:
    """Gives back what is left of a payment, or a part of it, the way it came."""
    caller.require(BILLING_CHANGES)
    identity = str(payment_id)
    amount = None if data.amount is None else money(data.amount, "amount")

    def make() -> str:
        with caller.work() as work:
            refund(work, identity, amount, caller.actor, office_day(work), data.reason)
            caller.record(work, "payment.refund", Target("payment", identity))
        return identity

    return _shown(caller, once(caller, idempotency_key, f"refund/{identity}", data, make))


@act("/{payment_id:uuid}/reverse", summary="Reverse a payment")
def reverse_payment(caller: Calling, payment_id: UUID, data: ReasonAsked) -> Answered[PaymentShape]:
    """Takes a payment back that did not hold, such as a check that bounced; what it paid is owed again."""
    caller.require(BILLING_CHANGES)
    identity = str(payment_id)
    with caller.work() as work:
        reverse(work, identity, caller.actor, office_day(work), data.reason)
        queue_publishing(caller.ground, work)
        caller.record(work, "payment.reverse", Target("payment", identity))
    return _shown(caller, identity)


@read("/settings", summary="Read how patients' money is handled")
def money_settings(caller: Calling) -> Answered[MoneySettingsShape]:
    """Small balances, statements, tolerance of underpayments, credits."""
    caller.require(BILLING)
    with caller.read() as work:
        found = read_money_settings(work)
    return Answered(data=MoneySettingsShape(**dataclasses.asdict(found)))


@replace("/settings", summary="Change how patients' money is handled")
def change_money_settings(caller: Calling, data: MoneySettingsShape) -> Answered[MoneySettingsShape]:
    """Stores all settings; what is left out is as shipped."""
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        save_money_settings(work, MoneySettings(**msgspec.structs.asdict(data)), caller.actor)
        caller.record(work, "money.settings")
    return Answered(data=data)


def shape_of(found: Payment) -> PaymentShape:
    """A payment as it is answered."""
    return PaymentShape(
        id=found.id,
        patient_id=found.patient_id,
        amount=dollars(found.amount),
        method=found.method,
        reference=found.reference,
        received=found.received,
        state=found.state.value,
        applied=dollars(found.applied),
        refunded=dollars(found.refunded),
        left=dollars(found.left),
        taken_by=found.actor,
        taken_at=found.taken,
        history=[
            ActShape(
                kind=one.kind.value,
                claim_id=one.claim_id,
                amount=dollars(one.amount),
                reason=one.reason,
                actor=one.actor,
                at=one.at,
            )
            for one in found.acts
        ],
    )


def _shown(caller: Caller, identity: str) -> Answered[PaymentShape]:
    with caller.read() as work:
        return Answered(data=shape_of(read_payment(work, identity)))


router = Router(
    path="/payments",
    route_handlers=[
        payments,
        take_payment,
        money_settings,
        change_money_settings,
        payment,
        apply_payment,
        unapply_payment,
        refund_payment,
        reverse_payment,
    ],
)
