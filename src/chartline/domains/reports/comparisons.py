"""Reports that compare payers, providers, places, procedures and periods by the same numbers, and charge lag."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa

from chartline.domains.claims.tables import claim_line_table, claim_table
from chartline.domains.reports.denials import DENIALS, DENIALS_BY
from chartline.domains.reports.kpis import Kpis, kpis
from chartline.domains.reports.listing import MOST, NO_REPORT, Column, Kind, Report, Row
from chartline.domains.reports.scope import UNKNOWN, Dimension, Scope
from chartline.domains.reports.sources import no_charge, of_claims
from chartline.domains.reports.worklists import CREDITS, PATIENTS, PAYMENTS, SUMMARY, UNPAID
from chartline.platform.database import Work

_MONEY = ("billed", "collected", "contractual", "written_off", "underpaid", "insurance_open", "patient_open")
_COUNTS = ("claims", "decided", "denied", "passed")
_RATIOS = ("collection_rate", "net_collection_rate", "denial_rate", "first_pass_rate", "avg_payment_lag")


def _row(one: Kpis) -> dict[str, str | int | None]:
    row: dict[str, str | int | None] = {"key": one.key, "name": one.name or one.key}
    row |= {name: one[name] for name in (*_MONEY, *_COUNTS)}
    return row | {name: one.ratios[name] for name in _RATIOS}


def _by(dimension: Dimension) -> Callable[[Work, Scope], list[Row]]:
    def rows(work: Work, scope: Scope) -> list[Row]:
        return [_row(one) for one in kpis(work, scope, dimension)]

    return rows


def _money(name: str, title: str) -> Column:
    return Column(name, title, Kind.MONEY, name, summed=True)


def _number(name: str, title: str) -> Column:
    return Column(name, title, Kind.NUMBER, name, summed=True)


_BILLED = (_money("billed", "Billed"), _money("collected", "Collected"))
_RATES = (
    Column("collection_rate", "Collection", Kind.SHARE),
    Column("net_collection_rate", "Net collection", Kind.SHARE),
    Column("denial_rate", "Denial", Kind.SHARE),
    Column("first_pass_rate", "First pass", Kind.SHARE),
    Column("avg_payment_lag", "Days to pay", Kind.TENTHS),
)
_OPEN = (_money("insurance_open", "Insurance owes"), _money("patient_open", "Patients owe"))


def _compared(name: str, title: str, about: str, dimension: Dimension, first: str, *columns: Column) -> Report:
    named = Column("name", first)
    return Report(name, title, about, (named, *columns), _by(dimension), "billed", by=dimension.value)


def _productivity(work: Work, scope: Scope) -> Iterator[Row]:
    """The numbers of each provider, with the units and visits behind them."""
    claim, line = claim_table.c, claim_line_table.c
    done = (
        sa.select(
            sa.func.coalesce(sa.func.nullif(claim.rendering_npi, ""), UNKNOWN).label("provider"),
            sa.func.count(sa.distinct(claim.encounter_id)).label("visits"),
            sa.cast(sa.func.sum(line.units), sa.BigInteger).label("units"),
        )
        .join(claim_line_table, sa.and_(line.organisation_id == claim.organisation_id, line.claim_id == claim.id))
        .where(
            work.mine(claim_table),
            claim.service_date.between(scope.begin, scope.end),
            claim.payer_order == 1,
            ~no_charge(),
            *of_claims(scope),
        )
        .group_by("provider")
    )
    units = {row["provider"]: row for row in work.rows(done)}
    for one in kpis(work, scope, Dimension.PROVIDER):
        found = units.get(one.key)
        visits = found["visits"] if found else 0
        yield {
            **_row(one),
            "visits": visits,
            "units": found["units"] if found else 0,
            "per_visit": one["billed"] // visits if visits else None,
        }


def _lag(work: Work, scope: Scope) -> Iterator[Row]:
    """Days from a visit to its charge and to its first submission."""
    claim = claim_table.c
    query = work.select(
        claim_table,
        claim.id,
        claim.number,
        claim.payer_name,
        claim.rendering_npi,
        claim.service_date,
        claim.created,
        claim.submitted,
        claim.total,
    ).where(claim.service_date.between(scope.begin, scope.end), claim.payer_order == 1, ~no_charge(), *of_claims(scope))
    for row in work.rows(query.order_by(claim.service_date.desc(), claim.id).limit(MOST)):
        sent = row["submitted"]
        yield {
            "claim": row["id"],
            "number": row["number"],
            "payer_name": row["payer_name"],
            "provider": row["rendering_npi"] or UNKNOWN,
            "day": row["service_date"],
            "charged": max(0, (row["created"].astimezone(scope.zone).date() - row["service_date"]).days),
            "sent": None if sent is None else max(0, (sent.astimezone(scope.zone).date() - row["service_date"]).days),
            "billed": row["total"],
        }


PAYER_COMPARISON = _compared(
    "payer-comparison",
    "Payers compared",
    "How each payer pays: how fast, how much, and how often it refuses.",
    Dimension.PAYER,
    "Payer",
    _number("claims", "Claims"),
    *_BILLED,
    *_RATES,
    _number("denied", "Denied"),
    _money("underpaid", "Underpaid"),
    *_OPEN,
)
PRODUCTIVITY = Report(
    "provider-productivity",
    "Provider productivity",
    "What each rendering provider did in the span, and what came of it.",
    (
        Column("name", "Provider"),
        Column("visits", "Visits", Kind.NUMBER, summed=True),
        Column("units", "Units", Kind.NUMBER, summed=True),
        _number("claims", "Claims"),
        *_BILLED,
        Column("per_visit", "Billed per visit", Kind.MONEY),
        *_RATES,
    ),
    lambda work, scope: list(_productivity(work, scope)),
    "billed",
    by=Dimension.PROVIDER.value,
)
PLACES = _compared(
    "places",
    "Places of service",
    "The numbers by place of service.",
    Dimension.PLACE,
    "Place",
    *_BILLED,
    *_RATES,
    *_OPEN,
)
PROCEDURES = _compared(
    "procedures",
    "Procedures",
    "The numbers by the procedure on the first line of each claim.",
    Dimension.PROCEDURE,
    "Procedure",
    _number("claims", "Claims"),
    *_BILLED,
    *_RATES,
)
MONTHS = Report(
    "months",
    "Month by month",
    "The numbers of each month of the span.",
    (Column("key", "Month"), _number("claims", "Claims"), *_BILLED, *_RATES, _number("denied", "Denied")),
    _by(Dimension.MONTH),
    "key",
    by=Dimension.MONTH.value,
)
WEEKS = Report(
    "weeks",
    "Week by week",
    "The numbers of each week of the span; a week is named by its Monday.",
    (Column("key", "Week"), _number("claims", "Claims"), *_BILLED, *_RATES, _number("denied", "Denied")),
    _by(Dimension.WEEK),
    "key",
    by=Dimension.WEEK.value,
)
CHARGE_LAG = Report(
    "charge-lag",
    "Charge lag",
    "Days from each visit to its charge, and to the first submission of its claim.",
    (
        Column("number", "Claim", Kind.CLAIM),
        Column("payer_name", "Payer"),
        Column("provider", "Provider", Kind.CODE),
        Column("day", "Service", Kind.DAY),
        Column("charged", "Days to charge", Kind.NUMBER),
        Column("sent", "Days to submission", Kind.NUMBER),
        Column("billed", "Billed", Kind.MONEY, summed=True),
    ),
    lambda work, scope: list(_lag(work, scope)),
    "sent",
)

REPORTS = {
    one.name: one
    for one in (
        UNPAID,
        SUMMARY,
        DENIALS,
        *DENIALS_BY,
        PAYMENTS,
        PAYER_COMPARISON,
        PRODUCTIVITY,
        PLACES,
        PROCEDURES,
        MONTHS,
        WEEKS,
        CHARGE_LAG,
        PATIENTS,
        CREDITS,
    )
}
"""Every report by its name, in the order in which they are offered."""


def report_named(name: str) -> Report:
    """The report of a name. Raises ``reports.no_report``."""
    found = REPORTS.get(name)
    if found is None:
        raise NO_REPORT.error(report=name[:40])
    return found
