"""Cuts a FHIRPath expression into tokens. Refuses characters that start none, open strings and open comments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from chartline.formats.fhir.fhirpath.errors import SYNTAX

LONGEST = 40_000
"""Characters an expression may have; the longest official one has about 5,000."""


class Kind(Enum):
    """What a token is."""

    NUMBER = "number"
    STRING = "string"
    NAME = "name"
    DELIMITED = "delimited"
    SPECIAL = "special"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    OPERATOR = "operator"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A token: ``text`` is without quotes and escapes, ``at`` its first character in the expression."""

    kind: Kind
    text: str
    at: int


_CLOCK = r"\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?"
_TOKEN = re.compile(
    r"(?P<space>\s+|//[^\r\n]*|/\*.*?\*/)"
    rf"|(?P<datetime>@\d{{4}}(?:-\d\d(?:-\d\d)?)?T(?:{_CLOCK}(?:Z|[+-]\d\d:\d\d)?)?)"
    r"|(?P<date>@\d{4}(?:-\d\d(?:-\d\d)?)?)"
    rf"|(?P<time>@T{_CLOCK})"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<string>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<delimited>`(?:[^`\\]|\\.)*`)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<special>\$(?:this|index|total)\b)"
    r"|(?P<operator><=|>=|!=|!~|(?!/\*)[-+*/<>=~|&.,()\[\]{}%])",
    re.DOTALL | re.ASCII,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED = {"r": "\r", "n": "\n", "t": "\t", "f": "\f"}
_PLAIN = frozenset("'\"`\\/")


def tokens(expression: str) -> list[Token]:
    """The tokens of an expression, with an END at its end. Raises ``fhirpath.syntax``."""
    if len(expression) > LONGEST:
        raise SYNTAX.error(position=str(LONGEST), reason="too_long")
    found: list[Token] = []
    at, end = 0, len(expression)
    while at < end:
        match = _TOKEN.match(expression, at)
        if match is None:
            raise SYNTAX.error(position=str(at), reason="character")
        name = match.lastgroup or ""
        if name != "space":
            found.append(Token(Kind(name), _text(name, match.group()), at))
        at = match.end()
    found.append(Token(Kind.END, "", end))
    return found


def _text(name: str, raw: str) -> str:
    if name in ("string", "delimited"):
        return _ESCAPE.sub(_unescaped, raw[1:-1]) if "\\" in raw else raw[1:-1]
    return raw[1:] if name in ("date", "datetime", "time", "special") else raw


def _unescaped(match: re.Match[str]) -> str:
    mark = match.group(1)
    if len(mark) > 1:
        return chr(int(mark[1:], 16))
    # An unknown escape keeps its backslash: official expressions write patterns such as '\s' that way.
    return mark if mark in _PLAIN else _ESCAPED.get(mark, "\\" + mark)
