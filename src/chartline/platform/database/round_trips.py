"""Fewer words with PostgreSQL: a transaction begins and learns its organisation in one, and only idle connections are
asked whether they are still there.

Before a short read every round trip costs as much as the read. Refuses organisations that are no UUID.
"""

from __future__ import annotations

import time
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

IDLE_SECONDS = 2.0
"""A connection that was used within so many real seconds is believed to be there."""
_LAST = "chartline.last_used"


def begin_for(connection: sa.Connection, organisation: str) -> None:
    """Begin on the driver's connection, for an organisation; row-level security looks at the setting.

    Empty text is no organisation. Raises the driver's errors, and ValueError for what is no UUID.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("not a connection of PostgreSQL")
    # Statements in one text take no parameters; a UUID written anew holds nothing but digits and hyphens.
    begin = "BEGIN; " if driver.pgconn.transaction_status == TransactionStatus.IDLE else ""
    named = str(UUID(organisation)) if organisation else ""  # none: tables that belong to no organisation
    statement = f"{begin}SET LOCAL chartline.organisation = '{named}'"
    result = driver.pgconn.exec_(statement.encode())
    if result.status != ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(result)


def watch_idle(engine: sa.Engine) -> None:
    """Ask connections that were idle for a while whether they are there; a dead one empties the pool."""
    event.listen(engine, "checkin", _returned)
    event.listen(engine, "checkout", _taken)


def _returned(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info[_LAST] = time.monotonic()


def _taken(connection: DBAPIConnection, record: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
    last = record.info.get(_LAST)
    if last is None or time.monotonic() - last < IDLE_SECONDS:
        return
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("not a connection of PostgreSQL")
    try:
        alive = connection.pgconn.exec_(b"").status == ExecStatus.EMPTY_QUERY
    except psycopg.Error:
        alive = False
    if not alive:
        raise InvalidatePoolError
