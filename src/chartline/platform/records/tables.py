"""The tables of the records: present versions, superseded versions, four index tables, custom search parameters, and
whether what is watched for has changed.

An index row names its resource by number (``pk``). It carries no organisation: its hash is keyed by organisation, and
every search joins ``resource``, which carries it. Refuses readable patient values: the price is in decision 0014.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.audit import protect_tables
from chartline.platform.database import Id, Instant, metadata

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""On SQLite the number of a resource is the row's own."""

resource_table = sa.Table(
    "resource",
    metadata,
    sa.Column("pk", _NUMBER, primary_key=True),
    sa.Column("organisation_id", Id, nullable=False),
    sa.Column("key", sa.BigInteger, nullable=False),
    sa.Column("rtype", sa.String(64), nullable=False),
    sa.Column("id", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("updated", Instant, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("method", sa.String(8), nullable=False),
    sa.Column("owner", sa.String(32), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("key"),
    sa.UniqueConstraint("organisation_id", "rtype", "id"),
    sa.Index(None, "organisation_id", "rtype", "updated", "pk"),
    sa.Index(None, "organisation_id", "updated", "pk"),
)
"""The present version of every resource; a deleted one keeps its row with an empty body.

``key`` is the keyed hash of type and id: a reference is indexed as its target's key, without looking it up. A
negative ``key`` marks a row of an earlier release whose index is still to be made. ``owner`` is who alone may change
the resource ("" for anybody).
"""

resource_history_table = sa.Table(
    "resource_history",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("rtype", sa.String(64), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("updated", Instant, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("method", sa.String(8), nullable=False, server_default="PUT"),
    sa.Column("owner", sa.String(32), nullable=False, server_default=""),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index(None, "organisation_id", "updated"),
    sa.Index(None, "organisation_id", "rtype", "updated"),
)
"""Superseded versions, as they were."""

resource_eq_table = sa.Table(
    "resource_eq",
    metadata,
    sa.Column("h", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("pk", sa.BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Posting lists of everything that is found by equality: ``h`` is the keyed hash of type, parameter, form and value."""

resource_range_table = sa.Table(
    "resource_range",
    metadata,
    sa.Column("h", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("pk", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("lo", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hi", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Index(None, "h", "lo", "hi", "pk"),
    sqlite_with_rowid=False,
)
"""Times in microseconds since 1970, half open; ``h`` is the keyed hash of type and parameter. Never birth dates."""

resource_number_table = sa.Table(
    "resource_number",
    metadata,
    sa.Column("h", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("pk", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("lo", sa.Double, primary_key=True),
    sa.Column("hi", sa.Double, primary_key=True),
    sa.Index(None, "h", "lo", "hi", "pk"),
    sqlite_with_rowid=False,
)
"""Numbers and quantities with their implicit precision; ``h`` holds the unit for canonical quantities."""

resource_ref_table = sa.Table(
    "resource_ref",
    metadata,
    sa.Column("target", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("p", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("pk", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Index(None, "pk", "p", "target"),
    sqlite_with_rowid=False,
)
"""References into this server: the target's ``key``, the keyed hash of type and parameter, the source."""

resource_parameter_table = sa.Table(
    "resource_parameter",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("rtype", sa.String(64), primary_key=True),
    sa.Column("code", sa.String(64), primary_key=True),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("definition", sa.Text, nullable=False),
    sa.Column("registered", Instant, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("ready", sa.Boolean, nullable=False),
)
"""Search parameters that the organisation defined by SearchParameter resources (``source`` is the id of one).

``label`` names this definition inside hashes, so another definition never meets its rows. ``position`` is how far the
index of old resources has come; the parameter is searched by when it is ``ready``.
"""


resource_watch_table = sa.Table(
    "resource_watch",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("revision", sa.BigInteger, nullable=False),
)
"""One row of an organisation: ``revision`` is another one whenever what is watched for changes (``observing``)."""


def protect(connection: sa.Connection) -> None:
    """Make superseded versions append-only in the database itself; for the migration that creates them."""
    protect_tables(connection, [resource_history_table])
