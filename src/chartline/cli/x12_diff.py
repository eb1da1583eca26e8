"""``chartline x12 diff``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from chartline.cli.x12_files import PATH, PROBLEMS, read_whole, told_or_read, with_values


@click.command("diff")
@click.argument("before", metavar="A", type=PATH)
@click.argument("after", metavar="B", type=PATH)
@with_values
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a list of differences.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print a Markdown table.")
@told_or_read
def diff(before: Path, after: Path, *, values: bool, as_json: bool, as_markdown: bool) -> None:
    """Compare two files by meaning: claims are paired by their numbers, people by their ids, not line by line.

    Order, delimiters, line ends, the envelope and its control numbers do not count, nor does 100 beside 100.00.

    Exit code 0 when they say the same, 1 when they differ, 2 when one cannot be read.

    \b
    chartline x12 diff first.835 corrected.835
    chartline x12 diff ours.837 theirs.837 --markdown --values
    """
    from chartline.formats.x12.explain.changes import changes

    if as_json and as_markdown:
        raise click.UsageError("Choose one of --json and --markdown.")
    found = changes(read_whole(before), read_whole(after))
    rows = [(change.where(values=values), change.place, change.label, *change.shown(values=values)) for change in found]
    if as_json:
        names = ("where", "place", "label", "before", "after")
        lines = ",\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows)
        click.echo(f"[\n{lines}\n]" if rows else "[]")
    elif as_markdown:
        from chartline.cli.x12_text import cell

        if rows:
            click.echo("| where | place | what | before | after |\n|---|---|---|---|---|")
        for row in rows:
            click.echo(f"| {' | '.join(cell(text) for text in row)} |")
    else:
        from chartline.cli.listing import printable

        for where, place, label, old, new in rows:
            click.echo(printable(f"{where} {place}{f' {label}' if label else ''}: {_words(old, new)}"))
        click.echo(f"{len(rows)} differences" if len(rows) != 1 else "1 difference")
    raise click.exceptions.Exit(PROBLEMS if rows else 0)


def _words(old: str, new: str) -> str:
    if not old:
        return f"only in the second: {new}"
    return f"only in the first: {old}" if not new else f"{old} -> {new}"
