"""The words in which ``chartline x12`` tells of problems: text for people and Markdown for a ticket or a mail.

Control characters of a stranger's file do not reach the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from chartline.cli.listing import printable
from chartline.formats.x12.check_result import CheckResult
from chartline.formats.x12.explain.meaning import MASK
from chartline.formats.x12.problem import Problem


def counted(number: int, one: str, many: str = "") -> str:
    """``1 claim``, ``3 claims``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def checked_text(file: str, found: CheckResult, *, values: bool) -> Iterator[str]:
    """The problems of a file, those of one transaction together; a next step once for each kind of problem."""
    told: set[str] = set()
    for title, problems in _grouped(found):
        if title:
            yield click.style(title, bold=True)
        for problem in problems:
            yield from problem_text(problem, file=file, values=values, again=problem.code in told)
            told.add(problem.code)
    yield summary(file, found)


def problem_text(problem: Problem, *, values: bool, file: str = "", again: bool = False) -> Iterator[str]:
    """One problem in up to three lines: place and sentence, found and expected, next step (not ``again``)."""
    color = "red" if problem.is_error else "yellow"
    where = f"{file}: " if file else ""
    path = f" in {problem.place.path}" if problem.place.path else ""
    yield f"{where}{problem.place.short} {click.style(problem.code, fg=color)}: {problem.kind.say}"
    compared = _compared(problem, values=values)
    about = f"{printable(problem.label)}{path}".strip()
    if compared or about:
        yield f"    {': '.join(part for part in (about, compared) if part)}"
    if not again:
        yield f"    Next step: {problem.kind.do}"


def summary(file: str, found: CheckResult) -> str:
    """How a file was found, in one line."""
    errors = sum(problem.is_error for problem in found.problems)
    warnings = len(found.problems) - errors
    inside = f"{counted(len(found.transactions), 'transaction')}, {counted(found.segments, 'segment')}"
    if found.is_clean:
        return f"{file}: {click.style('clean', fg='green')}, {inside}"
    return f"{file}: {counted(errors, 'error')}, {counted(warnings, 'warning')} in {inside}"


def checked_markdown(file: str, found: CheckResult, *, values: bool) -> Iterator[str]:
    """The problems of a file as a table."""
    yield f"## {cell(file)}"
    yield ""
    if not found.is_clean:
        yield "| place | loop | severity | code | what | found | expected | next step |"
        yield "|---|---|---|---|---|---|---|---|"
    for problem in found.problems:
        kind = problem.kind
        shown = _found(problem, values=values)
        facts = (problem.place.short, problem.place.path, kind.severity, f"`{kind.code}`", kind.say, shown)
        yield f"| {' | '.join(cell(fact) for fact in (*facts, problem.expected, kind.do))} |"
    if not found.is_clean:
        yield ""
    yield click.unstyle(summary(file, found))
    yield ""


def cell(text: str) -> str:
    """Text that cannot break a Markdown table, or become markup in it."""
    plain = printable(text).replace("|", "\\|")
    return plain.replace("<", "&lt;").replace("[", "\\[").replace("*", "\\*")


def _grouped(found: CheckResult) -> list[tuple[str, list[Problem]]]:
    """In file order: the problems of each transaction under its name, where there is more than one transaction."""
    if len(found.transactions) < 2:
        return [("", found.problems)]
    groups: list[tuple[str, list[Problem]]] = []
    names = {id(p): t for t in found.transactions for p in t.problems}
    for problem in found.problems:
        owner = names.get(id(problem))
        title = f"Transaction {owner.control} ({owner.set_id} {owner.guide})" if owner is not None else "Envelope"
        if not groups or groups[-1][0] != printable(title):
            groups.append((printable(title), []))
        groups[-1][1].append(problem)
    return groups


def _compared(problem: Problem, *, values: bool) -> str:
    shown = _found(problem, values=values)
    parts = [f"found {printable(shown)}" if shown else "", f"expected {problem.expected}" if problem.expected else ""]
    return ", ".join(part for part in parts if part)


def _found(problem: Problem, *, values: bool) -> str:
    return MASK if problem.identifying and problem.found and not values else problem.found
