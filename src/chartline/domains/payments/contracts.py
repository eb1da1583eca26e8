"""Contracts: what a payer agreed to allow for a service, as an amount or as a share of a fee table or of the charge.

A practice loads its own contracts and the fee tables it is licensed for (``contract_files``). The most exact rate wins:
procedure before all procedures, modifier before none, place before any, a later begin before an earlier one. Refuses to
expect more than was charged.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from chartline.domains.payments.tables import contract_rate_table, fee_table_line_table
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.database.work import Row

_WHOLE = 10_000
"""A share of 100 percent, in hundredths of a percent."""

_rates, _fees = contract_rate_table.c, fee_table_line_table.c


@dataclass(frozen=True, slots=True)
class Rate:
    """What is allowed for one unit from ``begin`` through ``end`` (None: still).

    Either ``amount``, or ``share`` (hundredths of a percent) of the line of ``fee_table``, or of the charge when no
    table is named. Empty ``procedure``, ``modifier`` and ``place`` mean any.
    """

    payer_id: str
    procedure: str
    begin: date
    end: date | None = None
    modifier: str = ""
    place: str = ""
    amount: Money | None = None
    share: int | None = None
    fee_table: str = ""


@dataclass(frozen=True, slots=True)
class TableFee:
    """One line of a loaded fee table, valid from ``begin`` until a later one."""

    procedure: str
    begin: date
    amount: Money
    modifier: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """A service as a payer sees it. ``charged`` is for all units."""

    payer_id: str
    procedure: str
    modifiers: tuple[str, ...]
    units: int
    place: str
    on: date
    charged: Money


@dataclass(frozen=True, slots=True)
class Expected:
    """What the contract says for a service, and where it says so."""

    amount: Money
    basis: str


@dataclass(frozen=True, slots=True)
class Contracts:
    """The rates that some services need, in memory."""

    rates: dict[tuple[str, str], list[Rate]]
    fees: dict[tuple[str, str, str], list[TableFee]]

    def expected(self, service: Service) -> Expected | None:
        """What the contract allows for a service; None where none speaks of it. Never more than was charged."""
        found = [
            rate
            for procedure in (service.procedure, "")
            for rate in self.rates.get((service.payer_id, procedure), [])
            if _holds(rate, service)
        ]
        if not found:
            return None
        rate = max(found, key=lambda one: (bool(one.procedure), bool(one.modifier), bool(one.place), one.begin))
        return self._of(rate, service)

    def _of(self, rate: Rate, service: Service) -> Expected | None:
        words = f"{rate.procedure or 'all'} since {rate.begin.isoformat()}"
        if rate.amount is not None:
            return Expected(min(rate.amount * service.units, service.charged), f"amount, {words}")
        share = rate.share or 0
        percent = f"{share // 100}.{share % 100:02d}%"
        if not rate.fee_table:
            return Expected(_share(service.charged, share), f"{percent} of the charge, {words}")
        fee = self._fee(rate.fee_table, service)
        if fee is None:
            return None
        allowed = _share(fee * service.units, share)
        return Expected(min(allowed, service.charged), f"{percent} of {rate.fee_table}, {words}"[:80])

    def _fee(self, table: str, service: Service) -> Money | None:
        for modifier in (*service.modifiers, ""):
            lines = self.fees.get((table, service.procedure, modifier), [])
            valid = [one for one in lines if one.begin <= service.on]
            if valid:
                return max(valid, key=lambda one: one.begin).amount
        return None


def contracts_for(work: Work, payers: Collection[str], procedures: Collection[str]) -> Contracts:
    """The contracts of payers for procedures; two queries, for up to some hundred of each."""
    wanted = ["", *sorted(procedures)]
    query = work.select(contract_rate_table).where(_rates.payer_id.in_(sorted(payers)), _rates.procedure.in_(wanted))
    rates: dict[tuple[str, str], list[Rate]] = {}
    for row in work.rows(query) if payers else []:
        rates.setdefault((row["payer_id"], row["procedure"]), []).append(_rate(row))
    tables = {rate.fee_table for some in rates.values() for rate in some if rate.fee_table}
    lines = work.select(fee_table_line_table).where(_fees.name.in_(sorted(tables)), _fees.procedure.in_(wanted))
    fees: dict[tuple[str, str, str], list[TableFee]] = {}
    for row in work.rows(lines) if tables else []:
        fee = TableFee(row["procedure"], row["begin_date"], Money(row["amount"]), row["modifier"])
        fees.setdefault((row["name"], row["procedure"], row["modifier"]), []).append(fee)
    return Contracts(rates, fees)


def load_rates(work: Work, rates: Sequence[Rate]) -> int:
    """Store rates over those of the same payer, procedure, modifier, place and begin; returns how many."""
    rows = {(rate.payer_id, rate.procedure, rate.modifier, rate.place, rate.begin): rate for rate in rates}
    place = sa.tuple_(_rates.payer_id, _rates.procedure, _rates.modifier, _rates.place, _rates.begin_date)
    keys = list(rows)
    for start in range(0, len(keys), 200):
        work.execute(work.delete(contract_rate_table).where(place.in_(keys[start : start + 200])))
    work.insert_many(
        contract_rate_table,
        [
            {
                "payer_id": rate.payer_id,
                "procedure": rate.procedure,
                "modifier": rate.modifier,
                "place": rate.place,
                "begin_date": rate.begin,
                "end_date": rate.end,
                "amount": None if rate.amount is None else rate.amount.minor,
                "share": rate.share,
                "fee_table": rate.fee_table,
            }
            for rate in rows.values()
        ],
    )
    return len(rows)


def load_fee_table(work: Work, name: str, fees: Sequence[TableFee]) -> int:
    """Store a fee table in place of the one of that name; returns how many lines it has."""
    work.execute(work.delete(fee_table_line_table).where(_fees.name == name))
    rows = {(fee.procedure, fee.modifier, fee.begin): fee for fee in fees}
    work.insert_many(
        fee_table_line_table,
        [
            {
                "name": name,
                "procedure": fee.procedure,
                "modifier": fee.modifier,
                "begin_date": fee.begin,
                "amount": fee.amount.minor,
            }
            for fee in rows.values()
        ],
    )
    return len(rows)


def list_rates(
    work: Work, payer: str = "", after: tuple[str, str, str, str, date] | None = None, limit: int = 50
) -> list[Rate]:
    """Rates in the order of payer, procedure, modifier, place and begin, from behind ``after``."""
    order = (_rates.payer_id, _rates.procedure, _rates.modifier, _rates.place, _rates.begin_date)
    query = work.select(contract_rate_table)
    if payer:
        query = query.where(_rates.payer_id == payer)
    if after is not None:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*(sa.literal(one) for one in after)))
    return [_rate(row) for row in work.rows(query.order_by(*order).limit(limit))]


def fee_tables(work: Work) -> dict[str, int]:
    """The loaded fee tables with their numbers of lines."""
    query = (
        sa.select(_fees.name, sa.func.count().label("lines"))
        .where(work.mine(fee_table_line_table))
        .group_by(_fees.name)
        .order_by(_fees.name)
    )
    return {row["name"]: int(row["lines"]) for row in work.rows(query)}


def _holds(rate: Rate, service: Service) -> bool:
    return (
        rate.begin <= service.on
        and (rate.end is None or rate.end >= service.on)
        and (not rate.modifier or rate.modifier in service.modifiers)
        and (not rate.place or rate.place == service.place)
    )


def _share(amount: Money, share: int) -> Money:
    """A share of an amount, half a cent up."""
    return Money((amount.minor * share + _WHOLE // 2) // _WHOLE, amount.currency)


def _rate(row: Row) -> Rate:
    return Rate(
        row["payer_id"],
        row["procedure"],
        row["begin_date"],
        row["end_date"],
        row["modifier"],
        row["place"],
        None if row["amount"] is None else Money(row["amount"]),
        row["share"],
        row["fee_table"],
    )
