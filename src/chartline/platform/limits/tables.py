"""The tables of the limiter: a row for every call that a vendor may still be counting, and who waits for one."""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, comment="vendor/connection/tier"),
    sa.Column("holder", sa.Text, nullable=False, comment="the process; see holder.py"),
    sa.Column("weight", sa.Integer, nullable=False, comment="what the call counts; several calls in a merged row"),
    sa.Column("granted_at", Instant, nullable=False, comment="clock time"),
    sa.Column("held_until", Instant, nullable=True, comment="real time; empty once the call was answered"),
    sa.Column("answered_at", Instant, nullable=True, comment="clock time; empty while the call runs"),
    sa.Index(None, "key"),
)

lease_queue = sa.Table(
    "lease_queue",
    metadata,
    sa.Column("key", sa.Text, primary_key=True, comment="vendor/connection/tier"),
    sa.Column("limiter", Id, primary_key=True, comment="the limiter of one process"),
    sa.Column("callers", sa.Integer, nullable=False, comment="how many wait there for a call"),
    sa.Column("seen_at", Instant, nullable=False, comment="real time of this count; an old one means nothing"),
)
