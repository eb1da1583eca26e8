"""The tables of the records: present versions, superseded versions, and two index tables.

An index row finds its resource by id alone: the hash in front of it already contains the resource type.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.audit import protect_tables
from chartline.platform.database import Id, Instant, metadata

resource_table = sa.Table(
    "resource",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("rtype", sa.String(64), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("updated", Instant, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index(None, "organisation_id", "rtype", "updated", "id"),
)
"""The present version of every resource; a deleted one keeps its row with an empty body."""

resource_history_table = sa.Table(
    "resource_history",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("rtype", sa.String(64), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("updated", Instant, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""Superseded versions, as they were."""

resource_token_table = sa.Table(
    "resource_token",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("h", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.String(64), primary_key=True),
    sqlite_with_rowid=False,
)
"""Posting lists: ``h`` is the keyed hash of type, parameter and value."""

resource_range_table = sa.Table(
    "resource_range",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("h", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("lo", Instant, nullable=False),
    sa.Column("hi", Instant, nullable=False),
    sa.Index(None, "organisation_id", "h", "lo"),
    sqlite_with_rowid=False,
)
"""Times of service and creation, half open; ``h`` is the keyed hash of type and parameter. Never birth dates."""


def protect(connection: sa.Connection) -> None:
    """Make superseded versions append-only in the database itself; for the migration that creates them."""
    protect_tables(connection, [resource_history_table])
