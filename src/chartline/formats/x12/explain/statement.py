"""What every explanation of a file is made of: sections with a heading, facts, tables and remarks.

Values that name people or accounts carry what they identify, so that whoever prints a section decides about showing
them; headings and remarks never hold such values. The same sections become text, Markdown and JSON.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

import msgspec

from chartline.formats.x12.explain.meaning import masked
from chartline.formats.x12.record import Record
from chartline.kernel.money import Money

Value = str | Money

_WIDEST = 44
"""Characters of the widest column of a table in text."""


class Fact(Record, frozen=True, gc=False):
    """A name and a value; ``identifies`` is the kind of person or account that the value names, empty for none."""

    label: str
    value: Value
    identifies: str = ""

    def shown(self, *, values: bool) -> str:
        """The value for a reader; masked where it names somebody, unless ``values``."""
        return _shown(self.value, self.identifies, values=values)


class Table(Record, frozen=True, gc=False):
    """Rows of values under headings; ``identifies`` says which columns name people or accounts."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    identifies: Mapping[str, str] = msgspec.field(default_factory=dict)

    def shown(self, *, values: bool) -> list[list[str]]:
        """The rows for a reader."""
        kinds = [self.identifies.get(column, "") for column in self.columns]
        return [
            [_shown(value, kind, values=values) for value, kind in zip(row, kinds, strict=True)] for row in self.rows
        ]

    @property
    def is_number(self) -> list[bool]:
        """For each column, whether it holds amounts."""
        return [any(isinstance(row[at], Money) for row in self.rows) for at in range(len(self.columns))]


class Section(Record, frozen=True, kw_only=True, gc=False):
    """One part of an explanation. ``kind`` is for scripts (``payment``, ``claim`` ...), ``remarks`` are sentences.

    ``wrong`` are remarks about what does not agree, or was refused.
    """

    kind: str
    title: str
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    remarks: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()


def fact(label: str, value: Value | None, identifies: str = "") -> Iterator[Fact]:
    """A fact, if there is a value."""
    if value is not None and value != "":
        yield Fact(label, value, identifies)


def as_text(section: Section, *, values: bool, depth: int = 0) -> Iterator[str]:
    """The lines of a section, indented by two blanks a level."""
    indent = "  " * depth
    yield indent + section.title
    inside = indent + "  "
    width = max((len(each.label) for each in section.facts), default=0)
    for each in section.facts:
        yield f"{inside}{each.label.ljust(width)}  {each.shown(values=values)}"
    for table in section.tables:
        yield from _aligned(table, inside, values=values)
    for remark in section.remarks:
        yield f"{inside}{remark}"
    for remark in section.wrong:
        yield f"{inside}! {remark}"
    for inner in section.sections:
        yield from as_text(inner, values=values, depth=depth + 1)


def as_markdown(section: Section, *, values: bool, depth: int = 2) -> Iterator[str]:
    """The lines of a section as Markdown, its heading of level ``depth``."""
    yield f"{'#' * min(depth, 6)} {_plain(section.title)}"
    yield ""
    for each in section.facts:
        yield f"- {_plain(each.label)}: {_plain(each.shown(values=values))}"
    if section.facts:
        yield ""
    for table in section.tables:
        yield f"| {' | '.join(_plain(column) for column in table.columns)} |"
        yield f"|{'|'.join('---:' if number else '---' for number in table.is_number)}|"
        for row in table.shown(values=values):
            yield f"| {' | '.join(_plain(text) for text in row)} |"
        yield ""
    for remark in section.remarks:
        yield f"{_plain(remark)}\n"
    for remark in section.wrong:
        yield f"**{_plain(remark)}**\n"
    for inner in section.sections:
        yield from as_markdown(inner, values=values, depth=depth + 1)


def as_json(section: Section, *, values: bool) -> dict[str, object]:
    """A section as an object; amounts are decimal text, facts an object by label, tables lists of objects."""
    made: dict[str, object] = {"kind": section.kind, "title": section.title}
    facts: dict[str, object] = {}
    for each in section.facts:
        text = _json(each.value, each.identifies, values=values)
        known = facts.get(each.label)
        if known is None:
            facts[each.label] = text
        else:
            facts[each.label] = [*known, text] if isinstance(known, list) else [known, text]
    made["facts"] = facts
    made["tables"] = {table.title: list(_rows(table, values=values)) for table in section.tables}
    made["remarks"] = list(section.remarks)
    made["wrong"] = list(section.wrong)
    made["sections"] = [as_json(inner, values=values) for inner in section.sections]
    return {name: value for name, value in made.items() if value or name in ("kind", "title")}


def _rows(table: Table, *, values: bool) -> Iterator[dict[str, str]]:
    for row in table.rows:
        yield {
            column: _json(value, table.identifies.get(column, ""), values=values)
            for column, value in zip(table.columns, row, strict=True)
        }


def _shown(value: Value, identifies: str, *, values: bool) -> str:
    if isinstance(value, Money):
        return value.shown()
    return value if values else masked(value, identifies)


def _json(value: Value, identifies: str, *, values: bool) -> str:
    return value.text() if isinstance(value, Money) else _shown(value, identifies, values=values)


def _aligned(table: Table, indent: str, *, values: bool) -> Iterator[str]:
    lines: list[Sequence[str]] = [table.columns, *table.shown(values=values)]
    widths = [min(_WIDEST, max(len(line[at]) for line in lines)) for at in range(len(table.columns))]
    right = table.is_number
    for line in lines:
        folded = [[text] if len(text) <= _WIDEST else textwrap.wrap(text, _WIDEST) for text in line]
        for parts in zip_longest(*folded, fillvalue=""):
            cells = (
                text.rjust(width) if number else text.ljust(width)
                for text, width, number in zip(parts, widths, right, strict=True)
            )
            yield (indent + "  ".join(cells)).rstrip()


def _plain(text: str) -> str:
    """Text that does not become markup."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("[", "\\[").replace("*", "\\*")
