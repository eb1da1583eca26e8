"""Balances, derived from the journal each time they are asked for, at any date.

One query each. Amounts keep the journal's sign: debit positive, credit negative.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from chartline.domains.ledger.accounts import PATIENT
from chartline.domains.ledger.entries import EntryKind
from chartline.domains.ledger.tables import entry_line_table, entry_table
from chartline.kernel.money import Money
from chartline.platform.database import Work

_entry, _line = entry_table.c, entry_line_table.c
_joined = sa.join(
    entry_line_table,
    entry_table,
    sa.and_(_line.organisation_id == _entry.organisation_id, _line.entry_id == _entry.id),
)
_sum = sa.cast(sa.func.coalesce(sa.func.sum(_line.amount), 0), sa.BigInteger)


def picked(work: Work, *which: sa.ColumnElement[bool]) -> tuple[sa.CTE, sa.Join]:
    """Few entries, found first, with their lines: for what is asked of some claims or patients.

    SQLite keeps no statistics here and would read every line of the organisation to find those of one claim; what is
    materialised it cannot turn around.
    """
    columns = (_entry.organisation_id, _entry.id, _entry.claim_id, _entry.patient_id)
    more = (_entry.kind, _entry.effective, _entry.posted)
    entries = sa.select(*columns, *more).where(work.mine(entry_table), *which)
    chosen = entries.cte("chosen").prefix_with("MATERIALIZED")
    on = sa.and_(_line.organisation_id == chosen.c.organisation_id, _line.entry_id == chosen.c.id)
    return chosen, sa.join(chosen, entry_line_table, on)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement of what a patient owes, with the balance after it."""

    effective: date
    kind: str
    claim_id: str | None
    code: str
    amount: Money
    balance: Money


def balance(
    work: Work,
    account: str,
    *,
    claim: str | None = None,
    patient: str | None = None,
    as_of: date | None = None,
    currency: str = "USD",
) -> Money:
    """The balance of an account, of one claim or patient if given, counting entries effective up to ``as_of``."""
    which: list[sa.ColumnElement[bool]] = []
    if claim is not None:
        which.append(_entry.claim_id == claim)
    if patient is not None:
        which.append(_entry.patient_id == patient)
    if as_of is not None:
        which.append(_entry.effective <= as_of)
    if claim is not None or patient is not None:
        _, joined = picked(work, *which)
        query = sa.select(_sum).select_from(joined).where(_line.account == account, _line.currency == currency)
        return Money(int(work.scalar(query)), currency)
    query = (
        sa.select(_sum)
        .select_from(_joined)
        .where(work.mine(entry_line_table), _line.account == account, _line.currency == currency, *which)
    )
    return Money(int(work.scalar(query)), currency)


def balances(work: Work, *, as_of: date | None = None, currency: str = "USD") -> dict[str, Money]:
    """The balance of every account that has entries."""
    query = (
        sa.select(_line.account, _sum.label("amount"))
        .select_from(_joined)
        .where(work.mine(entry_line_table), _line.currency == currency)
        .group_by(_line.account)
        .order_by(_line.account)
    )
    if as_of is not None:
        query = query.where(_entry.effective <= as_of)
    return {row["account"]: Money(int(row["amount"]), currency) for row in work.rows(query)}


def claim_balances(work: Work, claims: Collection[str], currency: str = "USD") -> dict[str, dict[str, Money]]:
    """For each claim, the balance of every account that has entries of it; one query."""
    chosen, joined = picked(work, _entry.claim_id.in_(list(claims)))
    query = (
        sa.select(chosen.c.claim_id, _line.account, _sum.label("amount"))
        .select_from(joined)
        .where(_line.currency == currency)
        .group_by(chosen.c.claim_id, _line.account)
    )
    found: dict[str, dict[str, Money]] = {}
    for row in work.rows(query) if claims else []:
        found.setdefault(row["claim_id"], {})[row["account"]] = Money(int(row["amount"]), currency)
    return found


def patient_balances(work: Work, patients: Collection[str], currency: str = "USD") -> dict[str, dict[str, Money]]:
    """For each patient with entries, the balance of every account that has any of them; one query."""
    chosen, joined = picked(work, _entry.patient_id.in_(list(patients)))
    query = (
        sa.select(chosen.c.patient_id, _line.account, _sum.label("amount"))
        .select_from(joined)
        .where(_line.currency == currency)
        .group_by(chosen.c.patient_id, _line.account)
    )
    found: dict[str, dict[str, Money]] = {}
    for row in work.rows(query) if patients else []:
        found.setdefault(row["patient_id"], {})[row["account"]] = Money(int(row["amount"]), currency)
    return found


@dataclass(frozen=True, slots=True)
class Share:
    """A part of what patients were asked to pay for a claim: the reason (``PR-1``), and since when."""

    claim_id: str
    code: str
    since: date
    amount: Money


_SETTLING = tuple(
    kind.value
    for kind in (
        EntryKind.PATIENT_PAYMENT,
        EntryKind.PATIENT_APPLIED,
        EntryKind.REFUND,
        EntryKind.BOUNCED,
        EntryKind.WRITE_OFF,
        EntryKind.UNDO,
    )
)


def patient_shares(work: Work, claims: Collection[str], currency: str = "USD") -> list[Share]:
    """What became the patient's to pay on claims, by reason and in a fixed order; one query.

    Payments, write-offs and what moved away are not among it: they settle a share and do not make it another one.
    """
    chosen, joined = picked(work, _entry.claim_id.in_(list(claims)), _entry.kind.not_in(_SETTLING))
    since = sa.func.min(chosen.c.effective).label("since")
    query = (
        sa.select(chosen.c.claim_id, _line.code, since, _sum.label("amount"))
        .select_from(joined)
        .where(
            _line.account == PATIENT,
            _line.currency == currency,
            sa.or_(chosen.c.kind != EntryKind.TRANSFER.value, _line.amount > 0),
        )
        .group_by(chosen.c.claim_id, _line.code)
        .order_by(chosen.c.claim_id, _line.code)
    )
    rows = work.rows(query) if claims else []
    return [Share(row["claim_id"], row["code"], row["since"], Money(int(row["amount"]), currency)) for row in rows]


def trial_balance(work: Work) -> dict[str, Money]:
    """The sum of all accounts by currency: zero in each, or the ledger is broken."""
    query = sa.select(_line.currency, _sum.label("amount")).where(work.mine(entry_line_table)).group_by(_line.currency)
    return {row["currency"]: Money(int(row["amount"]), row["currency"]) for row in work.rows(query)}


def statement(work: Work, patient: str, *, currency: str = "USD") -> list[StatementLine]:
    """What a patient came to owe and paid, oldest first, with running balance."""
    chosen, joined = picked(work, _entry.patient_id == patient)
    query = (
        sa.select(chosen.c.effective, chosen.c.kind, chosen.c.claim_id, _line.code, _line.amount)
        .select_from(joined)
        .where(_line.account == PATIENT, _line.currency == currency)
        .order_by(chosen.c.effective, chosen.c.posted, chosen.c.id, _line.ordinal)
    )
    lines: list[StatementLine] = []
    running = Money(0, currency)
    for row in work.rows(query):
        amount = Money(row["amount"], currency)
        running = running + amount
        lines.append(StatementLine(row["effective"], row["kind"], row["claim_id"], row["code"], amount, running))
    return lines
