"""``chartline x12 stats``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chartline.cli.main import tell
from chartline.cli.x12_check import refused_json
from chartline.cli.x12_files import UNREADABLE, opened, some_files, told_or_read
from chartline.kernel.errors import ChartlineError

if TYPE_CHECKING:
    from chartline.cli.listing import Cell
    from chartline.formats.x12.explain.stats import Stats

_COLUMNS = (
    "file",
    "types",
    "claims",
    "charged",
    "paid",
    "plb",
    "transactions",
    "segments",
    "bytes",
    "problems",
    "warnings",
)


@click.command("stats")
@some_files
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one object; for several files one object a line.")
@told_or_read
def stats(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Count what is in X12 files: transactions, claims, money, size and problems.

    Charged and paid are the sums of the claims; PLB is the sum of the provider adjustments as sent (a positive one
    lowers the payment). Problems are errors; warnings are counted apart.

    Exit code 0 whatever the problems, 2 when a file cannot be read; the other files are counted all the same.

    \b
    chartline x12 stats *.835
    chartline x12 stats claims.837 --json
    """
    rows: list[dict[str, Cell]] = []
    code = 0
    for file in files:
        try:
            found = _read(file)
        except ChartlineError as error:
            code = UNREADABLE
            if as_json:
                click.echo(json.dumps(refused_json(file, error)))
            else:
                click.echo(f"{file}: not readable", err=True)
                tell(error)
            continue
        if as_json:
            click.echo(json.dumps(found.as_json() if len(files) == 1 else {"file": str(file)} | found.as_json()))
        else:
            types = [f"{number} x {name}" for name, number in found.types.items()]
            row: dict[str, Cell] = {name: getattr(found, name) for name in _COLUMNS[2:]}
            rows.append({"file": str(file), "types": types} | row)
    if rows:
        from chartline.cli.listing import table

        click.echo(table(rows, _COLUMNS))
    raise click.exceptions.Exit(code)


def _read(file: Path) -> Stats:
    from chartline.formats.x12.explain.stats import read_stats

    with opened(file) as (stream, progress):
        return read_stats(stream, progress=progress)
