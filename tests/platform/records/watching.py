"""Looking at what the records do to the database: the statements they send, the index rows they leave."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import event

from chartline.platform.database import Database, Work
from chartline.platform.records.tables import (
    resource_eq_table,
    resource_number_table,
    resource_range_table,
    resource_ref_table,
)

INDEX = (resource_eq_table, resource_range_table, resource_number_table, resource_ref_table)


def index_of(work: Work) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the index tables, in an order of its own."""
    return {table.name: sorted(tuple(row.values()) for row in work.rows(table.select())) for table in INDEX}


@contextmanager
def counted_statements(database: Database) -> Generator[list[str], None, None]:
    """The SQL statements that reach the database inside the block."""
    seen: list[str] = []

    def see(_c: object, _k: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", see)
