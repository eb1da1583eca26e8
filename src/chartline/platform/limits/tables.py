"""The one table of the limiter: a row for every call that a vendor may still be counting."""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, comment="vendor/connection/tier"),
    sa.Column("holder", sa.Text, nullable=False, comment="the process; see holder.py"),
    sa.Column("granted_at", Instant, nullable=False, comment="clock time"),
    sa.Column("held_until", Instant, nullable=True, comment="real time; empty once the call was answered"),
    sa.Column("free_at", Instant, nullable=True, comment="clock time; empty while the call runs"),
    sa.Index(None, "key"),
)
