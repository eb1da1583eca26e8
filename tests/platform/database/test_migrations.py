"""The migrations and the tables that the code declares are the same thing, on both databases."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import chartline
from chartline.kernel.clock import SystemClock
from chartline.kernel.ids import new_id
from chartline.platform.database import metadata, migrations, open_database
from chartline.platform.database.engine import make_engine
from chartline.platform.database.migrations import migrate

SKIPPED = (".migrations", ".simulator", ".cli", "__main__")


def import_every_room() -> None:
    for module in pkgutil.walk_packages(chartline.__path__, "chartline."):
        if not any(part in module.name for part in SKIPPED):
            import_module(module.name)


def test_the_migrations_make_exactly_the_declared_tables(database_url: str) -> None:
    import_every_room()
    migrate(database_url)
    engine = make_engine(database_url)
    with engine.connect() as connection:
        declared = {name for name in metadata.tables if not name.startswith("test_")}
        options = {"include_name": lambda name, kind, _: kind != "table" or name in declared}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    engine.dispose()
    news = [each for each in found if "test_" not in str(each)]
    assert news == []


def test_migrating_again_changes_nothing(database_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    newest = ScriptDirectory.from_config(config).get_current_head()
    assert migrate(database_url) == migrate(database_url) == newest


def test_a_process_whose_database_is_up_to_date_imports_no_migration_tool(sqlite_url: str) -> None:
    seen = "import sys; from chartline.platform.database.migrations import migrate; migrate(sys.argv[1]); "
    done = subprocess.run(
        [sys.executable, "-c", seen + "print('alembic' in sys.modules)", sqlite_url],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("table", ["audit", "exchange", "exchange_body", "entry", "entry_line", "claim_event"])
def test_logs_and_journal_cannot_be_changed(database_url: str, table: str) -> None:
    migrate(database_url)
    engine = make_engine(database_url)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            names = sa.text("SELECT count(*) FROM pg_trigger WHERE tgrelid = CAST(:t AS regclass) AND NOT tgisinternal")
        else:
            names = sa.text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t")
        assert connection.execute(names, {"t": table}).scalar() == 2
    engine.dispose()


def test_another_organisation_is_invisible_even_to_a_query_that_forgot_its_tenant(postgresql_url: str) -> None:
    """The second lock: as an ordinary database user, row-level security alone keeps practices apart."""
    migrate(postgresql_url)
    owner = open_database(postgresql_url, SystemClock())
    code = metadata.tables.get("code")
    if code is None:
        code = import_module("chartline.domains.codes.catalogue").code_table
    with owner.engine.connect() as connection:
        powers = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(sa.text(powers)).scalar() is False
    mine, other = new_id(), new_id()
    for organisation in (mine, other):
        with owner.work(organisation) as work:
            work.execute(
                sa.text(
                    "INSERT INTO code (organisation_id, system, code, scope, begin_date, label) "
                    "VALUES (CAST(:o AS uuid), 's', 'c', 's', '2026-01-01', '')"
                ),
                {"o": organisation},
            )
    with owner.read(mine) as work:
        assert len(work.rows(sa.select(code))) == 1
    with owner.engine.connect() as connection:
        assert connection.execute(sa.select(code)).all() == []
    owner.close()
