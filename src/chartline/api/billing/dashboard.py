"""``/api/billing/dashboard`` and ``/api/billing/reports``: the practice's numbers, and what each of them opens to.

Amounts are dollars, rates are shares of one with four decimals, means of days have one decimal; null stands where there
is nothing to divide by. Refuses names of numbers and reports that do not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

from litestar import Router
from litestar.params import Parameter

from chartline.api.billing.shapes import Answered, Dollars, Listed, OptionalDollars, Shape, dollars
from chartline.api.caller import BILLING, Caller, Calling
from chartline.api.routes import Cursor, Limit, read
from chartline.domains.reports import (
    MEASURES,
    RATIOS,
    REPORTS,
    Dimension,
    Kpis,
    Report,
    Scope,
    Unit,
    kpis,
    lineage,
    page_of,
    report_named,
)
from chartline.domains.reports.listing import Cell, Kind
from chartline.domains.reports.scope import zone_of
from chartline.domains.reports.sources import AGES, CREDIT
from chartline.kernel.money import Money
from chartline.platform.database import Work

SPAN = timedelta(days=29)

_NAMED = "^[A-Za-z0-9_.:+-]*$"
"""What ids, codes and names of numbers are made of."""

Start = Annotated[date | None, Parameter(query="startDate", description="The first day; 30 days before the last.")]
End = Annotated[date | None, Parameter(query="endDate", description="The last day; today.")]
Known = Annotated[date | None, Parameter(query="asOf", description="Count only what was known at the end of this day.")]
Payer = Annotated[str | None, Parameter(query="payerId", max_length=40, pattern=_NAMED)]
Npi = Annotated[str | None, Parameter(query="providerNpi", max_length=10, pattern=_NAMED)]
Place = Annotated[str | None, Parameter(query="placeOfService", max_length=2, pattern=_NAMED)]
Procedure = Annotated[str | None, Parameter(query="procedureCode", max_length=10, pattern=_NAMED)]


class StatusCount(Shape):
    """How many claims with a service date in the span stand so."""

    status: str
    count: int


class AgeingBody(Shape):
    """What is open, by the days that it has been open; ``credit`` is what was paid too much, below zero."""

    age: str
    insurance: Dollars
    patient: Dollars


class KpiBody(Shape):
    """The key numbers. Rates are shares of one; lags and days in A/R are days."""

    total_billed: Dollars
    total_collected: Dollars
    collection_rate: OptionalDollars
    denial_rate: OptionalDollars
    avg_payment_lag: OptionalDollars
    claims_by_status: list[StatusCount]
    net_collection_rate: OptionalDollars
    first_pass_rate: OptionalDollars
    clean_claim_rate: OptionalDollars
    days_in_ar: OptionalDollars
    contractual: Dollars
    written_off: Dollars
    underpaid: Dollars
    insurance_open: Dollars
    patient_open: Dollars
    ageing: list[AgeingBody]
    submitted: int
    decided: int
    denied: int
    key: str = ""
    name: str = ""


class FigureRow(Shape):
    """One row behind a number."""

    amount: Dollars
    day: date
    kind: str
    code: str
    account: str
    entry_id: str | None
    claim_id: str | None
    claim_number: str | None
    payer_id: str
    provider_npi: str
    place_of_service: str
    procedure_code: str
    remittance_id: str | None


class FigureBody(Shape):
    """A number with one page of the rows that it is the sum of. ``unit`` is money, claims, payments or days."""

    name: str
    title: str
    formula: str
    unit: str
    amount: Dollars
    count: int
    rows: list[FigureRow]
    next: str | None


class Definition(Shape):
    """What a number is called and how it is made. ``opens`` are the numbers that it opens to."""

    name: str
    title: str
    formula: str
    unit: str
    opens: list[str]


class ColumnBody(Shape):
    """One column of a report."""

    key: str
    title: str
    kind: str


class ReportBody(Shape):
    """One report that can be asked for."""

    name: str
    title: str
    about: str
    columns: list[ColumnBody]


class ReportRow(Shape):
    """One row of a report: its cells as text by column, amounts in dollars."""

    cells: dict[str, str | None]
    claim_id: str | None
    remittance_id: str | None
    patient_id: str | None


class ReportPage(Shape):
    """A page of a report, with the sums over all of its rows."""

    report: ReportBody
    rows: list[ReportRow]
    totals: dict[str, str]
    count: int
    next: str | None


@read("/kpis", summary="Key numbers of a span of days")
def read_kpis(
    caller: Calling,
    start: Start = None,
    end: End = None,
    known: Known = None,
    payer: Payer = None,
    npi: Npi = None,
    place: Place = None,
    procedure: Procedure = None,
) -> KpiBody:
    """Flows inside the span, balances at its last day."""
    caller.require(BILLING)
    with caller.read() as work:
        (found,) = kpis(work, _scope(caller, work, start, end, known, _only(payer, npi, place, procedure)))
    return kpi_body(found)


@read("/kpis/by/{dimension:str}", summary="Key numbers told apart")
def read_kpis_by(
    caller: Calling,
    dimension: Dimension,
    start: Start = None,
    end: End = None,
    known: Known = None,
    payer: Payer = None,
    npi: Npi = None,
    place: Place = None,
    procedure: Procedure = None,
) -> Listed[KpiBody]:
    """One set of numbers for each payer, provider, place, procedure, day, week or month."""
    caller.require(BILLING)
    with caller.read() as work:
        scope = _scope(caller, work, start, end, known, _only(payer, npi, place, procedure))
        return Listed(data=[kpi_body(one) for one in kpis(work, scope, dimension)])


@read("/definitions", summary="How each number is made")
def read_definitions(caller: Calling) -> Listed[Definition]:
    """The catalogue of numbers."""
    caller.require(BILLING)
    made = [
        Definition(name=one.name, title=one.title, formula=one.formula, unit=one.unit, opens=[one.name])
        for one in MEASURES.values()
    ]
    for ratio in RATIOS.values():
        opens = [name for name, _ in (*ratio.top, *ratio.bottom)]
        made.append(Definition(name=ratio.name, title=ratio.title, formula=ratio.formula, unit=ratio.unit, opens=opens))
    return Listed(data=made)


@read("/figures/{figure:str}", summary="What a number opens to")
def read_figure(
    caller: Calling,
    figure: Annotated[str, Parameter(max_length=60, pattern=_NAMED)],
    start: Start = None,
    end: End = None,
    known: Known = None,
    payer: Payer = None,
    npi: Npi = None,
    place: Place = None,
    procedure: Procedure = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Answered[FigureBody]:
    """The rows whose sum is the number, the newest first."""
    caller.require(BILLING)
    with caller.read() as work:
        scope = _scope(caller, work, start, end, known, _only(payer, npi, place, procedure))
        found = lineage(work, scope, figure, cursor, limit)
    one = found.measure
    rows = [
        FigureRow(
            amount=_amount(row.amount, one.unit),
            day=row.day,
            kind=row.kind,
            code=row.code,
            account=row.account,
            entry_id=row.entry,
            claim_id=row.claim,
            claim_number=row.number,
            payer_id=row.payer,
            provider_npi=row.provider,
            place_of_service=row.place,
            procedure_code=row.procedure,
            remittance_id=row.remittance,
        )
        for row in found.rows
    ]
    return Answered(
        data=FigureBody(
            name=one.name,
            title=one.title,
            formula=one.formula,
            unit=one.unit,
            amount=_amount(found.amount, one.unit),
            count=found.count,
            rows=rows,
            next=found.next,
        )
    )


@read("/", summary="The reports there are")
def list_reports(caller: Calling) -> Listed[ReportBody]:
    """Every report with its columns."""
    caller.require(BILLING)
    return Listed(data=[_report(one) for one in REPORTS.values()])


@read("/{report:str}", summary="One report")
def read_report(
    caller: Calling,
    report: Annotated[str, Parameter(max_length=40, pattern=_NAMED)],
    start: Start = None,
    end: End = None,
    known: Known = None,
    payer: Payer = None,
    npi: Npi = None,
    place: Place = None,
    procedure: Procedure = None,
    sort: Annotated[
        str, Parameter(max_length=40, pattern=_NAMED, description="A column; the report's own order without it.")
    ] = "",
    descending: bool | None = None,
    first: Annotated[int, Parameter(query="cursor", ge=0, le=20_000, description="`next` of the page before.")] = 0,
    limit: Limit = 100,
) -> Answered[ReportPage]:
    """A page of a report; patients are named by their ids."""
    one = report_named(report)
    caller.require(BILLING)
    with caller.read() as work:
        scope = _scope(caller, work, start, end, known, _only(payer, npi, place, procedure))
        page = page_of(work, one, scope, order=sort, descending=descending, start=first, limit=limit)
    kinds = {column.key: column.kind for column in one.columns}
    rows = [
        ReportRow(
            cells={key: shown(row[key], kind) for key, kind in kinds.items()},
            claim_id=_id(row.get("claim")),
            remittance_id=_id(row.get("remittance")),
            patient_id=_id(row.get("patient")) if "patient" in row and one.name != "claims-summary" else None,
        )
        for row in page.rows
    ]
    totals = {key: shown(value, kinds[key]) or "" for key, value in page.totals.items()}
    following = None if page.next is None else str(page.next)
    return Answered(data=ReportPage(report=_report(one), rows=rows, totals=totals, count=page.count, next=following))


def shown(value: Cell, kind: Kind) -> str | None:
    """A cell as plain text: dollars, shares of one, days with a decimal."""
    if value is None:
        return None
    if isinstance(value, int):
        if kind is Kind.MONEY:
            return Money(value).text()
        if kind is Kind.SHARE:
            return str(_share(value))
        return str(_tenths(value)) if kind is Kind.TENTHS else str(value)
    return value.isoformat() if isinstance(value, date) else value


def _id(value: Cell) -> str | None:
    return value if isinstance(value, str) and value else None


def _report(one: Report) -> ReportBody:
    columns = [ColumnBody(key=each.key, title=each.title, kind=each.kind) for each in one.columns]
    return ReportBody(name=one.name, title=one.title, about=one.about, columns=columns)


def kpi_body(one: Kpis) -> KpiBody:
    """The numbers of one group as they are answered."""
    shares = {name: _share(one.ratios[name]) for name, ratio in RATIOS.items() if ratio.unit is Unit.SHARE}
    ages = [
        AgeingBody(
            age=age,
            insurance=dollars(Money(one[f"insurance_open:{age}"])),
            patient=dollars(Money(one[f"patient_open:{age}"])),
        )
        for age in (*AGES, CREDIT)
    ]
    statuses = [
        StatusCount(status=name.partition(":")[2], count=one[name]) for name in MEASURES if name.startswith("claims:")
    ]
    return KpiBody(
        total_billed=dollars(Money(one["billed"])),
        total_collected=dollars(Money(one["collected"])),
        collection_rate=shares["collection_rate"],
        denial_rate=shares["denial_rate"],
        avg_payment_lag=_tenths(one.ratios["avg_payment_lag"]),
        claims_by_status=statuses,
        net_collection_rate=shares["net_collection_rate"],
        first_pass_rate=shares["first_pass_rate"],
        clean_claim_rate=shares["clean_claim_rate"],
        days_in_ar=_tenths(one.ratios["days_in_ar"]),
        contractual=dollars(Money(one["contractual"])),
        written_off=dollars(Money(one["written_off"])),
        underpaid=dollars(Money(one["underpaid"])),
        insurance_open=dollars(Money(one["insurance_open"])),
        patient_open=dollars(Money(one["patient_open"])),
        ageing=ages,
        submitted=one["submitted"],
        decided=one["decided"],
        denied=one["denied"],
        key=one.key,
        name=one.name,
    )


def _share(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value).scaleb(-4)


def _tenths(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value).scaleb(-1)


def _amount(value: int, unit: Unit) -> Decimal:
    return dollars(Money(value)) if unit is Unit.MONEY else Decimal(value)


def _only(payer: str | None, npi: str | None, place: str | None, procedure: str | None) -> Mapping[Dimension, str]:
    given = {
        Dimension.PAYER: payer,
        Dimension.PROVIDER: npi,
        Dimension.PLACE: place,
        Dimension.PROCEDURE: procedure,
    }
    return {dimension: value for dimension, value in given.items() if value}


def _scope(
    caller: Caller, work: Work, start: date | None, end: date | None, known: date | None, only: Mapping[Dimension, str]
) -> Scope:
    zone = zone_of(work)
    last = end or caller.ground.clock.now().astimezone(zone).date()
    return Scope(start or (last - SPAN if last.year > 1900 else last), last, known, only, zone)


router = Router(path="/dashboard", route_handlers=[read_kpis, read_kpis_by, read_definitions, read_figure])
reports_router = Router(path="/reports", route_handlers=[list_reports, read_report])
