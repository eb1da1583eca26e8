"""Brings a database to this version's tables, in one transaction, forward only.

Migrations are written out (they import no room), so that an old one means the same for ever. A test compares their
result with the tables that the code declares. Several processes may start at once: they take turns.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from chartline.platform.database.engine import make_engine, probe

_LOCK = 740_100
"""The advisory lock under which PostgreSQL is migrated."""


def migrate(url: str) -> str:
    """Bring the database at a URL to the newest revision; answers its name. Cheap when there is nothing to do.

    Raises ``database.unreachable``.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    newest = ScriptDirectory.from_config(config).get_current_head() or ""
    engine = make_engine(url, pool=1)
    try:
        probe(engine)
        with engine.connect() as connection:
            if MigrationContext.configure(connection).get_current_revision() == newest:
                return newest
        with engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
    return newest
