"""Fixtures for everybody: a clock, and each test's own database on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from chartline.app.upgrade import upgrade
from chartline.kernel.clock import Clock, SystemClock
from chartline.kernel.ids import new_id
from chartline.kernel.settings import Settings
from chartline.platform.database import Database, open_database
from chartline.platform.database.migrations import migrate
from tests.support import postgresql


def create_tables(database: Database) -> None:
    """All tables, by the migrations; nothing where they are already."""
    migrate(database.engine.url.render_as_string(hide_password=False))


@pytest.fixture
def clock() -> Clock:
    """The system clock; a test that needs simulated time overrides this fixture (see support/clocks.py)."""
    return SystemClock()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server of this test process; the URL of its maintenance database."""
    with postgresql.running() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    """The name of a migrated database to be copied: migrating anew for every test would take half of the time."""
    name = f"template_{new_id().replace('-', '')}"
    with postgresql.fresh_database(postgresql_server, name) as url:
        upgrade(Settings(data=tempfile.gettempdir(), database=url))
        yield name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to be copied."""
    folder = tmp_path_factory.mktemp("template")
    upgrade(Settings(data=str(folder)))
    return folder / "chartline.db"


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this test alone."""
    name = f"t{new_id().replace('-', '')}"
    with postgresql.fresh_database(postgresql_server, name, postgresql_template) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A migrated SQLite database of this test alone."""
    file = tmp_path / "data" / "chartline.db"
    file.parent.mkdir()
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of each make."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def database(database_url: str, clock: Clock) -> Generator[Database, None, None]:
    """A database of each make with all tables."""
    opened = open_database(database_url, clock)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str, clock: Clock) -> Generator[Database, None, None]:
    """A SQLite database with all tables, for what the other make cannot change."""
    opened = open_database(sqlite_url, clock)
    yield opened
    opened.close()
