"""Opens the database and hands out transactions.

SQLite runs as WAL with ``synchronous=FULL`` (asserted at opening) and writes begin IMMEDIATE, so that two writers
wait for each other instead of failing half way. PostgreSQL runs READ COMMITTED through psycopg 3.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from chartline.kernel.clock import Clock
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind
from chartline.platform.database.round_trips import begin_for, watch_idle
from chartline.platform.database.turns import turns_of
from chartline.platform.database.work import System, Work

UNREACHABLE = ErrorKind(
    "database.unreachable",
    Blame.PRACTICE,
    Again.NOW,
    "The database does not answer.",
    "Check that it runs and that the --database address is right, then try again; no work is lost.",
    status=503,
)
DISK_FULL = ErrorKind(
    "database.disk_full",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The disk with the database is full; the change was not stored.",
    "Free some space on the disk of the data folder, then do it again. Nothing that was confirmed is lost.",
    status=507,
)
BUSY = ErrorKind(
    "database.busy",
    Blame.US,
    Again.NOW,
    "The database could not do this just now.",
    "It is tried again by itself; if it lasts, look at the database server's own log.",
    status=503,
)
REJECTED = ErrorKind(
    "database.rejected",
    Blame.US,
    Again.NEVER,
    "The database refused a change that should have been possible.",
    "Nothing was stored. Report it with the time and the fields shown here.",
    status=500,
)
NOT_WAL = ErrorKind(
    "database.unsafe",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This SQLite does not keep its write-ahead log with full synchronisation, so a crash could lose money.",
    "Put the data folder on a local disk (not a network share), or use PostgreSQL.",
    status=500,
)


class Database:
    """The database of an installation."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self.engine, self.clock = engine, clock
        self.postgresql = engine.dialect.name == "postgresql"
        self._writer = engine.execution_options(writes=True)
        self._hasty = engine.execution_options(writes=True, lasting=False)
        self._turns = turns_of(None if self.postgresql else engine.url.database)

    @contextmanager
    def work(self, organisation: str, *, gives_way: bool = False) -> Generator[Work, None, None]:
        """A writing transaction of one organisation; commits at the end, rolls back on any exception.

        One that ``gives_way`` begins when no other writer of this process waits for the embedded database: for what
        nobody waits for.
        """
        with _plain_errors(), self._turns.turn(gives_way=gives_way), self._writer.begin() as connection:
            self._set_organisation(connection, organisation)
            yield Work(connection, self.clock, organisation)

    @contextmanager
    def read(self, organisation: str) -> Generator[Work, None, None]:
        """A reading transaction of one organisation: one snapshot, no lock."""
        with _plain_errors(), self.engine.connect() as connection:
            connection.begin()  # the hot paths speak to the driver itself, and want the same snapshot
            self._set_organisation(connection, organisation)
            yield Work(connection, self.clock, organisation)

    @contextmanager
    def system(self, *, lasting: bool = True) -> Generator[System, None, None]:
        """A writing transaction outside any organisation.

        Not ``lasting``: it does not wait for the disk, so the last moments of it can be lost when the machine (not
        the process) goes down. For what is only ever wrong on the safe side without it.
        """
        with _plain_errors(), self._turns.turn(), (self._writer if lasting else self._hasty).begin() as connection:
            if self.postgresql and not lasting:
                connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
            yield System(connection, self.clock)

    @contextmanager
    def system_read(self) -> Generator[System, None, None]:
        """A reading transaction outside any organisation: one snapshot, no lock."""
        with _plain_errors(), self.engine.connect() as connection:
            yield System(connection, self.clock)

    def _set_organisation(self, connection: sa.Connection, organisation: str) -> None:
        if self.postgresql:
            begin_for(connection, organisation)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def _plain_errors() -> Generator[None, None, None]:
    """Turn database failures into our words; the driver's text can quote the values of a row and goes no further."""
    try:
        yield
    except DBAPIError as error:
        passing = isinstance(error, OperationalError | InterfaceError)
        raise _plain(error.orig, lost=error.connection_invalidated, passing=passing) from None
    except (sqlite3.Error, psycopg.Error) as error:
        # From the rooms that speak to the driver itself.
        passing = isinstance(
            error, sqlite3.OperationalError | sqlite3.InterfaceError | psycopg.OperationalError | psycopg.InterfaceError
        )
        raise _plain(error, lost=False, passing=passing) from None


def _plain(error: BaseException | None, *, lost: bool, passing: bool) -> ChartlineError:
    text, state = str(error).lower(), str(getattr(error, "sqlstate", "") or "")
    if "disk is full" in text or "no space left" in text or "disk i/o" in text or state == "53100":
        return DISK_FULL.error()
    if lost or state.startswith(("08", "57P")):
        return UNREACHABLE.error()
    if passing:
        return BUSY.error(sqlstate=state)
    return REJECTED.error(kind=type(error).__name__, sqlstate=state)


def open_database(url: str, clock: Clock, *, pool: int = 10) -> Database:
    """Open the database at a SQLAlchemy URL (``sqlite:///file`` or ``postgresql+psycopg://…``).

    Raises ``database.unreachable`` and ``database.unsafe``.
    """
    return Database(make_engine(url, pool=pool), clock)


def make_engine(url: str, *, pool: int = 10) -> sa.Engine:
    """A SQLAlchemy engine with our rules; statement parameters are hidden from every error text."""
    parsed = sa.make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        engine = sa.create_engine(parsed, pool_size=pool, max_overflow=10, hide_parameters=True)
        watch_idle(engine)
        return engine
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, pool_size=pool, max_overflow=10, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.execute("PRAGMA foreign_keys=ON")
    mode = cursor.execute("PRAGMA journal_mode=WAL").fetchone()
    cursor.execute("PRAGMA synchronous=FULL")
    level = cursor.execute("PRAGMA synchronous").fetchone()
    cursor.close()
    if (mode[0].lower(), level[0]) not in (("wal", 2), ("memory", 2)):
        raise NOT_WAL.error()


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    writes = options.get("writes")
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("not a connection of SQLite")
    if writes:
        level, info = ("FULL" if options.get("lasting", True) else "NORMAL"), connection.info
        if info.get("synchronous", "FULL") != level:
            driver.execute(f"PRAGMA synchronous={level}")
            info["synchronous"] = level
    # On the driver itself, because it runs before every read.
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def probe(engine: sa.Engine) -> None:
    """Ask the database one question. Raises ``database.unreachable``."""
    try:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
    except DBAPIError:
        raise UNREACHABLE.error() from None
