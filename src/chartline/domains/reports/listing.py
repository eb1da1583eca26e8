"""Reports as lists: columns with their kinds, rows, sorting and pages. One shape for pages, files and programs.

A report is worked out whole, with a constant number of queries, and then sorted and cut; it ends at ``MOST`` rows and
says so. Refuses columns that a report does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chartline.domains.reports.scope import Scope, checked
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work

MOST = 20_000
NO_REPORT = ErrorKind(
    "reports.no_report",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no report of that name.",
    "Take a name from the list of reports.",
    status=404,
)
NO_COLUMN = ErrorKind(
    "reports.no_column",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The report has no such column to sort by.",
    "Sort by one of the report's columns.",
    status=400,
)

Cell = str | int | date | None
Row = Mapping[str, Cell]


class Kind(StrEnum):
    """How a column is shown."""

    TEXT = "text"
    CODE = "code"
    WORD = "word"
    """A word for where something stands."""
    DAY = "day"
    MONEY = "money"
    NUMBER = "number"
    SHARE = "share"
    TENTHS = "tenths"
    CLAIM = "claim"
    """A claim's number; ``claim`` of the row is its id."""
    REMITTANCE = "remittance"
    """A trace number; ``remittance`` of the row is its id."""
    PATIENT = "patient"
    """A patient's id; surfaces that may show names show the name."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``figure`` names the number that a cell opens to, for the row's ``key``."""

    key: str
    title: str
    kind: Kind = Kind.TEXT
    figure: str = ""
    summed: bool = False


CLAIM_COLUMNS = (
    Column("number", "Claim", Kind.CLAIM),
    Column("payer_name", "Payer"),
)
"""How lists of claims begin."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report: what it answers, its columns, and how its rows are worked out. ``by`` is the dimension that ``key``
    of a row belongs to, where its figures open."""

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: Callable[[Work, Scope], Sequence[Row]]
    order: str
    descending: bool = True
    by: str = ""
    stands: bool = False
    """It shows the last day of the span, and its begin does not matter."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a report, with the sums over all of them."""

    report: Report
    rows: list[Row]
    totals: dict[str, int]
    count: int
    next: int | None
    order: str
    descending: bool


def page_of(
    work: Work,
    report: Report,
    scope: Scope,
    *,
    order: str = "",
    descending: bool | None = None,
    start: int = 0,
    limit: int = 50,
) -> Page:
    """Work a report out and cut a page from it. Raises ``reports.no_column``, ``reports.bad_span``."""
    checked(scope)
    order = order or report.order
    if order not in {column.key for column in report.columns}:
        raise NO_COLUMN.error(report=report.name)
    down = report.descending if descending is None else descending
    rows = list(report.rows(work, scope))[:MOST]
    known = sorted((row for row in rows if row[order] is not None), key=lambda row: _sortable(row[order]), reverse=down)
    rows = known + [row for row in rows if row[order] is None]
    totals = {
        column.key: sum(value for row in rows if isinstance(value := row[column.key], int))
        for column in report.columns
        if column.summed
    }
    end = start + limit
    return Page(report, rows[start:end], totals, len(rows), end if end < len(rows) else None, order, down)


def _sortable(value: Cell) -> str | int:
    return value.toordinal() if isinstance(value, date) else value if isinstance(value, int) else str(value).lower()
