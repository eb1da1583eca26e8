"""Synchronisation: settings, pilot group, runs, what has to be fetched, census, hooks, and more columns in the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ID = sa.Uuid(as_uuid=False)
INSTANT = sa.BigInteger()
NAME = sa.String(64)
ACTOR = sa.String(100)
VENDOR_ID = sa.String(120)
OWN = ("sync_setting", "sync_pilot", "sync_run", "sync_fetch", "sync_census", "sync_hook")


def upgrade() -> None:
    _columns()
    _settings()
    _runs()
    _hooks()
    if op.get_bind().dialect.name == "postgresql":
        for table in OWN:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY own_organisation ON {table} USING "
                "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
            )


def _columns() -> None:
    op.add_column("vendor_link", sa.Column("seen", INSTANT, nullable=True))
    op.add_column("sync_change", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sync_change", sa.Column("next_at", INSTANT, nullable=True))
    op.add_column("sync_change", sa.Column("dead", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sync_change", sa.Column("problem_code", sa.String(80), nullable=True))
    op.add_column("sync_event", sa.Column("run_id", ID, nullable=True))
    op.add_column("sync_event", sa.Column("operation", sa.String(16), nullable=False, server_default=""))
    op.add_column("sync_event", sa.Column("http_status", sa.Integer(), nullable=True))
    op.add_column("sync_event", sa.Column("started", INSTANT, nullable=True))
    op.add_column("sync_event", sa.Column("duration_ms", sa.Integer(), nullable=True))
    op.add_column("sync_event", sa.Column("actor", ACTOR, nullable=False, server_default=""))
    op.create_index(op.f("ix_sync_event_organisation_id_run_id"), "sync_event", ["organisation_id", "run_id"])
    op.create_index(
        op.f("ix_sync_event_organisation_id_local_id_id"), "sync_event", ["organisation_id", "local_id", "id"]
    )


def _settings() -> None:
    flags = ("enabled", "paused", "pilot")
    kinds = ("push_patients", "push_coverages", "push_visits", "push_payments")
    op.create_table(
        "sync_setting",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("connection", NAME, nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in flags),
        *(sa.Column(name, sa.String(10), nullable=False) for name in ("patients", "visits", "push")),
        sa.Column("daily_hour", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in kinds),
        sa.Column("log_days", sa.Integer(), nullable=False),
        sa.Column("changed", INSTANT, nullable=False),
        sa.Column("changed_by", ACTOR, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection", name=op.f("pk_sync_setting")),
    )
    op.create_table(
        "sync_pilot",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("connection", NAME, nullable=False),
        sa.Column("patient_id", NAME, nullable=False),
        sa.Column("added", INSTANT, nullable=False),
        sa.Column("added_by", ACTOR, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection", "patient_id", name=op.f("pk_sync_pilot")),
    )


def _runs() -> None:
    counts = ("done", "created", "changed", "refused", "conflicts", "unknown")
    op.create_table(
        "sync_run",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("connection", NAME, nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("direction", sa.String(4), nullable=False),
        sa.Column("subject", NAME, nullable=False),
        sa.Column("started_by", ACTOR, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked", INSTANT, nullable=False),
        sa.Column("started", INSTANT, nullable=True),
        sa.Column("at", INSTANT, nullable=False, comment="of the last progress"),
        sa.Column("finished", INSTANT, nullable=True),
        sa.Column("next_at", INSTANT, nullable=True, comment="when a waiting run goes on"),
        sa.Column("total", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("problem_code", sa.String(80), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_sync_run")),
    )
    for column in ("connection", "state", "what"):
        op.create_index(op.f(f"ix_sync_run_organisation_id_{column}_id"), "sync_run", ["organisation_id", column, "id"])
    op.create_table(
        "sync_fetch",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("connection", NAME, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("vendor_id", VENDOR_ID, nullable=False),
        sa.Column("token", ID, nullable=False),
        sa.Column("asked", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=True, comment="of the record, by the vendor's clock"),
        sa.Column("told", INSTANT, nullable=True, comment="of the record and all that came with it"),
        sa.Column("start", INSTANT, nullable=True, comment="of a visit that is not here yet: the day to look for it"),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("claimed_by", ID, nullable=True, comment="the run that fetches it"),
        sa.PrimaryKeyConstraint("organisation_id", "connection", "kind", "vendor_id", name=op.f("pk_sync_fetch")),
    )
    op.create_index(
        op.f("ix_sync_fetch_organisation_id_connection_token"), "sync_fetch", ["organisation_id", "connection", "token"]
    )
    op.create_table(
        "sync_census",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("record", VENDOR_ID, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "run_id", "kind", "side", "record", name=op.f("pk_sync_census")),
    )


def _hooks() -> None:
    op.create_table(
        "sync_hook",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("connection", NAME, nullable=False),
        sa.Column("event_id", VENDOR_ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("vendor_id", VENDOR_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection", "event_id", name=op.f("pk_sync_hook")),
    )
    op.create_index(op.f("ix_sync_hook_organisation_id_at"), "sync_hook", ["organisation_id", "at"])
    op.create_table(
        "sync_hook_door",
        sa.Column("token_hash", sa.String(64), nullable=False, comment="SHA-256 of the token in the address"),
        sa.Column(
            "organisation", sa.Text(), nullable=False, comment="found by the token alone, so no row-level security"
        ),
        sa.Column("connection", NAME, nullable=False),
        sa.Column("made", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sync_hook_door")),
        sa.UniqueConstraint("organisation", "connection", name=op.f("uq_sync_hook_door_organisation_connection")),
    )
