"""The practice's key numbers for a scope, all together or told apart by one dimension.

Nine queries at most, however much there is and however many groups. Told apart by periods there are no balances: a
balance stands at a day, and belongs to no period. Refuses nothing that ``scope.checked`` lets through.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import sqlalchemy as sa

from chartline.domains.ledger.accounts import INSURANCE, PATIENT
from chartline.domains.practice.providers import list_providers
from chartline.domains.reports.lineage import days_between, rows_of
from chartline.domains.reports.measures import MEASURES, RATIOS, Source, divide
from chartline.domains.reports.scope import PERIODS, Dimension, Scope, checked, period_of
from chartline.domains.reports.sources import AGES, CREDIT, Rows, entries, events, open_amounts
from chartline.platform.database import Work

_SENT = ("submitted", "clean")
_DECIDED = ("decided", "denied", "partly", "passed")
_STANDING = (INSURANCE, PATIENT)
ALL = ""
"""The key of the one group when nothing is told apart."""


@dataclass(slots=True)
class Kpis:
    """The numbers of one group: measures by name in their units, ratios by name (None: nothing to divide by)."""

    key: str
    name: str
    values: dict[str, int]
    ratios: dict[str, int | None] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        """A measure."""
        return self.values.get(name, 0)


class Some(StrEnum):
    """Parts of the numbers, for pages that show a few."""

    FLOWS = "flows"
    LATELY = "lately"
    EVENTS = "events"
    PAYMENTS = "payments"
    STATUSES = "statuses"
    STANDS = "stands"
    UNDERPAID = "underpaid"


class _Groups:
    """Values as they come in, by group."""

    def __init__(self, scope: Scope, by: Dimension | None) -> None:
        self.scope, self.by = scope, by
        self.values: dict[str, dict[str, int]] = {}
        self.names: dict[str, str] = {}
        self.told = () if by is None or by in PERIODS else (by,)
        if by is None:
            self.values[ALL] = {}

    def add(self, row: sa.RowMapping, name: str, amount: int) -> None:
        key = self.key(row)
        mine = self.values.setdefault(key, {})
        mine[name] = mine.get(name, 0) + amount
        if self.by is Dimension.PAYER:
            self.names[key] = max(self.names.get(key, ""), row["payer_name"] or "")

    def key(self, row: sa.RowMapping) -> str:
        if self.by is None:
            return ALL
        if self.by in PERIODS:
            day = row["moment"].astimezone(self.scope.zone).date() if "moment" in row else row["day"]
            return period_of(self.by, day)
        return str(row[self.by.value])

    def summed(self, work: Work, query: Rows, *more: str, sums: tuple[str, ...] = ("amount",)) -> list[sa.RowMapping]:
        """The sums of a list by group, and by ``more`` columns of it."""
        found = query.subquery("found")
        keys = [found.c[name] for name in more]
        if self.by in PERIODS:
            day = "moment" if "moment" in found.c else "day"
            keys += [] if day in more else [found.c[day]]
        elif self.by is not None:
            keys.append(found.c[self.by.value])
        columns = [sa.cast(sa.func.sum(found.c[name]), sa.BigInteger).label(name) for name in sums]
        if self.by is Dimension.PAYER:
            columns.append(sa.func.max(found.c.payer_name).label("payer_name"))
        summed = sa.select(*keys, *columns).group_by(*keys)
        return [row for row in work.rows(summed) if row[sums[0]] is not None]


def kpis(work: Work, scope: Scope, by: Dimension | None = None, some: Collection[Some] = tuple(Some)) -> list[Kpis]:
    """The numbers, one for each group in the order of the keys; with ``some`` the others stay 0.

    Raises ``reports.bad_span``.
    """
    groups = _Groups(checked(scope), by)
    for part in some:
        if by not in PERIODS or part not in (Some.STANDS, Some.LATELY):
            _PARTS[part](work, groups)
    if by is Dimension.PROVIDER:
        found = list_providers(work, active_only=False)
        groups.names = {one.npi: " ".join(part for part in (one.given, one.family) if part) for one in found}
    return list(_made(groups))


def _made(groups: _Groups) -> Iterator[Kpis]:
    for key, values in sorted(groups.values.items()):
        one = Kpis(key, groups.names.get(key, ""), values)
        one.ratios = {name: divide(ratio, values) for name, ratio in RATIOS.items()}
        yield one


def _flows(work: Work, groups: _Groups) -> None:
    """Measures of the journal: one pass over the span."""
    plain = [one for one in MEASURES.values() if one.source is Source.ENTRIES and one.window is None]
    wanted: dict[str, list[tuple[str, int]]] = {}
    for one in plain:
        for account in one.accounts:
            wanted.setdefault(account, []).append((one.name, one.sign))
    for row in groups.summed(work, entries(work, groups.scope, sorted(wanted), told=groups.told), "account"):
        for name, sign in wanted.get(row["account"], ()):
            groups.add(row, name, sign * row["amount"])


def _lately(work: Work, groups: _Groups) -> None:
    for row in groups.summed(work, rows_of(work, groups.scope, MEASURES["billed_lately"], groups.told)):
        groups.add(row, "billed_lately", row["amount"])


def _statuses(work: Work, groups: _Groups) -> None:
    for row in groups.summed(work, rows_of(work, groups.scope, MEASURES["claims"], groups.told), "code"):
        groups.add(row, "claims", row["amount"])
        groups.add(row, f"claims:{row['code']}", row["amount"])


def _events(work: Work, groups: _Groups) -> None:
    for first, names in (("submitted", _SENT), ("decided", _DECIDED)):
        flags = tuple(name for name in names if name != first)
        for row in groups.summed(work, events(work, groups.scope, first, groups.told), sums=("amount", *flags)):
            groups.add(row, first, row["amount"])
            for name in flags:
                groups.add(row, name, row[name] or 0)


def _payments(work: Work, groups: _Groups) -> None:
    """Days are counted here and not in the database: payments that were sent and paid alike come as one row."""
    query = sa.select(rows_of(work, groups.scope, MEASURES["lag_days"], groups.told).subquery("payment"))
    for row in groups.summed(work, query, "day", "sent"):
        groups.add(row, "lag_payments", row["amount"])
        groups.add(row, "lag_days", row["amount"] * days_between(groups.scope, row["sent"], row["day"]))


def _stands(work: Work, groups: _Groups) -> None:
    """Balances by age: one pass over both receivables."""
    found = open_amounts(work, groups.scope, *_STANDING, told=groups.told).subquery("standing_amount")
    age = sa.case(
        (found.c.amount < 0, CREDIT),
        *((ages.holds(found.c.day, groups.scope.end), name) for name, ages in AGES.items()),
    ).label("age")
    names = {INSURANCE: "insurance_open", PATIENT: "patient_open"}
    for row in groups.summed(work, sa.select(*found.c, age), "account", "age"):
        name = names[row["account"]]
        groups.add(row, name, row["amount"])
        groups.add(row, f"{name}:{row['age']}", row["amount"])


def _underpaid(work: Work, groups: _Groups) -> None:
    for row in groups.summed(work, rows_of(work, groups.scope, MEASURES["underpaid"], groups.told), "code"):
        groups.add(row, "underpaid", row["amount"])
        groups.add(row, f"underpaid:{row['code']}", row["amount"])


_PARTS: dict[Some, Callable[[Work, _Groups], None]] = {
    Some.FLOWS: _flows,
    Some.LATELY: _lately,
    Some.EVENTS: _events,
    Some.PAYMENTS: _payments,
    Some.STATUSES: _statuses,
    Some.STANDS: _stands,
    Some.UNDERPAID: _underpaid,
}
