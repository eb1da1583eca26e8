"""What is done every night by setting: small balances are given up, and patients' credit goes to what they owe.

Goes claim by claim id (or payment by payment) in portions, so that a night of thousands is many short transactions.
Refuses to touch a claim that insurance still owes on, and one on which anything happened lately.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from chartline.domains.ledger import entry_line_table, entry_table
from chartline.domains.ledger.accounts import INSURANCE, PATIENT
from chartline.domains.payments.moves import Decided, MoveKind, decide
from chartline.domains.payments.open_amounts import open_claims
from chartline.domains.payments.payment import payments_with_credit
from chartline.domains.payments.received import apply_to_oldest
from chartline.domains.payments.settings import MoneySettings
from chartline.kernel.ids import derived_id
from chartline.kernel.money import Money
from chartline.platform.database import Work

PORTION = 200
REASON = "Small balance, given up by the practice's setting"

_entry, _line = entry_table.c, entry_line_table.c


@dataclass(frozen=True, slots=True)
class Small:
    """A claim whose patient's part is small and old enough to be given up."""

    claim_id: str
    amount: Money
    since: date


def small_balances(
    work: Work, settings: MoneySettings, today: date, *, after: str | None = None, limit: int = PORTION
) -> list[Small]:
    """Claims with a small balance, in the order of their ids from behind ``after``; one query."""
    patient = _of(PATIENT)
    last = sa.func.max(_entry.effective)
    query = (
        sa.select(_entry.claim_id, patient.label("amount"), last.label("since"))
        .select_from(entry_table)
        .join(entry_line_table, sa.and_(_line.organisation_id == _entry.organisation_id, _line.entry_id == _entry.id))
        .where(work.mine(entry_table), _entry.claim_id.is_not(None), _line.account.in_((PATIENT, INSURANCE)))
        .group_by(_entry.claim_id)
        .having(
            patient > 0,
            patient <= settings.small_balance_under,
            _of(INSURANCE) == 0,
            last <= today - timedelta(days=settings.small_balance_days),
        )
        .order_by(_entry.claim_id)
        .limit(limit)
    )
    rows = work.rows(query.where(_entry.claim_id > after) if after else query)
    return [Small(row["claim_id"], Money(int(row["amount"])), row["since"]) for row in rows]


def give_up(work: Work, found: list[Small], actor: str, today: date) -> int:
    """Write these small balances off; returns how many. The same balance is given up once."""
    # Looked at again under lock: a payment may have come meanwhile.
    standing = open_claims(work, [one.claim_id for one in found], lock=True)
    still = [one for one in found if standing[one.claim_id].patient == one.amount]
    decisions = [
        Decided(
            MoveKind.SMALL_BALANCE,
            one.claim_id,
            PATIENT,
            REASON,
            one.amount,
            derived_id("small_balance", work.organisation, one.claim_id, one.since.isoformat()),
        )
        for one in still
    ]
    decide(work, decisions, actor, today)
    return len(decisions)


def apply_credits(work: Work, actor: str, today: date, *, after: str | None = None, limit: int = PORTION) -> str | None:
    """Apply what is left of payments to what their patients owe; returns the last one looked at, None at the end."""
    looked = payments_with_credit(work, after=after, limit=limit)
    for payment in looked:
        apply_to_oldest(work, payment, actor, today)
    return looked[-1] if len(looked) == limit else None


def _of(account: str) -> sa.ColumnElement[int]:
    amount = sa.case((_line.account == account, _line.amount), else_=0)
    return sa.cast(sa.func.sum(amount), sa.BigInteger)
