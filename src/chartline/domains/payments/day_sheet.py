"""The day sheet: everything that was booked on a day, by kind, account, payer, person and method of payment.

Days are days of the books (``ledger.closing``). The sheet must balance before a day is closed: its entries sum to zero,
and the money that was counted by hand, where somebody counted, is the money that was entered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from chartline.domains.ledger import entry_line_table, entry_table, trial_balance
from chartline.domains.ledger.accounts import PATIENT_CASH, PAYER_CASH, REVENUE
from chartline.domains.ledger.closing import close, closed_through, hold
from chartline.domains.ledger.reading import on_days
from chartline.domains.remits.tables import remittance_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.platform.database import Work

DOES_NOT_BALANCE = ErrorKind(
    "payments.day_does_not_balance",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The day does not balance, so it stays open.",
    "Compare what was counted with the payments of the day, by the method named in the fields; correct the payment or "
    "the count. `ledger` there means that the books themselves do not sum to zero: report it.",
    status=409,
)

_entry, _line, _remittance = entry_table.c, entry_line_table.c, remittance_table.c
_CASH = (PAYER_CASH, PATIENT_CASH)


@dataclass(frozen=True, slots=True)
class Total:
    """A line of the sheet: a name and its amount."""

    name: str
    amount: Money
    entries: int = 0


@dataclass(frozen=True, slots=True)
class DaySheet:
    """What was booked from ``begin`` through ``end``. Amounts have the journal's sign: debit positive."""

    begin: date
    end: date
    entries: int
    kinds: tuple[Total, ...]
    """By what happened; the sum of the debits."""
    accounts: tuple[Total, ...]
    payers: tuple[Total, ...]
    """Money of payers, by payer."""
    methods: tuple[Total, ...]
    """Money, by how it came."""
    people: tuple[Total, ...]
    """Money of patients and decisions, by who entered them; the sum of the debits."""
    imbalance: Money

    @property
    def charged(self) -> Money:
        """What was charged."""
        return -self._account(REVENUE)

    @property
    def cash(self) -> Money:
        """What came in, less what was given back."""
        return self._account(PAYER_CASH) + self._account(PATIENT_CASH)

    def as_values(self) -> dict[str, object]:
        """The sheet as plain values, to be kept with the closed day."""
        return {
            "begin": self.begin.isoformat(),
            "end": self.end.isoformat(),
            "entries": self.entries,
            "charged": self.charged.minor,
            "cash": self.cash.minor,
            "imbalance": self.imbalance.minor,
            **{
                name: [[one.name, one.amount.minor, one.entries] for one in some] for name, some in self.parts().items()
            },
        }

    def parts(self) -> dict[str, tuple[Total, ...]]:
        """The parts of the sheet by their names."""
        return {
            "kinds": self.kinds,
            "accounts": self.accounts,
            "payers": self.payers,
            "methods": self.methods,
            "people": self.people,
        }

    def _account(self, name: str) -> Money:
        return next((one.amount for one in self.accounts if one.name == name), Money.zero())


def day_sheet(work: Work, begin: date, end: date | None = None) -> DaySheet:
    """The sheet of a day, or of a span of days; five queries."""
    last = end or begin
    days = on_days(begin, last)
    debits = sa.case((_line.amount > 0, _line.amount), else_=0)
    kinds = _totals(work, _entry.kind, debits, days)
    accounts = _totals(work, _line.account, _line.amount, days)
    method = sa.case((_line.account == PATIENT_CASH, _line.code), else_=sa.func.coalesce(_remittance.method, "payer"))
    name = sa.func.coalesce(_remittance.payer_name, "")
    return DaySheet(
        begin,
        last,
        sum(one.entries for one in kinds),
        kinds,
        accounts,
        _totals(work, name, _line.amount, [*days, _line.account == PAYER_CASH], remittances=True),
        _totals(work, method, _line.amount, [*days, _line.account.in_(_CASH)], remittances=True),
        _totals(work, _entry.actor, debits, [*days, _entry.actor != ""]),
        Money.total([one.amount for one in accounts]),
    )


def close_day(work: Work, day: date, today: date, actor: str, counted: Mapping[str, Money] | None = None) -> DaySheet:
    """Close everything through ``day``. ``counted`` is the money that was counted by hand, by method (``cash``).

    Raises ``payments.day_does_not_balance``, ``ledger.day_not_closable``.
    """
    hold(work)
    last = closed_through(work)
    sheet = day_sheet(work, _next(last) if last is not None and last < day else day, day)
    if sheet.imbalance or any(trial_balance(work).values()):
        raise DOES_NOT_BALANCE.error(method="ledger", day=day.isoformat())
    entered = {one.name: one.amount for one in sheet.methods}
    for method, amount in (counted or {}).items():
        if entered.get(method, Money.zero()) != amount:
            raise DOES_NOT_BALANCE.error(method=method[:12], day=day.isoformat())
    close(work, day, today, sheet.as_values(), actor)
    return sheet


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _totals(
    work: Work,
    name: sa.ColumnElement[str],
    amount: sa.ColumnElement[int],
    conditions: Sequence[sa.ColumnElement[bool]],
    *,
    remittances: bool = False,
) -> tuple[Total, ...]:
    source = sa.join(
        entry_table,
        entry_line_table,
        sa.and_(_line.organisation_id == _entry.organisation_id, _line.entry_id == _entry.id),
    )
    if remittances:
        source = source.outerjoin(
            remittance_table,
            sa.and_(_remittance.organisation_id == _entry.organisation_id, _remittance.id == _entry.remittance_id),
        )
    label = name.label("name")
    query = (
        sa.select(
            label,
            sa.cast(sa.func.sum(amount), sa.BigInteger).label("amount"),
            sa.func.count(sa.distinct(_entry.id)).label("entries"),
        )
        .select_from(source)
        .where(work.mine(entry_table), *conditions)
        .group_by(label)
        .order_by(label)
    )
    return tuple(Total(row["name"], Money(int(row["amount"])), int(row["entries"])) for row in work.rows(query))
