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
    sa.Column("seen", Instant),
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
    sa.Column("content_hash", sa.BigInteger, nullable=False, default=0),
    sa.Column("agreed", Instant, nullable=False),
    sa.Column("version", sa.Integer),
    sa.Column("asked", Instant),
    sa.Column("changed_at", Instant),
)
"""``content_hash`` is the keyed hash of what the vendor had when the two met last (0: never), ``version`` that of
our record after it; None when something was decided or sent since. ``asked`` is when the call that told it began, by
our clock; ``changed_at`` the vendor's time of the change."""

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
    sa.Column("decision", Id),
    sa.Index(None, "organisation_id", "decision"),
    sa.Index(None, "organisation_id", "state", "id"),
    sa.Index(None, "organisation_id", "connection", "kind", "local_id", "field"),
)

sync_owner_table = sa.Table(
    "sync_owner",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection", NAME, primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("field", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(10), nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", sa.String(100), nullable=False),
)

sync_quarantine_table = sa.Table(
    "sync_quarantine",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("connection", NAME, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("field", NAME, nullable=False),
    sa.Column("digest", sa.BigInteger, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("local_id", NAME),
    sa.Column("vendor_id", VENDOR_ID),
    sa.Column("exchange_id", NAME),
    sa.Column("first", Instant, nullable=False),
    sa.Column("closed", Instant),
    sa.Column("closed_by", sa.String(100)),
    sa.UniqueConstraint("organisation_id", "connection", "kind", "field", "digest"),
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
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0", default=0),
    sa.Column("next_at", Instant),
    sa.Column("dead", sa.Boolean, nullable=False, server_default=sa.false(), default=False),
    sa.Column("problem_code", sa.String(80)),
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
    sa.Column("run_id", Id),
    sa.Column("operation", sa.String(16), nullable=False, server_default=""),
    sa.Column("http_status", sa.Integer),
    sa.Column("started", Instant),
    sa.Column("duration_ms", sa.Integer),
    sa.Column("actor", sa.String(100), nullable=False, server_default=""),
    sa.Index(None, "organisation_id", "at"),
    sa.Index(None, "organisation_id", "run_id"),
    sa.Index(None, "organisation_id", "local_id", "id"),
)

sync_setting_table = sa.Table(
    "sync_setting",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection", NAME, primary_key=True),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("pilot", sa.Boolean, nullable=False),
    sa.Column("patients", sa.String(10), nullable=False),
    sa.Column("visits", sa.String(10), nullable=False),
    sa.Column("push", sa.String(10), nullable=False),
    sa.Column("daily_hour", sa.Integer, nullable=False),
    sa.Column("push_patients", sa.Boolean, nullable=False),
    sa.Column("push_coverages", sa.Boolean, nullable=False),
    sa.Column("push_visits", sa.Boolean, nullable=False),
    sa.Column("push_payments", sa.Boolean, nullable=False),
    sa.Column("log_days", sa.Integer, nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", sa.String(100), nullable=False),
)

sync_pilot_table = sa.Table(
    "sync_pilot",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection", NAME, primary_key=True),
    sa.Column("patient_id", NAME, primary_key=True),
    sa.Column("added", Instant, nullable=False),
    sa.Column("added_by", sa.String(100), nullable=False),
)

sync_run_table = sa.Table(
    "sync_run",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("connection", NAME, nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("direction", sa.String(4), nullable=False),
    sa.Column("subject", NAME, nullable=False),
    sa.Column("started_by", sa.String(100), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("asked", Instant, nullable=False),
    sa.Column("started", Instant),
    sa.Column("at", Instant, nullable=False, comment="of the last progress"),
    sa.Column("finished", Instant),
    sa.Column("next_at", Instant, comment="when a waiting run goes on"),
    sa.Column("total", sa.Integer),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("created", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("refused", sa.Integer, nullable=False),
    sa.Column("conflicts", sa.Integer, nullable=False),
    sa.Column("unknown", sa.Integer, nullable=False),
    sa.Column("problem_code", sa.String(80)),
    sa.Column("cursor", sa.Text, nullable=False),
    sa.Index(None, "organisation_id", "connection", "id"),
    sa.Index(None, "organisation_id", "state", "id"),
    sa.Index(None, "organisation_id", "what", "id"),
)

sync_fetch_table = sa.Table(
    "sync_fetch",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection", NAME, primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("vendor_id", VENDOR_ID, primary_key=True),
    sa.Column("token", Id, nullable=False),
    sa.Column("asked", Instant, nullable=False),
    sa.Column("changed_at", Instant, comment="of the record, by the vendor's clock"),
    sa.Column("told", Instant, comment="of the record and all that came with it"),
    sa.Column("start", Instant, comment="of a visit that is not here yet: the day to look for it"),
    sa.Column("claimed_until", Instant),
    sa.Column("claimed_by", Id, comment="the run that fetches it"),
    sa.Index(None, "organisation_id", "connection", "token"),
)

sync_census_table = sa.Table(
    "sync_census",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("run_id", Id, primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("side", sa.String(8), primary_key=True),
    sa.Column("record", VENDOR_ID, primary_key=True),
)

sync_hook_table = sa.Table(
    "sync_hook",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection", NAME, primary_key=True),
    sa.Column("event_id", VENDOR_ID, primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("vendor_id", VENDOR_ID, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "organisation_id", "at"),
)

sync_hook_door_table = sa.Table(
    "sync_hook_door",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True, comment="SHA-256 of the token in the address"),
    sa.Column("organisation", sa.Text, nullable=False, comment="found by the token alone, so no row-level security"),
    sa.Column("connection", NAME, nullable=False),
    sa.Column("made", Instant, nullable=False),
    sa.UniqueConstraint("organisation", "connection"),
)
