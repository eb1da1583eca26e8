"""``chartline x12 show``."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chartline.cli.x12_files import again_readable, one_file, opened, told_or_read, with_values

if TYPE_CHECKING:
    from chartline.formats.x12.explain.meaning import Meaning
    from chartline.formats.x12.explain.show import Shown
    from chartline.formats.x12.problem import Problem

_NARROWEST = 60


@click.command("show")
@one_file
@with_values
@click.option("--json", "as_json", is_flag=True, help="Print the whole file as JSON, values included.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print a Markdown list.")
@click.option("--raw", is_flag=True, help="Print each segment as it was sent instead of its values; needs --values.")
@told_or_read
def show(file: Path, *, values: bool, as_json: bool, as_markdown: bool, raw: bool) -> None:
    """Show a file as a tree: loops, segments with their number, what each value means, and problems beside them.

    A file of any size is shown from its beginning at once. What is found only later about a place that was shown
    already follows at the end.

    With --json the file is printed as interchanges, loops and segments with every value as it was sent, nothing masked;
    `chartline x12 build` makes the same file of it again.

    \b
    chartline x12 show claims.837 | less -R
    chartline x12 show remit.835 --values
    chartline x12 show remit.835 --json | jq '.interchanges[0].content[2]'
    """
    if as_json and (as_markdown or raw):
        raise click.UsageError("--json goes with neither --markdown nor --raw.")
    if raw and not values:
        raise click.UsageError("Segments as they were sent cannot be masked: give --values too.")
    if as_json:
        from chartline.formats.x12.explain.form import to_json
        from chartline.formats.x12.source import LENIENT

        json.dump(to_json(again_readable(file), LENIENT), sys.stdout)
        sys.stdout.write("\n")
        return
    from chartline.formats.x12.explain.show import Shown, read_shown

    telling = _Telling(values=values, raw=raw, markdown=as_markdown)
    with opened(file, quiet=sys.stdout.isatty()) as (stream, progress):
        late = False
        for line in read_shown(stream, progress=progress):
            if isinstance(line, Shown):
                telling.write(telling.line(line))
                continue
            if not late:
                telling.write(["", "Found later, about places shown above:"])
                late = True
            telling.write(telling.problem(line, 0))


class _Telling:
    """Lines of the tree as text or Markdown."""

    def __init__(self, *, values: bool, raw: bool, markdown: bool) -> None:
        from chartline.cli.listing import printable
        from chartline.cli.x12_text import cell, problem_text

        self._values = values
        self._raw = raw
        self._markdown = markdown
        self._colored = not markdown and sys.stdout.isatty()
        self._width = max(_NARROWEST, shutil.get_terminal_size().columns) if self._colored else 0
        self._problem_text = problem_text
        self._cell = cell
        self._printable = printable

    def write(self, lines: list[str] | Iterator[str]) -> None:
        for line in lines:
            sys.stdout.write(line + "\n")

    def line(self, shown: Shown) -> Iterator[str]:
        indent = "  " * shown.depth
        if not shown.segment:
            name = f"{shown.loop.rpartition('/')[2]} {shown.name}".strip()
            yield f"{indent}- **{name}**" if self._markdown else f"       {indent}{self._style(name, bold=True)}"
            return
        text = shown.raw if self._raw else ", ".join(self._value(value) for value in shown.values)
        head = f"{self._printable(shown.segment)} {shown.name}".strip()
        if self._markdown:
            name = f"`{self._printable(shown.segment)}` {shown.name}"
            yield f"{indent}- {name}: {self._cell(text)} (segment {shown.ordinal})"
        else:
            yield from self._wrapped(
                f"{shown.ordinal:>6} {indent}", self._style(head, fg="cyan"), head, self._printable(text)
            )
        for problem in shown.problems:
            yield from self.problem(problem, shown.depth)

    def problem(self, problem: Problem, depth: int) -> Iterator[str]:
        indent = "  " * (depth + 1)
        for number, line in enumerate(self._problem_text(problem, values=self._values)):
            plain = line if self._colored else click.unstyle(line)
            if self._markdown:
                yield f"{indent}- {'**Problem** ' if number == 0 else ''}{self._cell(plain.strip())}"
            else:
                yield f"       {indent}{self._style('! ', fg='red') if number == 0 else '  '}{plain.strip()}"

    def _wrapped(self, start: str, styled: str, head: str, text: str) -> Iterator[str]:
        if not self._width or len(start) + len(head) + len(text) + 2 <= self._width:
            yield f"{start}{styled}: {text}" if text else f"{start}{styled}"
            return
        inside = " " * (len(start) + 4)
        yield f"{start}{styled}:"
        yield from textwrap.wrap(text, self._width, initial_indent=inside, subsequent_indent=inside)

    def _value(self, value: Meaning) -> str:
        shown = value.shown(values=self._values).strip()
        means = f" ({value.means})" if value.means else ""
        return f"{value.label or f'element {value.element:02d}'} {shown}{means}"

    def _style(self, text: str, *, fg: str | None = None, bold: bool | None = None) -> str:
        return click.style(text, fg=fg, bold=bold) if self._colored else text
