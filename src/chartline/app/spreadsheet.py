"""Rows as CSV for spreadsheets, for every surface that offers them.

Refuses to pass on what a stranger's text could do: a cell that a spreadsheet would take for a formula is marked
as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from chartline.kernel.money import Money

Cell = str | int | bool | Money | date | datetime | Sequence[str] | None
Row = Mapping[str, Cell]


def as_csv(rows: Iterable[Row], columns: Sequence[str]) -> str:
    """A heading and the rows: money as decimals, moments in ISO, lists with blanks between."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[_plain(row[name]) for name in columns] for row in rows])
    return stream.getvalue()


def _plain(value: Cell) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Money():
            return value.text()
        case datetime() | date():
            return value.isoformat()
        case int():
            return str(value)
        case str():
            return _harmless(value)
        case _:
            return _harmless(" ".join(value))


def _harmless(value: str) -> str:
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
