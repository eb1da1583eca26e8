"""``chartline x12 explain``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chartline.cli.x12_files import PROBLEMS, again_readable, one_file, told_or_read, with_values

if TYPE_CHECKING:
    from chartline.formats.x12.explain.statement import Section


@click.command("explain")
@one_file
@with_values
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a list of sections.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown.")
@told_or_read
def explain(file: Path, *, values: bool, as_json: bool, as_markdown: bool) -> None:
    """Say in plain words what a file is about.

    An 835: every payment, claim and cent, why it was not paid and who carries it, and whether the sums agree. An 837:
    every claim, for whom, to whom, for how much. 270, 271, 276, 277, 277CA and 278: questions and answers. 999, 997 and
    TA1: what was accepted, and why the rest was not.

    Patients are masked, but for the last three characters of their account numbers, unless --values is given.

    Exit code 1 when a sum does not agree or something was refused, 2 when the file cannot be read.

    \b
    chartline x12 explain remit.835
    chartline x12 explain answer.999
    chartline x12 explain remit.835 --markdown --values > statement.md
    """
    if as_json and as_markdown:
        raise click.UsageError("Choose one of --json and --markdown.")
    from chartline.formats.x12.explain.explained import explained

    sections = explained(again_readable(file), values=values)
    wrong = _json(sections, values=values) if as_json else _text(sections, values=values, markdown=as_markdown)
    raise click.exceptions.Exit(PROBLEMS if wrong else 0)


def _text(sections: Iterable[Section], *, values: bool, markdown: bool) -> bool:
    from chartline.cli.listing import printable
    from chartline.formats.x12.explain.statement import as_markdown, as_text

    wrong = False
    colored = sys.stdout.isatty() and not markdown
    for section in sections:
        wrong = wrong or is_wrong(section)
        for line in as_markdown(section, values=values) if markdown else as_text(section, values=values):
            plain = "\n".join(printable(part) for part in line.split("\n"))
            styled = click.style(plain, fg="red") if colored and plain.lstrip().startswith("! ") else plain
            sys.stdout.write(styled + "\n")
        if not markdown:
            sys.stdout.write("\n")
    return wrong


def _json(sections: Iterable[Section], *, values: bool) -> bool:
    from chartline.formats.x12.explain.statement import as_json

    wrong, before = False, "[\n"
    try:
        for section in sections:
            wrong = wrong or is_wrong(section)
            sys.stdout.write(before + json.dumps(as_json(section, values=values)))
            before = ",\n"
    finally:
        # Also when a later part cannot be read, what was printed is whole JSON.
        sys.stdout.write("\n]\n" if before != "[\n" else "[]\n")
    return wrong


def is_wrong(section: Section) -> bool:
    """Whether anything in a section does not agree or was refused."""
    return bool(section.wrong) or any(is_wrong(inner) for inner in section.sections)
