"""The durable engine (DBOS Transact): how its tables are opened, migrated and written.

Imported only inside functions of this room, because importing the engine takes a second. Refuses pickle: what the
engine stores is JSON, and an error is stored as its code and sentence.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, Queue, Serializer
from dbos._dbos import _get_dbos_instance
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from chartline.kernel.errors import Again, Blame, ChartlineError, Problem, StopRun
from chartline.platform.database.turns import turns_of
from chartline.platform.jobs.problems import FAILED

APPLICATION = "chartline"

VERSION = "1"
"""The number of our job bodies' shape. Raise it when steps change, and keep the old bodies for one release."""


_CHANGES = ("INSERT", "UPDATE", "DELETE", "BEGIN ")
"""How statements begin before which SQLite's driver takes the lock, or that take it themselves."""
_TURN = "turn"

SETTINGS_SECONDS = 5.0
"""Real seconds for which a running worker goes on with the settings of a queue that another process has changed."""


class PlainSerializer(Serializer):
    """JSON for everything that the engine stores; errors as their problem."""

    def name(self) -> str:
        """The name stored beside each value."""
        return "chartline_json"

    def serialize(self, data: object) -> str:
        """Value or exception to text. Raises TypeError for anything that is not JSON."""
        if isinstance(data, BaseException):
            error = data if isinstance(data, ChartlineError) else FAILED.error(exception=type(data).__name__)
            data = {"problem": error.problem.as_json(), "stop": isinstance(error, StopRun)}
        return json.dumps(data, separators=(",", ":"), allow_nan=False)

    def deserialize(self, serialized_data: str) -> Any:  # noqa: ANN401 - whatever was stored
        """Text to value or exception."""
        data = json.loads(serialized_data)
        if not isinstance(data, dict):
            return data
        if data.keys() == {"problem", "stop"}:
            return _error(data["problem"], stop=data["stop"])
        if data.keys() == {"args", "kwargs"}:
            return {"args": tuple(data["args"]), "kwargs": data["kwargs"]}
        return data


def _error(stored: dict[str, Any], *, stop: bool) -> ChartlineError:
    problem = Problem(
        stored["code"],
        Blame(stored["blame"]),
        Again(stored["again"]),
        stored["say"],
        stored["do"],
        stored["evidence"],
        stored["fields"],
    )
    return StopRun(problem) if stop else ChartlineError(problem)


def engine_of(url: sa.URL, *, pool: int) -> sa.Engine:
    """A SQLAlchemy engine as the durable engine expects it: it begins and migrates by its own rules.

    On SQLite that is the driver's IMMEDIATE mode (its migrations open their own transaction) with our journal
    settings; on PostgreSQL a session that sits idle inside a transaction is ended after ten seconds, so that a frozen
    worker gives up its row locks.
    """
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, pool_size=pool, max_overflow=5, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        _queue_up(engine)
        return engine
    return sa.create_engine(
        url,
        pool_size=pool,
        max_overflow=5,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": "-c idle_in_transaction_session_timeout=10000"},
    )


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = "IMMEDIATE"
    cursor = connection.cursor()
    for setting in ("busy_timeout=30000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _queue_up(engine: sa.Engine) -> None:
    """Let the engine's writers stand in line with ours: SQLite's own waiting would let them starve behind us.

    The turn begins with the first change of a transaction, as its lock does, and ends with the connection's way back
    into the pool.
    """
    turns = turns_of(engine.url.database)

    def take(connection: sa.Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip()[:6].upper() in _CHANGES and not connection.info.get(_TURN):
            connection.info[_TURN] = turns.take()

    def give_back(_connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        if entry.info.pop(_TURN, False):
            turns.give_back()

    event.listen(engine, "before_cursor_execute", take)
    event.listen(engine, "checkin", give_back)


def open_client(engine: sa.Engine) -> DBOSClient:
    """A client that puts jobs in and looks at them without running any."""
    return DBOSClient(
        system_database_engine=engine,
        serializer=PlainSerializer(),
        application_name=APPLICATION,
        lazy=True,
        retry_connection_errors=False,
    )


def configure(engine: sa.Engine, executor: str, threads: int) -> None:
    """Set up this process's one engine instance. It does nothing until it is launched."""
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_engine": engine,
        "executor_id": executor,
        "application_version": VERSION,
        "serializer": PlainSerializer(),
        "notification_listener_polling_interval_sec": 0.1,
        "max_executor_threads": threads,
        "log_level": "ERROR",
    }
    DBOS(config=config)
    logging.getLogger("dbos").addFilter(_without_values)


def ask_first(waits_in: Callable[[str], bool], queues: Collection[str]) -> None:
    """Let the launched engine look at one of these queues only when a job waits in it, by the caller's word.

    It asks before every look, also for what is set for the queue; that is kept for ``SETTINGS_SECONDS``.
    """
    # Private to the engine's package, which is pinned; a test holds it to what we need of it.
    engine = _get_dbos_instance()._sys_db
    scopes_of, settings_of = engine.dequeue_scopes, engine.get_queue
    kept: dict[str, tuple[float, Queue | None]] = {}

    def scopes(queue_name: str) -> list[str | None]:
        return scopes_of(queue_name) if queue_name not in queues or waits_in(queue_name) else []

    def settings(name: str, **options: Any) -> Queue | None:  # noqa: ANN401 - handed on as it is
        now = time.monotonic()
        if options:
            return settings_of(name, **options)
        if name not in kept or kept[name][0] < now:
            kept[name] = now + SETTINGS_SECONDS, settings_of(name)
        return kept[name][1]

    engine.dequeue_scopes, engine.get_queue = scopes, settings


def _without_values(record: logging.LogRecord) -> bool:
    """Drop reports of failed jobs (they are on the desk); cut tracebacks, whose texts may hold anything."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, ChartlineError):
        return False
    if error is not None:
        record.msg, record.args = f"{record.getMessage()} {type(error).__name__}", None
        record.exc_info = record.exc_text = None
    return True


def migrate(url: str) -> None:
    """Create the engine's own tables, or bring them up to date; nothing if they are."""
    DBOS.migrate(url)
