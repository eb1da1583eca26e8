"""The proof behind the numbers: the ledger sums to zero, and its payer cash is what the remittances brought."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from chartline.domains.ledger import entry_line_table, entry_table, trial_balance
from chartline.domains.ledger.accounts import PAYER_CASH
from chartline.domains.remits.remittance import RemittanceState
from chartline.domains.remits.tables import remittance_table
from chartline.kernel.money import Money
from chartline.platform.database import Work

_WHOLE = (RemittanceState.POSTED.value, RemittanceState.UNDONE.value)
"""A large remittance that is being posted or taken back agrees with nothing until it is through."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Two sums that must hold at any time. ``imbalance`` is zero in a sound ledger."""

    imbalance: Money
    remitted: Money
    """What the posted remittances brought, by their payment amounts."""
    ledger_cash: Money
    """What the ledger holds of them in payer cash."""

    @property
    def balanced(self) -> bool:
        """The ledger sums to zero."""
        return not self.imbalance

    @property
    def agrees(self) -> bool:
        """The remittances' totals are the ledger's."""
        return self.remitted == self.ledger_cash


def prove(work: Work) -> Proof:
    """Both sums, over everything that was ever posted; three queries."""
    heads, entry, line = remittance_table.c, entry_table.c, entry_line_table.c
    brought = sa.select(sa.func.coalesce(sa.func.sum(heads.amount), 0)).where(
        work.mine(remittance_table), heads.state == RemittanceState.POSTED.value
    )
    cash = (
        sa.select(sa.func.coalesce(sa.func.sum(line.amount), 0))
        .join(entry_table, sa.and_(entry.organisation_id == line.organisation_id, entry.id == line.entry_id))
        .join(
            remittance_table, sa.and_(heads.organisation_id == entry.organisation_id, heads.id == entry.remittance_id)
        )
        .where(work.mine(entry_line_table), line.account == PAYER_CASH, heads.state.in_(_WHOLE))
    )
    off = sum(abs(total.minor) for total in trial_balance(work).values())
    return Proof(Money(off), Money(int(work.scalar(brought))), Money(int(work.scalar(cash))))
