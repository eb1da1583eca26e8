"""Brings a database to this version's tables, in one transaction, forward only.

Migrations are written out (they import no room), so that an old one means the same for ever. A test compares their
result with the tables that the code declares. Several processes may start at once: they take turns. Alembic is imported
only when there is something to do, because every process asks at its start.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database.engine import make_engine, probe

LOOSE_ROWS = ErrorKind(
    "database.loose_rows",
    Blame.US,
    Again.NEVER,
    "After the change of tables some rows would belong to rows that are not there; nothing was changed.",
    "Keep the database as it is and report the table that the fields name.",
    status=500,
)

_LOCK = 740_100
"""The advisory lock under which PostgreSQL is migrated."""


def migrate(url: str) -> str:
    """Bring the database at a URL to the newest revision; answers its name. Cheap when there is nothing to do.

    Raises ``database.unreachable``.
    """
    newest = _newest()
    engine = make_engine(url, pool=1)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_foreign_keys)
    try:
        probe(engine)
        with engine.connect() as connection:
            if _present(connection) == newest:
                return newest
        with engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            _upgrade(connection)
            _check_foreign_keys(connection)
    finally:
        engine.dispose()
    return newest


def _newest() -> str:
    """The revisions are numbers, and a file's name begins with its own."""
    return max(file.name.partition("_")[0] for file in Path(__file__).parent.glob("versions/[0-9]*_*.py"))


def _present(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _without_foreign_keys(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """SQLite changes a constraint by making the table anew, which others point at; this is set before a transaction
    or not at all. What points where is checked when all is done."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


def _check_foreign_keys(connection: sa.Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    loose = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if loose is not None:
        raise LOOSE_ROWS.error(table=str(loose[0]))


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
