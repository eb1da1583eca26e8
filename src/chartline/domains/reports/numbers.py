"""Billed, collected, adjusted, denied, owed: for a span of days and by payer.

Flows (billed, collected, adjusted, denied) count entries effective inside the span; balances (patient, insurance,
unapplied) stand at its last day. Four queries, however much there is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import sqlalchemy as sa

from chartline.domains.claims.tables import claim_table
from chartline.domains.ledger import EntryKind, entry_line_table, entry_table
from chartline.domains.ledger.accounts import (
    CONTRACTUAL,
    INSURANCE,
    OTHER_ADJUSTMENT,
    PATIENT,
    PATIENT_CASH,
    PAYER_CASH,
    REVENUE,
    UNAPPLIED,
    WRITE_OFF,
)
from chartline.domains.remits.remittance import RemittanceState
from chartline.domains.remits.tables import remittance_claim_table, remittance_table
from chartline.kernel.money import Money
from chartline.platform.database import Work

_BILLED = (EntryKind.CHARGE.value, EntryKind.CHARGE_CHANGE.value)
_REVERSAL = "22"
_POSTED = remittance_table.c.state == RemittanceState.POSTED.value
"""What is held, waits, or was undone is no decision."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount and where it comes from: accounts or tables, and the kinds of entries that were added up."""

    amount: Money
    sources: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PayerNumbers:
    """The flows of one payer in the span."""

    payer_id: str
    payer_name: str
    billed: Money
    collected: Money
    adjusted: Money
    patient: Money
    denied: Money


@dataclass(frozen=True, slots=True)
class Numbers:
    """The practice's numbers. ``days_to_pay`` is the mean from the first submission of a claim to the day it was paid,
    in tenths of a day (None when nothing was paid)."""

    begin: date
    end: date
    billed: Figure
    collected: Figure
    adjusted: Figure
    denied: Figure
    patient_balance: Figure
    insurance_open: Figure
    unapplied: Figure
    days_to_pay: int | None
    payers: tuple[PayerNumbers, ...]


@dataclass(slots=True)
class _Sums:
    """Amounts by account, with the kinds of entries behind each."""

    amounts: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, set[str]] = field(default_factory=dict)

    def add(self, account: str, kind: str, amount: int) -> None:
        self.amounts[account] = self.amounts.get(account, 0) + amount
        self.kinds.setdefault(account, set()).add(kind)

    def figure(self, *accounts: str, sign: int = 1) -> Figure:
        kinds = {kind for account in accounts for kind in self.kinds.get(account, ())}
        total = sum(self.amounts.get(account, 0) for account in accounts)
        return Figure(Money(sign * total), accounts, tuple(sorted(kinds)))


def numbers(work: Work, begin: date, end: date) -> Numbers:
    """The numbers from ``begin`` through ``end``."""
    flows, stands = _Sums(), _stands(work, end)
    by_payer: dict[str, _Sums] = {}
    names: dict[str, str] = {}
    for row in _ledger(work, begin, end):
        amount = int(row["amount"])
        flows.add(row["account"], row["kind"], amount)
        if row["payer_id"] is not None:
            by_payer.setdefault(row["payer_id"], _Sums()).add(row["account"], row["kind"], amount)
            names[row["payer_id"]] = max(names.get(row["payer_id"], ""), row["payer_name"])
    denied = _denied(work, begin, end)
    for payer, (name, _) in denied.items():
        by_payer.setdefault(payer, _Sums())
        names.setdefault(payer, name)
    total_denied = Money(sum(amount for _, amount in denied.values()))
    return Numbers(
        begin=begin,
        end=end,
        billed=flows.figure(REVENUE, sign=-1),
        collected=flows.figure(PAYER_CASH, PATIENT_CASH),
        adjusted=flows.figure(CONTRACTUAL, WRITE_OFF, OTHER_ADJUSTMENT),
        denied=Figure(total_denied, ("remittance_claim.denied",), ("posted",)),
        patient_balance=stands.figure(PATIENT),
        insurance_open=stands.figure(INSURANCE),
        unapplied=stands.figure(UNAPPLIED, sign=-1),
        days_to_pay=_days_to_pay(work, begin, end),
        payers=tuple(
            PayerNumbers(
                payer,
                names[payer],
                sums.figure(REVENUE, sign=-1).amount,
                sums.figure(PAYER_CASH).amount,
                sums.figure(CONTRACTUAL, WRITE_OFF, OTHER_ADJUSTMENT).amount,
                sums.figure(PATIENT).amount,
                Money(denied.get(payer, ("", 0))[1]),
            )
            for payer, sums in sorted(by_payer.items())
        ),
    )


def _ledger(work: Work, begin: date, end: date) -> list[sa.RowMapping]:
    """Sums of the span by account, kind and payer of the claim."""
    entry, line, claim = entry_table.c, entry_line_table.c, claim_table.c
    groups = (line.account, entry.kind, claim.payer_id, claim.payer_name)
    query = (
        sa.select(*groups, sa.cast(sa.func.sum(line.amount), sa.BigInteger).label("amount"))
        .select_from(entry_line_table)
        .join(entry_table, sa.and_(entry.organisation_id == line.organisation_id, entry.id == line.entry_id))
        .outerjoin(claim_table, sa.and_(claim.organisation_id == entry.organisation_id, claim.id == entry.claim_id))
        .where(work.mine(entry_line_table), entry.effective.between(begin, end))
        .group_by(*groups)
    )
    return work.rows(query)


def _stands(work: Work, end: date) -> _Sums:
    """What stands at the last day on the three accounts that are shown as balances."""
    entry, line = entry_table.c, entry_line_table.c
    query = (
        sa.select(line.account, entry.kind, sa.cast(sa.func.sum(line.amount), sa.BigInteger).label("amount"))
        .select_from(entry_line_table)
        .join(entry_table, sa.and_(entry.organisation_id == line.organisation_id, entry.id == line.entry_id))
        .where(
            work.mine(entry_line_table),
            line.account.in_((PATIENT, INSURANCE, UNAPPLIED)),
            sa.func.coalesce(entry.effective, entry.effective) <= end,
        )
        .group_by(line.account, entry.kind)
    )
    sums = _Sums()
    for row in work.rows(query):
        sums.add(row["account"], row["kind"], int(row["amount"]))
    return sums


def _denied(work: Work, begin: date, end: date) -> dict[str, tuple[str, int]]:
    """Name and refused amount by payer, of remittances paid inside the span; reversals count against."""
    part, head, claim = remittance_claim_table.c, remittance_table.c, claim_table.c
    query = (
        sa.select(
            claim.payer_id,
            sa.func.max(claim.payer_name).label("name"),
            sa.cast(sa.func.sum(part.denied), sa.BigInteger).label("amount"),
        )
        .select_from(remittance_claim_table)
        .join(remittance_table, sa.and_(head.organisation_id == part.organisation_id, head.id == part.remittance_id))
        .join(claim_table, sa.and_(claim.organisation_id == part.organisation_id, claim.id == part.claim_id))
        .where(work.mine(remittance_claim_table), head.paid_on.between(begin, end), part.denied != 0, _POSTED)
        .group_by(claim.payer_id)
    )
    return {row["payer_id"]: (row["name"], int(row["amount"])) for row in work.rows(query)}


def _days_to_pay(work: Work, begin: date, end: date) -> int | None:
    """Mean days, in tenths, over the paid parts of remittances inside the span."""
    part, head, claim = remittance_claim_table.c, remittance_table.c, claim_table.c
    query = (
        sa.select(head.paid_on, claim.submitted)
        .select_from(remittance_claim_table)
        .join(remittance_table, sa.and_(head.organisation_id == part.organisation_id, head.id == part.remittance_id))
        .join(claim_table, sa.and_(claim.organisation_id == part.organisation_id, claim.id == part.claim_id))
        .where(
            work.mine(remittance_claim_table),
            head.paid_on.between(begin, end),
            part.paid > 0,
            part.status != _REVERSAL,
            claim.submitted.is_not(None),
            _POSTED,
        )
    )
    days = [(row["paid_on"] - _day(row["submitted"])).days for row in work.rows(query)]
    return (20 * sum(days) + len(days)) // (2 * len(days)) if days else None


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
