"""``chartline x12 check``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chartline.cli.main import tell
from chartline.cli.x12_files import PROBLEMS, UNREADABLE, opened, some_files, told_or_read, with_values
from chartline.kernel.errors import ChartlineError

if TYPE_CHECKING:
    from chartline.formats.x12.check_result import CheckResult
    from chartline.formats.x12.code_lists import CodeLists
    from chartline.formats.x12.companion import Companion

TABLE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("check")
@some_files
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: a list of problems; for several files one object each."
)
@click.option("--markdown", "as_markdown", is_flag=True, help="Print a Markdown table for each file.")
@with_values
@click.option("--strict", is_flag=True, help="Let warnings count as problems for the exit code.")
@click.option(
    "--companion", "companions", multiple=True, type=TABLE, help="A payer's companion rules. May be repeated."
)
@click.option("--list", "lists", multiple=True, type=TABLE, help="A code list of your own. May be repeated.")
@click.option("--most", type=click.IntRange(1), default=10_000, show_default=True, help="Problems kept for each file.")
@told_or_read
def check(
    files: tuple[Path, ...],
    *,
    as_json: bool,
    as_markdown: bool,
    values: bool,
    strict: bool,
    companions: tuple[Path, ...],
    lists: tuple[Path, ...],
    most: int,
) -> None:
    """Report everything that is wrong with X12 files: where, what was found, what to do about it.

    Syntax, required parts, sums, rules between segments, codes (SNIP types 1 to 5), and a payer's own rules with
    --companion (type 7). All problems at once; the files are not changed.

    Exit code 0 when there is no error (warnings do not count, unless --strict), 1 when there are errors, 2 when a file
    cannot be read; the other files are checked all the same.

    \b
    chartline x12 check claims.837
    chartline x12 check *.835 --json | jq -r 'select(.problems != []) | .file'
    chartline x12 check claims.837 --companion example_health.companion --strict
    """
    if as_json and as_markdown:
        raise click.UsageError("Choose one of --json and --markdown.")
    own, payers = _lists(lists), _companions(companions)
    code = 0
    for file in files:
        try:
            found = _checked(file, own, payers, most)
        except ChartlineError as error:
            code = UNREADABLE
            if as_json:
                click.echo(json.dumps(refused_json(file, error)))
            else:
                click.echo(f"{file}: not readable", err=True)
                tell(error)
            continue
        if found.has_errors or (strict and not found.is_clean):
            code = max(code, PROBLEMS)
        if as_json:
            _show_json(file, found, values=values, alone=len(files) == 1)
        else:
            from chartline.cli.x12_text import checked_markdown, checked_text

            lines = (checked_markdown if as_markdown else checked_text)(str(file), found, values=values)
            click.echo("\n".join(lines))
    raise click.exceptions.Exit(code)


def refused_json(file: Path, error: ChartlineError) -> dict[str, object]:
    """A file that cannot be read, for scripts."""
    problem = error.problem
    made: dict[str, object] = {"file": str(file), "error": f"{problem.code}: {problem.say}", "code": problem.code}
    return made | {"do": problem.do, "fields": problem.fields}


def _show_json(file: Path, found: CheckResult, *, values: bool, alone: bool) -> None:
    from chartline.formats.x12.explain.report import problem_json

    problems = [problem_json(problem, values=values) for problem in found.problems]
    if alone:
        lines = ",\n".join(json.dumps(problem) for problem in problems)
        click.echo(f"[\n{lines}\n]" if problems else "[]")
    else:
        click.echo(json.dumps({"file": str(file), "problems": problems}))


def _checked(file: Path, lists: CodeLists, companions: list[Companion], most: int) -> CheckResult:
    from chartline.formats.x12.check import check as checked

    with opened(file) as (stream, progress):
        return checked(stream, lists=lists, companions=companions, most=most, progress=progress)


def _lists(files: tuple[Path, ...]) -> CodeLists:
    from chartline.formats.x12.code_lists import CodeLists, read_list
    from chartline.formats.x12.tables import read_table_file

    return CodeLists(*[read_list(read_table_file(file)) for file in files])


def _companions(files: tuple[Path, ...]) -> list[Companion]:
    from chartline.formats.x12.companion import read_companion

    return [read_companion(file) for file in files]
