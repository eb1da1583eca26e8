"""The tables of subscriptions: how each stands, and the events it is told of.

The definition is sealed: filters hold patient values, headers hold secrets. Events name resources by type, id and
version, and hold nothing of them.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

state_table = sa.Table(
    "subscription_state",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("problem", sa.String(100), nullable=False),
    sa.Column("definition", sa.LargeBinary, nullable=False),
    sa.Column("events", sa.BigInteger, nullable=False),
    sa.Column("delivered", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_sent", Instant),
    sa.Column("held_by", sa.Text, nullable=False),
    sa.Column("held_until", Instant),
    sa.Index(None, "organisation_id", "status"),
)
"""One row a Subscription (``id``). ``status`` is requested, active, error or off; ``events`` is the number of the last
numbered event, ``delivered`` of the last one that was taken. ``held_by`` is the job that may send now ("" for none)."""

event_table = sa.Table(
    "subscription_event",
    metadata,
    sa.Column("pk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("organisation_id", Id, nullable=False),
    sa.Column("subscription_id", sa.String(64), nullable=False),
    sa.Column("number", sa.BigInteger),
    sa.Column("rtype", sa.String(64), nullable=False),
    sa.Column("resource_id", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("interaction", sa.String(8), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "organisation_id", "subscription_id", "number"),
)
"""Written in the transaction of the write that it tells of, without a number, so that writers never wait for each
other here. Numbers are given afterwards, in one place at a time: 1, 2, 3 and no gap."""
