"""Fixtures for everybody: a clock, and each test's own database on SQLite and on PostgreSQL."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from chartline.kernel.clock import Clock, SystemClock
from chartline.kernel.ids import new_id
from chartline.platform.database import Database, metadata, open_database
from tests.support import postgresql


def create_tables(database: Database) -> None:
    """All tables: by the migrations where there are any, else from the metadata of what is imported."""
    if importlib.util.find_spec("chartline.platform.database.migrations") is not None:
        module = importlib.import_module("chartline.platform.database.migrations")
        if module.migrate(database.engine.url.render_as_string(hide_password=False)):
            return
    metadata.create_all(database.engine)


@pytest.fixture
def clock() -> Clock:
    """The system clock; a test that needs simulated time overrides this fixture (see support/clocks.py)."""
    return SystemClock()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server of this test process; the URL of its maintenance database."""
    with postgresql.running() as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """An empty PostgreSQL database of this test alone."""
    with postgresql.fresh_database(postgresql_server, f"t{new_id().replace('-', '')}") as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An empty SQLite database of this test alone."""
    return f"sqlite:///{tmp_path / 'data' / 'chartline.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each make."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def database(database_url: str, clock: Clock) -> Generator[Database, None, None]:
    """A database of each make with all tables."""
    opened = open_database(database_url, clock)
    create_tables(opened)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str, clock: Clock) -> Generator[Database, None, None]:
    """A SQLite database with all tables, for what the other make cannot change."""
    opened = open_database(sqlite_url, clock)
    create_tables(opened)
    yield opened
    opened.close()
