"""Many rows into a table, as fast as each database takes them: COPY on PostgreSQL, prepared inserts on SQLite.

The rows are tuples in the order of the table's columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from chartline.platform.database import System

Cell = str | int | bool | None


class _Copy(Protocol):
    def write_row(self, row: Sequence[Cell]) -> None: ...


class _Cursor(Protocol):
    def copy(self, statement: str) -> AbstractContextManager[_Copy]: ...

    def executemany(self, statement: str, rows: Sequence[Sequence[Cell]]) -> object: ...

    def close(self) -> None: ...


def insert_rows(work: System, table: sa.Table, rows: Sequence[Sequence[Cell]]) -> None:
    """Insert rows in the transaction of ``work``. The driver's failures leave as SQLAlchemy's, as everywhere else."""
    if not rows:
        return
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    dialect = work.connection.dialect
    cursor = cast("_Cursor", work.connection.connection.cursor())
    try:
        if dialect.name == "postgresql":
            with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(table.columns))
            cursor.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', rows)
    except dialect.loaded_dbapi.Error as error:
        failure = dialect.loaded_dbapi.Error
        raise DBAPIError.instance(None, None, error, failure, hide_parameters=True, dialect=dialect) from None
    finally:
        cursor.close()


def batches(rows: Iterable[Sequence[Cell]], size: int) -> Iterable[list[Sequence[Cell]]]:
    """Rows in lists of a size."""
    batch: list[Sequence[Cell]] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
