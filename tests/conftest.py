"""Fixtures for everybody: a clock, and each test's own database on SQLite and on PostgreSQL.

Tests start hundreds of processes. So modules are compiled once and kept, also where the environment asks for the
opposite; and passwords are hashed cheaply inside the tests' own process (never in the processes it starts).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from chartline.app.upgrade import upgrade
from chartline.kernel.clock import Clock, SystemClock
from chartline.kernel.ids import new_id
from chartline.kernel.settings import Settings
from chartline.platform.access import passwords
from chartline.platform.database import Database, open_database
from tests.support import order, postgresql
from tests.support.databases import Databases
from tests.support.rewriting import rewrite_all

if TYPE_CHECKING:
    from tests.support.filled import Filled, Played

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# How long an example takes says how busy the machine is, and nothing of the product.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    """Only the process that hands out tests has processes to spare the work."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        rewrite_all(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first."""
    items.sort(key=order.place)


@pytest.fixture(scope="session", autouse=True)
def strong_passwords() -> Iterator[PasswordHasher]:
    """Passwords cost next to nothing to hash; yields what hashes them in the product."""
    with pytest.MonkeyPatch.context() as patch:
        strong = passwords._hasher
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield strong


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
def postgresql_databases(postgresql_server: str, postgresql_template: str) -> Iterator[Databases]:
    """Migrated databases for one test after the other."""
    databases = Databases(postgresql_server, postgresql_template)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to be copied."""
    folder = tmp_path_factory.mktemp("template")
    upgrade(Settings(data=str(folder)))
    # The engine's tables are in the log beside the file, which is not copied.
    with sqlite3.connect(folder / "chartline.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return folder / "chartline.db"


@pytest.fixture(scope="session")
def played_sqlite(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Played:
    """A practice in the middle of its day, to be copied."""
    from tests.support.filled import play_once

    folder = tmp_path_factory.mktemp("played")
    (folder / "data").mkdir()
    file = shutil.copy(sqlite_template, folder / "data" / "chartline.db")
    return play_once(f"sqlite:///{file}", folder)


@pytest.fixture(scope="session")
def played_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgresql_server: str, postgresql_template: str
) -> Iterator[tuple[Played, str]]:
    """The same on PostgreSQL, and the name of its database."""
    from tests.support.filled import play_once

    name = f"played_{new_id().replace('-', '')}"
    with postgresql.fresh_database(postgresql_server, name, postgresql_template) as url:
        yield play_once(url, tmp_path_factory.mktemp("played")), name


@pytest.fixture(scope="module")
def filled_sqlite(tmp_path_factory: pytest.TempPathFactory, played_sqlite: Played) -> Iterator[Filled]:
    """A practice in the middle of its day. Tests of one file share it, so each looks at rows of its own."""
    folder = tmp_path_factory.mktemp("practice")
    with played_sqlite.copy(f"sqlite:///{folder / 'data' / 'chartline.db'}", folder) as made:
        yield made


@pytest.fixture(scope="module")
def filled_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgresql_server: str, played_postgresql: tuple[Played, str]
) -> Iterator[Filled]:
    """The same on PostgreSQL."""
    played, template = played_postgresql
    with (
        postgresql.fresh_database(postgresql_server, f"t{new_id().replace('-', '')}", template) as url,
        played.copy(url, tmp_path_factory.mktemp("practice")) as made,
    ):
        yield made


@pytest.fixture
def postgresql_url(postgresql_databases: Databases) -> Iterator[str]:
    """A migrated PostgreSQL database that this test has for itself."""
    with postgresql_databases.lend() as url:
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
