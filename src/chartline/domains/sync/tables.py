"""The tables of the sync room. Texts about patients are sealed columns; ids and codes are plain.

``connection`` is the name of a connection of the practice; ``local_id`` is an id of ours (a resource, a provider, or
a payer's electronic id) as text.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

NAME = sa.String(64)
VENDOR_ID = sa.String(120)

vendor_link_table = sa.Table(
    "vendor_link",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection", NAME, primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("vendor_id", VENDOR_ID, primary_key=True),
    sa.Column("local_id", NAME, nullable=False),
    sa.Column("linked", Instant, nullable=False),
    sa.UniqueConstraint("organisation_id", "connection", "kind", "local_id"),
)

sync_cursor_table = sa.Table(
    "sync_cursor",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection", NAME, primary_key=True),
    sa.Column("feed", NAME, primary_key=True),
    sa.Column("cursor", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

shadow_table = sa.Table(
    "shadow",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection", NAME, primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("local_id", NAME, primary_key=True),
    sa.Column("fields", sa.LargeBinary, nullable=False),
    sa.Column("content_hash", sa.BigInteger, nullable=False),
    sa.Column("agreed", Instant, nullable=False),
)

sync_conflict_table = sa.Table(
    "sync_conflict",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("connection", NAME, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("local_id", NAME, nullable=False),
    sa.Column("field", sa.String(32), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("opened", Instant, nullable=False),
    sa.Column("closed", Instant),
    sa.Column("closed_by", NAME),
    sa.Column("choice", sa.String(10)),
    sa.Index(None, "organisation_id", "state", "id"),
    sa.Index(None, "organisation_id", "connection", "kind", "local_id", "field"),
)

sync_follower_table = sa.Table(
    "sync_follower",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection", NAME, primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
)

sync_change_table = sa.Table(
    "sync_change",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection", NAME, primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("local_id", NAME, primary_key=True),
    sa.Column("token", Id, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Index(None, "organisation_id", "connection", "kind", "token"),
)

sync_event_table = sa.Table(
    "sync_event",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("connection", NAME, nullable=False),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("local_id", NAME),
    sa.Column("vendor_id", VENDOR_ID),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("exchange_id", sa.String(64)),
    sa.Index(None, "organisation_id", "at"),
)
