"""A patient's payment with everything that happened to it, as it is kept and listed.

What is left of a payment, and what it pays where, is the sum of its acts. Refuses nothing but a payment that is not
there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from chartline.domains.ledger import entry_line_table, entry_table
from chartline.domains.ledger.accounts import PATIENT
from chartline.domains.payments.tables import patient_payment_table, payment_act_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.database.work import Row

NO_PAYMENT = ErrorKind(
    "payments.not_found",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such payment.",
    "Choose one from the list of payments.",
    status=404,
)


class Method(StrEnum):
    """How the money came."""

    CASH = "cash"
    CHECK = "check"
    CARD = "card"
    """Through the practice's own terminal; the reference is its slip."""
    TRANSFER = "transfer"
    OTHER = "other"


class PaymentState(StrEnum):
    """Where a payment stands."""

    RECEIVED = "received"
    REVERSED = "reversed"
    """It did not hold, or was entered by mistake."""


class ActKind(StrEnum):
    """What happened to a payment."""

    RECEIVED = "received"
    APPLIED = "applied"
    TAKEN_OFF = "taken_off"
    """An application was undone; the money is credit again."""
    REFUNDED = "refunded"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happened, with its amount and its entry in the ledger."""

    seq: int
    kind: ActKind
    claim_id: str | None
    amount: Money
    reason: str
    actor: str
    at: datetime
    source_key: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment with everything that happened to it."""

    id: str
    patient_id: str
    amount: Money
    method: Method
    reference: str
    received: date
    state: PaymentState
    actor: str
    taken: datetime
    acts: tuple[Act, ...]

    @property
    def applied(self) -> Money:
        """What stands applied to claims."""
        return self._sum(ActKind.APPLIED) - self._sum(ActKind.TAKEN_OFF)

    @property
    def refunded(self) -> Money:
        """What was given back."""
        return self._sum(ActKind.REFUNDED)

    @property
    def left(self) -> Money:
        """What is left as credit."""
        if self.state is PaymentState.REVERSED:
            return Money.zero()
        return self.amount - self.applied - self.refunded

    def on_claims(self) -> dict[str, Money]:
        """What stands applied, by claim."""
        found: dict[str, Money] = {}
        for act in self.acts:
            sign = {ActKind.APPLIED: 1, ActKind.TAKEN_OFF: -1}.get(act.kind, 0)
            if act.claim_id and sign:
                found[act.claim_id] = found.get(act.claim_id, Money.zero()) + act.amount * sign
        return {claim: amount for claim, amount in found.items() if amount}

    def _sum(self, kind: ActKind) -> Money:
        return Money.total([act.amount for act in self.acts if act.kind is kind])


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """Payments, the latest received first."""

    payments: list[Payment]
    next: str | None


_payments, _acts = patient_payment_table.c, payment_act_table.c


def read_payment(work: Work, payment: str, *, lock: bool = False) -> Payment:
    """One payment. With ``lock`` nobody else changes it until the transaction ends. Raises ``payments.not_found``."""
    query = work.select(patient_payment_table).where(_payments.id == payment)
    row = work.row(query.with_for_update() if lock else query)
    if row is None:
        raise NO_PAYMENT.error(payment=payment)
    return _payment(row, _acts_of(work, [payment]).get(payment, []))


def list_payments(
    work: Work,
    *,
    patient: str | None = None,
    begin: date | None = None,
    end: date | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> PaymentPage:
    """A page of payments, the latest taken first; two queries. The cursor is a payment's id."""
    query = work.select(patient_payment_table)
    if patient is not None:
        query = query.where(_payments.patient_id == patient)
    if begin is not None:
        query = query.where(_payments.received >= begin)
    if end is not None:
        query = query.where(_payments.received <= end)
    if cursor:
        at = work.scalar(work.select(patient_payment_table, _payments.taken).where(_payments.id == cursor))
        if at is None:
            raise NO_PAYMENT.error(payment=cursor)
        behind = (_payments.taken < at) | ((_payments.taken == at) & (_payments.id < cursor))
        query = query.where(behind)
    rows = work.rows(query.order_by(_payments.taken.desc(), _payments.id.desc()).limit(limit + 1))
    shown = rows[:limit]
    acts = _acts_of(work, [row["id"] for row in shown])
    payments = [_payment(row, acts.get(row["id"], [])) for row in shown]
    return PaymentPage(payments, payments[-1].id if len(rows) > limit else None)


def payments_with_credit(work: Work, *, after: str | None = None, limit: int = 200) -> list[str]:
    """Payments that are not used up and whose patient owes something, by id from behind ``after``; one query."""
    entry, line = entry_table.c, entry_line_table.c
    signed = sa.case(
        (_acts.kind.in_([ActKind.RECEIVED.value, ActKind.TAKEN_OFF.value]), _acts.amount), else_=-_acts.amount
    )
    owing = (
        sa.select(entry.patient_id)
        .join(entry_line_table, sa.and_(line.organisation_id == entry.organisation_id, line.entry_id == entry.id))
        .where(work.mine(entry_table), line.account == PATIENT, entry.claim_id.is_not(None))
        .group_by(entry.patient_id, entry.claim_id)
        .having(sa.func.sum(line.amount) > 0)
    )
    of_owing = work.select(patient_payment_table, _payments.id).where(_payments.patient_id.in_(owing))
    query = (
        sa.select(_acts.payment_id)
        .where(work.mine(payment_act_table), _acts.payment_id.in_(of_owing))
        .group_by(_acts.payment_id)
        .having(sa.func.sum(signed) > 0)
        .order_by(_acts.payment_id)
        .limit(limit)
    )
    rows = work.rows(query.where(_acts.payment_id > after) if after else query)
    return [row["payment_id"] for row in rows]


def _acts_of(work: Work, payments: Sequence[str]) -> dict[str, list[Act]]:
    if not payments:
        return {}
    query = work.select(payment_act_table).where(_acts.payment_id.in_(payments))
    found: dict[str, list[Act]] = {}
    for row in work.rows(query.order_by(_acts.payment_id, _acts.seq)):
        act = Act(
            row["seq"],
            ActKind(row["kind"]),
            row["claim_id"],
            Money(row["amount"]),
            row["reason"],
            row["actor"],
            row["at"],
            row["source_key"],
        )
        found.setdefault(row["payment_id"], []).append(act)
    return found


def _payment(row: Row, acts: Sequence[Act]) -> Payment:
    return Payment(
        row["id"],
        row["patient_id"],
        Money(row["amount"]),
        Method(row["method"]),
        row["reference"],
        row["received"],
        PaymentState(row["state"]),
        row["actor"],
        row["taken"],
        tuple(acts),
    )
