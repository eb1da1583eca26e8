"""Prints lists and facts: aligned text for people, JSON for scripts, CSV for spreadsheets.

Refuses to pass on what a stranger's text could do: control characters do not reach the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from enum import Enum

import click
import msgspec

from chartline.app.spreadsheet import Cell, Row, as_csv
from chartline.kernel.money import Money


class Form(Enum):
    """How to print."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def show(
    rows: Iterable[Row], columns: Sequence[str], form: Form, *, empty: str = "", shown: Sequence[str] = ()
) -> None:
    """Print rows. ``columns`` are the fields in JSON and CSV, ``shown`` those in text (all, when left out).

    ``empty`` is what a person reads when there is no row: it names the next step.
    """
    kept = [{name: row[name] for name in columns} for row in rows]
    if form is Form.JSON:
        lines = ",\n".join(msgspec.json.encode(row).decode() for row in kept)
        click.echo(f"[\n{lines}\n]" if kept else "[]")
    elif form is Form.CSV:
        click.echo(as_csv(kept, columns), nl=False)
    elif kept:
        click.echo(table(kept, shown or columns))
    elif empty:
        click.echo(empty)


def show_more(more: object, what: str = "rows") -> None:
    """Say on standard error that there is more than was printed."""
    if more:
        click.echo(f"There are more {what}: raise --limit, or narrow the filters.", err=True)


def show_object(value: object) -> None:
    """Print one JSON object."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def table(rows: Sequence[Row], columns: Sequence[str], *, indent: str = "") -> str:
    """Aligned columns with headings, money and numbers to the right."""
    heads = [name.replace("_", " ").upper() for name in columns]
    body = [[text(row[name]) for name in columns] for row in rows]
    right = [any(_number(row[name]) for row in rows) for name in columns]
    widths = [max(len(line[place]) for line in [heads, *body]) for place in range(len(columns))]
    return "\n".join(
        indent
        + "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in [heads, *body]
    )


def facts(pairs: Sequence[tuple[str, Cell]]) -> str:
    """Names and values, one pair a line."""
    width = max(len(name) for name, _ in pairs)
    return "\n".join(f"{name.ljust(width)}  {text(value)}".rstrip() for name, value in pairs)


def text(value: Cell) -> str:
    """A value for people: money with its sign, moments in UTC."""
    match value:
        case None | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case Money():
            return value.shown()
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}Z"
        case str() | int() | date():
            return printable(str(value))
        case _:
            return printable(", ".join(value)) or "-"


def printable(value: str) -> str:
    """Text without control characters."""
    if value.isprintable():
        return value
    return "".join(letter if letter.isprintable() else "?" for letter in value)


def _number(value: Cell) -> bool:
    return isinstance(value, Money) or (isinstance(value, int) and not isinstance(value, bool))
