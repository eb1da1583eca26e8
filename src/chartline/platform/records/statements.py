"""SQL by hand for the hot paths: one text with ``?`` for both databases, run on the driver without a layer between.

A ``Part`` is a piece of SQL with its values, so pieces are put together without ever writing a value into a text.
Failures of the driver are turned into our words where the transaction ends (``platform/database/engine.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeAlias, cast

from chartline.kernel.sealed import Masked
from chartline.platform.database import Work

Value: TypeAlias = int | float | str | bytes | bool | list[int] | list[float] | list[str] | list[bytes] | list[bool]
Row: TypeAlias = tuple[object, ...]

_FEW = 24
"""So many values stand one by one in an IN list on SQLite; more travel as one JSON array."""


class _Cursor(Protocol):
    def fetchall(self) -> list[Row]: ...
    def executemany(self, statement: str, rows: Sequence[Sequence[Value]], /) -> object: ...


class _Driver(Protocol):
    def execute(self, statement: str, values: Sequence[Value], /) -> _Cursor: ...
    def cursor(self) -> _Cursor: ...


class _Listened(Protocol):
    before_cursor_execute: Sequence[Callable[..., object]]


@dataclass(frozen=True, slots=True, repr=False)
class Part(Masked):
    """A piece of SQL; each ``?`` in ``text`` has its value."""

    text: str
    values: tuple[Value, ...] = ()


_PLACE = re.compile(r"\{(\d+)\}")


def part(template: str, *pieces: Part) -> Part:
    """A piece made of pieces: ``{0}`` is the first one's text; values follow in the order of the text."""
    values: list[Value] = []
    plain = template.count("?")
    if plain:
        raise ValueError("a template holds pieces, and no values of its own")

    def put(match: re.Match[str]) -> str:
        piece = pieces[int(match[1])]
        values.extend(piece.values)
        return piece.text

    return Part(_PLACE.sub(put, template), tuple(values))


def joined(word: str, pieces: Sequence[Part]) -> Part:
    """Pieces with a word between them."""
    return Part(word.join(piece.text for piece in pieces), tuple(value for piece in pieces for value in piece.values))


def both(pieces: Sequence[Part]) -> Part:
    """All conditions; true for none."""
    return joined(" AND ", pieces) if pieces else Part("1=1")


def either(pieces: Sequence[Part]) -> Part:
    """Any of the conditions; false for none."""
    if not pieces:
        return Part("1=0")
    return pieces[0] if len(pieces) == 1 else part("({0})", joined(" OR ", pieces))


def postgresql(work: Work) -> bool:
    """Whether the transaction is PostgreSQL's."""
    return work.connection.dialect.name == "postgresql"


def among(column: str, numbers: Sequence[int], *, on_postgresql: bool) -> Part:
    """A column is one of some whole numbers, in one comparison however many they are."""
    if len(numbers) == 1:
        return Part(f"{column} = ?", (numbers[0],))
    if on_postgresql:
        return Part(f"{column} = ANY(?::bigint[])", (list(numbers),))
    if len(numbers) <= _FEW:
        return Part(f"{column} IN ({','.join('?' * len(numbers))})", tuple(numbers))
    return Part(f"{column} IN (SELECT value FROM json_each(?))", (f"[{','.join(map(str, numbers))}]",))


def among_texts(column: str, words: Sequence[str], *, on_postgresql: bool) -> Part:
    """A column is one of some short texts (type names)."""
    if on_postgresql:
        return Part(f"{column} = ANY(?::text[])", (list(words),))
    return Part(f"{column} IN ({','.join('?' * len(words))})", tuple(words))


def own(work: Work) -> str:
    """The organisation as the driver wants it beside a column of type ``Id``."""
    return work.organisation if postgresql(work) else work.organisation.replace("-", "")


def ours(work: Work, name: str) -> Part:
    """Rows of ``resource`` that something else has found, and that must be the organisation's.

    The plus keeps SQLite from finding them by the organisation: without statistics it takes that for the narrower way,
    and reads everything the organisation has.
    """
    plain = "" if postgresql(work) else "+"
    return Part(f"{plain}{name}.organisation_id = ?", (own(work),))


def run(work: Work, statement: str, values: Sequence[Value] = ()) -> list[Row]:
    """All rows of a statement that answers rows."""
    return _driver(work, statement).execute(_text(work, statement), values).fetchall()


def rows_of(work: Work, query: Part) -> list[Row]:
    """All rows of a query made of pieces."""
    return run(work, query.text, query.values)


def do(work: Work, statement: str, values: Sequence[Value] = ()) -> None:
    """Run a statement that answers nothing."""
    _driver(work, statement).execute(_text(work, statement), values)


def do_many(work: Work, statement: str, rows: Sequence[Sequence[Value]]) -> None:
    """Run a statement once for each row, in one call; nothing for no rows. For SQLite."""
    if rows:
        _driver(work, statement).cursor().executemany(statement, rows)


def _driver(work: Work, statement: str) -> _Driver:
    """The driver's own connection; who listens to statements on the engine hears of this one, too."""
    connection = work.connection
    # The engine's list is found much faster than a connection's, and nobody listens on a connection.
    listeners = cast("_Listened", connection.engine.dispatch).before_cursor_execute
    if listeners:
        for listener in listeners:
            listener(connection, None, statement, None, None, False)
    return cast("_Driver", connection.connection.driver_connection)


def _text(work: Work, statement: str) -> str:
    return _percent(statement) if postgresql(work) else statement


@lru_cache(maxsize=2000)
def _percent(statement: str) -> str:
    return statement.replace("?", "%s")
