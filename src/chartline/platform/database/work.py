"""Units of work. ``Work`` belongs to one organisation; ``System`` belongs to none and reaches no business table.

Every repository function takes a ``Work``, so a query without a tenant does not type-check. On PostgreSQL the
same organisation is set on the transaction and row-level security is the second lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from chartline.kernel.clock import Clock
from chartline.platform.database.bulk import FEW, run_many

Row = sa.RowMapping


@dataclass(frozen=True, slots=True)
class System:
    """A transaction outside any organisation: sign-in, schedules, leases, heartbeats."""

    connection: sa.Connection
    clock: Clock

    @property
    def now(self) -> datetime:
        """The clock's time."""
        return self.clock.now()

    def execute(
        self, statement: sa.Executable, parameters: Sequence[dict[str, Any]] | dict[str, Any] | None = None
    ) -> sa.CursorResult[*tuple[Any, ...]]:
        """Run a statement."""
        return self.connection.execute(statement, parameters)

    def rows(self, statement: sa.Executable) -> list[Row]:
        """All rows as mappings."""
        return list(self.connection.execute(statement).mappings().all())

    def row(self, statement: sa.Executable) -> Row | None:
        """The first row as a mapping, or None."""
        return self.connection.execute(statement).mappings().first()

    def scalar(self, statement: sa.Executable) -> Any:  # noqa: ANN401 - the type of a computed column
        """The first column of the first row, or None."""
        return self.connection.execute(statement).scalar()


@dataclass(frozen=True, slots=True)
class Work(System):
    """A transaction of one organisation."""

    organisation: str

    def mine(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """The condition that a row belongs to this organisation."""
        return table.c.organisation_id == self.organisation

    def select(self, table: sa.Table, *columns: sa.ColumnElement[Any]) -> sa.Select[*tuple[Any, ...]]:
        """A select over this organisation's rows: all columns, or the ones named."""
        return sa.select(*(columns or table.c)).where(self.mine(table))

    def update(self, table: sa.Table) -> sa.Update:
        """An update of this organisation's rows."""
        return sa.update(table).where(self.mine(table))

    def delete(self, table: sa.Table) -> sa.Delete:
        """A delete of this organisation's rows."""
        return sa.delete(table).where(self.mine(table))

    def insert(self, table: sa.Table, **values: object) -> None:
        """Insert one row of this organisation."""
        self.connection.execute(sa.insert(table), {"organisation_id": self.organisation, **values})

    def insert_many(self, table: sa.Table, rows: Sequence[dict[str, object]]) -> None:
        """Insert many rows of this organisation in one statement; nothing for an empty list."""
        run_many(self.connection, sa.insert(table), rows, {"organisation_id": self.organisation})

    def insert_new_rows(self, table: sa.Table, rows: Sequence[dict[str, object]]) -> int:
        """Insert those of many rows that have no row with the same key yet; says how many."""
        build = postgresql.insert if self.connection.dialect.name == "postgresql" else sqlite.insert
        statement = build(table).on_conflict_do_nothing()
        if 0 < len(rows) <= FEW:
            # What comes back is counted: for few rows not every driver says how many it inserted.
            given = [{"organisation_id": self.organisation, **row} for row in rows]
            return len(self.connection.execute(statement.returning(table.c.organisation_id), given).all())
        return run_many(self.connection, statement, rows, {"organisation_id": self.organisation})

    def update_many(self, statement: sa.Update, rows: Sequence[dict[str, object]]) -> None:
        """Run an update of this organisation's rows once for each of many sets of values, given for its bound names."""
        run_many(self.connection, statement, rows, {})

    def insert_new(self, table: sa.Table, **values: object) -> bool:
        """Insert a row unless one with the same key exists; says whether it was inserted."""
        build = postgresql.insert if self.connection.dialect.name == "postgresql" else sqlite.insert
        statement = build(table).values(organisation_id=self.organisation, **values).on_conflict_do_nothing()
        # A returned row is the proof: drivers differ in what they count.
        return self.connection.execute(statement.returning(table.c.organisation_id)).first() is not None

    def upsert(self, table: sa.Table, key: dict[str, object], **values: object) -> None:
        """Insert a row, or change the one with the same primary or unique ``key`` columns."""
        build = postgresql.insert if self.connection.dialect.name == "postgresql" else sqlite.insert
        statement = build(table).values(organisation_id=self.organisation, **key, **values)
        targets = ["organisation_id", *key]
        if values:
            statement = statement.on_conflict_do_update(
                index_elements=targets, set_={name: statement.excluded[name] for name in values}
            )
        else:
            statement = statement.on_conflict_do_nothing(index_elements=targets)
        self.connection.execute(statement)
