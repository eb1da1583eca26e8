"""Small things the tables without an organisation need: reading without a write lock, inserting once, checking ids."""

from __future__ import annotations

import uuid
from collections.abc import Generator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from chartline.platform.database import Database, System


@contextmanager
def reading(database: Database) -> Generator[System, None, None]:
    """One snapshot of the tables that belong to no organisation; takes no write lock."""
    with database.read("") as system:
        yield system


def insert_new(system: System, table: sa.Table, **values: object) -> bool:
    """Insert a row unless one with the same key exists; says whether it was inserted."""
    build = postgresql.insert if system.connection.dialect.name == "postgresql" else sqlite.insert
    statement = build(table).values(**values).on_conflict_do_nothing()
    # A returned row is the proof: drivers differ in what they count.
    return system.execute(statement.returning(*table.primary_key)).first() is not None


def is_id(text: str) -> bool:
    """Whether text is a UUID; PostgreSQL fails on other text instead of finding nothing."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
