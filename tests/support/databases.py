"""PostgreSQL databases that are emptied and used again: copying a migrated one costs more than most tests do.

What a test may leave behind cannot reach the next one: sessions are ended, every row goes, and the database gets
another name, so that a thread which lives on does not find it. Refuses to use a database again whose tables, triggers,
policies or functions are not as they were: that one is dropped.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import LiteralString

import psycopg
import sqlalchemy as sa
from psycopg import sql

from chartline.kernel.ids import new_id
from tests.support.postgresql import ADMINISTRATOR
from tests.support.waiting import until

_CATALOGS = (
    "pg_attrdef",
    "pg_attribute",
    "pg_class",
    "pg_constraint",
    "pg_index",
    "pg_namespace",
    "pg_policy",
    "pg_proc",
    "pg_rewrite",
    "pg_trigger",
    "pg_type",
)
_TABLES = """
SELECT format('%I.%I', nspname, relname), pg_relation_size(c.oid) > 0
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p') AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%' ORDER BY 1
"""
_END_SESSIONS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TURNS = 2
"""So many databases take turns: a session of the one that was used last may not have ended yet."""


class Databases:
    """Copies of one migrated database, lent one at a time to tests. ``server`` is any URL of the tests' own server."""

    def __init__(self, server: str, template: str) -> None:
        self._url, self._template = sa.make_url(server), template
        self._server = self._inside(self._url.database or "")
        self._idle: list[str] = []
        with self._inside(template) as connection:
            tables = connection.execute(_TABLES).fetchall()
            kept = [name for name, holds_rows in tables if holds_rows]
            parts = [*(f"pg_catalog.{name}" for name in _CATALOGS), *kept]
            # The transactions that wrote the catalogs' rows: any change of the tables' shape changes their sum.
            sums = (f"(SELECT count(*) || ':' || sum(xmin::text::bigint) FROM {part})" for part in parts)
            self._shape = f"SELECT concat_ws('/', {', '.join(sums)})".encode()
            self._as_it_was = connection.execute(self._shape).fetchall()
        # No trigger fires: append-only tables refuse to be emptied, as they should.
        emptied = (f"DELETE FROM {name}" for name, _ in tables if name not in kept)
        self._empty = "; ".join(["SET session_replication_role = replica", *emptied]).encode()

    @contextmanager
    def lend(self) -> Generator[str]:
        """An empty migrated database for the length of the block; yields its URL."""
        name = f"t{new_id().replace('-', '')}"
        self._make(name)
        yield self._url.set(database=name).render_as_string(hide_password=False)
        if self._emptied(name):
            self._idle.append(name)
        else:
            self._drop(name)

    def close(self) -> None:
        """Drop what was kept."""
        for name in self._idle:
            self._drop(name)
        self._server.close()

    def _make(self, name: str) -> None:
        while len(self._idle) >= _TURNS:
            idle = self._idle.pop(0)
            # Fails when somebody from an earlier test came back to it.
            with suppress(psycopg.Error):
                self._say("ALTER DATABASE {} RENAME TO {}", idle, name)
                return
            self._drop(idle)
        self._say("CREATE DATABASE {} TEMPLATE {} OWNER {}", name, self._template, self._url.username or "")

    def _emptied(self, name: str) -> bool:
        with suppress(psycopg.Error), self._inside(name) as connection:
            until(lambda: connection.execute(_END_SESSIONS).fetchone() == (0,))
            if connection.execute(self._shape).fetchall() == self._as_it_was:
                connection.execute(self._empty)
                return True
        return False

    def _drop(self, name: str) -> None:
        # The server's own housekeeping may be inside; the whole server goes in the end.
        with suppress(psycopg.Error):
            self._say("DROP DATABASE {} WITH (FORCE)", name)

    def _say(self, statement: LiteralString, *names: str) -> None:
        self._server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _inside(self, name: str) -> psycopg.Connection:
        url = self._url.set(drivername="postgresql", database=name, username=ADMINISTRATOR)
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
