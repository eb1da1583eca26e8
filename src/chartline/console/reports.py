"""Reports: the numbers of a span of days with what each opens to, and lists that can be sorted, filtered and kept.

Every number is a link to its rows. Patients' names are opened on one report only, and the look is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.params import Parameter

from chartline.app.spreadsheet import Cell as FileCell
from chartline.app.spreadsheet import as_csv
from chartline.console.charts import Pair, Part, paired_columns, stacked_bar
from chartline.console.people import names_of
from chartline.console.visitor import BILLING, Visiting, Visitor
from chartline.domains.claims import Word
from chartline.domains.practice.providers import list_providers
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
from chartline.domains.reports.digest import as_markdown, compose, kept, kept_text, last_monday, shown
from chartline.domains.reports.kpis import Some
from chartline.domains.reports.listing import MOST, Cell, Column, Kind, Page
from chartline.domains.reports.scope import span_of
from chartline.domains.reports.sources import AGES, CREDIT
from chartline.kernel.money import Money
from chartline.platform.database import Work

PAGE = 50
SPAN = timedelta(days=29)
FLOWS = ("billed", "collected", "contractual", "written_off", "underpaid", "insurance_open", "patient_open")
RATES = (
    "collection_rate",
    "net_collection_rate",
    "denial_rate",
    "first_pass_rate",
    "clean_claim_rate",
    "days_in_ar",
    "avg_payment_lag",
)
FILTERS = {
    Dimension.PAYER: "Payer",
    Dimension.PROVIDER: "Provider",
    Dimension.PLACE: "Place",
    Dimension.PROCEDURE: "Procedure",
}
_Text = Annotated[str, Parameter(max_length=60)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A scope as it stands in an address."""

    scope: Scope

    def words(self, **more: object) -> str:
        """The query string of the same scope, with more in it."""
        scope = self.scope
        words: dict[str, object] = {"begin": scope.begin, "end": scope.end}
        words |= {} if scope.known is None else {"known": scope.known}
        words |= {dimension.value: value for dimension, value in scope.only.items()}
        return urlencode({name: str(value) for name, value in (words | more).items() if value not in ("", None)})

    def part(self, by: str, key: Cell) -> str:
        """The query string of the part that one row of a comparison is about."""
        if not by or not isinstance(key, str):
            return self.words()
        return Asked(self.scope.within(Dimension(by), key)).words()


def _asked(visitor: Visitor, request: Request) -> Asked:
    """The scope that an address asks for; what cannot be read counts as not said."""
    words = request.query_params
    end = _day(words.get("end")) or visitor.today()
    begin = _day(words.get("begin")) or end - SPAN
    only = {one: value[:40] for one in FILTERS if (value := _plain(words.get(one.value, "")))}
    return Asked(Scope(begin, end, _day(words.get("known")), only, visitor.zone))


def _plain(text: str) -> str:
    return "".join(letter for letter in text.strip() if letter.isprintable())


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day is not None and 1901 < day.year < 9000 else None


@get("/reports", sync_to_thread=True)
def reports_page(visitor: Visiting, request: Request) -> Response:
    """The numbers, told apart over time, and the list of reports."""
    visitor.require(BILLING)
    with visitor.read() as work:
        asked = _asked(visitor, request)
        (found,) = kpis(work, asked.scope)
        step = Dimension.WEEK if (asked.scope.end - asked.scope.begin).days < 120 else Dimension.MONTH
        periods = kpis(work, asked.scope, step, [Some.FLOWS])
        choices = _choices(work, asked.scope)
    return visitor.page(
        "reports.html",
        "reports",
        asked=asked,
        found=found,
        figures=[(MEASURES[name], shown(found[name], Unit.MONEY)) for name in FLOWS],
        rates=[(RATIOS[name], shown(found.ratios[name], RATIOS[name].unit)) for name in RATES],
        parts={
            name: [(MEASURES[one], found[one]) for one, _ in (*ratio.top, *ratio.bottom)]
            for name, ratio in RATIOS.items()
        },
        ages=[(age, found[f"insurance_open:{age}"], found[f"patient_open:{age}"]) for age in (*AGES, CREDIT)],
        words=[(word, found[f"claims:{word.value}"]) for word in Word if found[f"claims:{word.value}"]],
        words_bar=stacked_bar([Part(word.value, found[f"claims:{word.value}"]) for word in Word]),
        columns=_columns(periods, step),
        step=step,
        reports=list(REPORTS.values()),
        choices=choices,
        filters=FILTERS,
        shown=shown,
        Money=Money,
    )


def _columns(periods: list[Kpis], step: Dimension) -> object:
    pairs = [
        Pair(
            one.key,
            one["billed"],
            one["collected"],
            f"{_period(step, one.key)}: {Money(one['billed']).shown()}, {Money(one['collected']).shown()}",
        )
        for one in periods
    ]
    return paired_columns(pairs, "Billed", "collected")


def _period(step: Dimension, key: str) -> str:
    first, last = span_of(step, date.fromisoformat(key))
    return f"{first:%b %Y}" if step is Dimension.MONTH else f"{first:%b} {first.day} to {last:%b} {last.day}"


def _choices(work: Work, scope: Scope) -> dict[Dimension, list[tuple[str, str]]]:
    """What the filters offer: the payers and providers that have numbers in the span."""
    payers = [
        (one.key, one.name or one.key)
        for one in kpis(work, Scope(scope.begin, scope.end), Dimension.PAYER, [Some.STATUSES])
    ]
    providers = [(one.npi, f"{one.given} {one.family}".strip()) for one in list_providers(work, active_only=False)]
    return {Dimension.PAYER: payers, Dimension.PROVIDER: providers}


@get("/reports/figures/{figure:str}", sync_to_thread=True)
def figure_page(visitor: Visiting, request: Request, figure: str, cursor: str | None = None) -> Response:
    """What a number opens to."""
    visitor.require(BILLING)
    with visitor.read() as work:
        asked = _asked(visitor, request)
        found = lineage(work, asked.scope, figure, cursor or None, PAGE)
    return visitor.page(
        "report_figure.html",
        "reports",
        asked=asked,
        found=found,
        filters=FILTERS,
        total=shown(found.amount, found.measure.unit),
        shown=shown,
    )


@get("/reports/figures/{figure:str}/rows.csv", sync_to_thread=True)
def figure_file(visitor: Visiting, request: Request, figure: str) -> Response:
    """All rows behind a number as CSV, without patient values."""
    visitor.require(BILLING)
    with visitor.read() as work:
        asked = _asked(visitor, request)
        found = lineage(work, asked.scope, figure, None, MOST)
    money = found.measure.unit is Unit.MONEY
    columns = ("day", "number", "payer", "provider", "place", "procedure", "kind", "code", "account", "amount", "entry")
    rows = [
        {name: getattr(row, name) for name in columns} | {"amount": Money(row.amount) if money else row.amount}
        for row in found.rows
    ]
    return _file(visitor, f"{figure.replace(':', '-')}.csv", as_csv(rows, columns), len(rows))


@get("/reports/digest", sync_to_thread=True)
def digest_page(visitor: Visiting, week: _Text = "") -> Response:
    """The digest of a week: composed now, with the kept ones beside it."""
    visitor.require(BILLING)
    with visitor.read() as work:
        monday = _day(week) or last_monday(visitor.today())
        monday -= timedelta(days=monday.weekday())
        digest = compose(work, monday)
        weeks = kept(work)
    return visitor.page("digest.html", "reports", digest=digest, weeks=weeks, shown=shown, week=timedelta(days=7))


@get("/reports/digest.md", sync_to_thread=True)
def digest_file(visitor: Visiting, week: _Text = "") -> Response:
    """The digest of a week as Markdown: as it was kept, or composed now where none was."""
    visitor.require(BILLING)
    with visitor.read() as work:
        monday = _day(week) or last_monday(visitor.today())
        monday -= timedelta(days=monday.weekday())
        text = kept_text(work, monday) or as_markdown(compose(work, monday))
    headers = {"Content-Disposition": f'attachment; filename="week-{monday.isoformat()}.md"'}
    return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)


@get("/reports/lists/{name:str}", sync_to_thread=True)
def report_page(
    visitor: Visiting,
    request: Request,
    name: str,
    sort: _Text = "",
    turned: bool | None = None,
    start: Annotated[int, Parameter(ge=0, le=MOST)] = 0,
) -> Response:
    """One report."""
    report = report_named(name)
    if any(column.kind is Kind.PATIENT for column in report.columns):
        with visitor.showing(f"console.reports.{name}", permissions=BILLING) as work:
            asked = _asked(visitor, request)
            page = page_of(work, report, asked.scope, order=sort, descending=turned, start=start, limit=PAGE)
            patients = [str(row["patient"]) for row in page.rows if row.get("patient")]
            names = names_of(work, visitor.services.records, patients)
    else:
        visitor.require(BILLING)
        names: dict[str, str] = {}
        with visitor.read() as work:
            asked = _asked(visitor, request)
            page = page_of(work, report, asked.scope, order=sort, descending=turned, start=start, limit=PAGE)
    return visitor.page(
        "report.html",
        "reports",
        asked=asked,
        page=page,
        report=report,
        rows=[[_drawn(column, row[column.key]) for column in report.columns] for row in page.rows],
        names=names,
        start=start,
        total={key: _text(_column(report, key), value) for key, value in page.totals.items()},
        filters=FILTERS,
        Kind=Kind,
    )


@get("/reports/lists/{name:str}/rows.csv", sync_to_thread=True)
def report_file(visitor: Visiting, request: Request, name: str) -> Response:
    """A whole report as CSV; patients are named by their ids."""
    visitor.require(BILLING)
    report = report_named(name)
    with visitor.read() as work:
        page = page_of(work, report, _asked(visitor, request).scope, limit=MOST)
    columns = [column.key for column in report.columns]
    return _file(visitor, f"{report.name}.csv", as_csv(_file_rows(report, page), columns), len(page.rows))


def _file_rows(report: Report, page: Page) -> list[dict[str, FileCell]]:
    def cell(column: Column, value: Cell) -> FileCell:
        if isinstance(value, int) and column.kind is Kind.MONEY:
            return Money(value)
        if isinstance(value, int) and column.kind in (Kind.SHARE, Kind.TENTHS):
            return _text(column, value)
        return value

    return [{column.key: cell(column, row[column.key]) for column in report.columns} for row in page.rows]


def _file(visitor: Visitor, name: str, text: str, count: int) -> Response:
    with visitor.work() as work:
        visitor.record(work, "reports.download", report=name, count=str(count))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _column(report: Report, key: str) -> Column:
    return next(column for column in report.columns if column.key == key)


def _drawn(column: Column, value: Cell) -> tuple[Column, Cell, str]:
    return column, value, _text(column, value)


_UNITS = {Kind.MONEY: Unit.MONEY, Kind.SHARE: Unit.SHARE, Kind.TENTHS: Unit.TENTHS, Kind.NUMBER: Unit.CLAIMS}


def _text(column: Column, value: Cell) -> str:
    """A cell for people."""
    if value is None or value == "":
        return "—"
    if isinstance(value, int):
        return shown(value, _UNITS.get(column.kind, Unit.CLAIMS))
    return f"{value:%b} {value.day}, {value.year}" if isinstance(value, date) else value


PAGES = [
    reports_page,
    figure_page,
    figure_file,
    digest_page,
    digest_file,
    report_page,
    report_file,
]
