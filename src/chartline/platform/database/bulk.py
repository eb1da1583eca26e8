"""One statement for very many rows: compiled once, and each column made ready for the driver as a whole.

The library between makes a dictionary and calls several functions for every row, which costs more than the database
does. The column types convert the values here as there, and the driver gets the same statement. Refuses nothing of its
own: statements that this cannot do, such as those with defaults made in Python, go the ordinary way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

FEW = 32
"""So few rows cost less the ordinary way, where the text of the statement is known from the last time."""
_SIMPLE = frozenset({str, date, datetime, type(None)})
"""Types of which equal values are the same to the database."""

Rows = Sequence[Mapping[str, object]]


def run_many(
    connection: sa.Connection, statement: sa.Insert | sa.Update, rows: Rows, same: Mapping[str, object]
) -> int:
    """Run a statement for each row, with the values of ``same`` in all of them; how many rows of the table it changed.

    All rows have the keys of the first one. Not for statements that give rows back.
    """
    if not rows:
        return 0
    compiled = _compiled(connection, statement, (*same, *rows[0])) if len(rows) > FEW else None
    if compiled is None:
        return connection.execute(statement, [{**same, **row} for row in rows]).rowcount
    names = list(compiled.positiontup or ()) if compiled.positional else list(compiled.binds)
    columns = [_column(connection.dialect, compiled, name, rows, same) for name in names]
    values = zip(*columns, strict=True)
    if compiled.positional:
        return connection.exec_driver_sql(str(compiled), list(values)).rowcount
    return connection.exec_driver_sql(str(compiled), [dict(zip(names, row, strict=True)) for row in values]).rowcount


def _compiled(connection: sa.Connection, statement: sa.Insert | sa.Update, keys: Sequence[str]) -> SQLCompiler | None:
    """The statement as text with its values' names; None when values are made while it runs."""
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(keys), for_executemany=True)
    if not isinstance(compiled, SQLCompiler):
        return None
    made = compiled.insert_prefetch or compiled.update_prefetch
    told = compiled.literal_execute_params or compiled.post_compile_params or compiled.escaped_bind_names
    return None if made or told else compiled


def _column(
    dialect: sa.Dialect, compiled: SQLCompiler, name: str, rows: Rows, same: Mapping[str, object]
) -> Sequence[object]:
    """One value of every row as the driver takes it."""
    bound = compiled.binds[name]
    convert: Callable[[Any], object] | None = bound.type.dialect_impl(dialect).bind_processor(dialect)
    if name in rows[0]:
        values = [row[name] for row in rows]
        first = values[0]
        if convert is None:
            return values
        if type(first) not in _SIMPLE or values.count(first) != len(values):
            return [convert(value) for value in values]
    else:
        first = same.get(name, bound.effective_value)
    return [convert(first) if convert is not None else first] * len(rows)
