"""The tables of the machinery: access, audit, connections, exchanges, jobs, records, secrets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "access_attempt",
        sa.Column("email_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("email_hash", name=op.f("pk_access_attempt")),
    )
    op.create_table(
        "api_request",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("result_id", sa.String(length=64), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "key", name=op.f("pk_api_request")),
    )
    op.create_table(
        "audit",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=100), nullable=False),
        sa.Column("target_type", sa.String(length=64), nullable=True),
        sa.Column("target_id", sa.String(length=64), nullable=True),
        sa.Column("purpose", sa.String(length=20), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "number", name=op.f("pk_audit")),
        sa.UniqueConstraint("id", name=op.f("uq_audit_id")),
    )
    op.create_index(
        op.f("ix_audit_organisation_id_target_type_target_id"),
        "audit",
        ["organisation_id", "target_type", "target_id"],
        unique=False,
    )
    op.create_table(
        "audit_head",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "connection",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("vendor", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_connection")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_connection_organisation_id_name")),
    )
    op.create_table(
        "exchange",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("vendor", sa.String(length=64), nullable=False),
        sa.Column("operation", sa.String(length=128), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(length=100), nullable=True),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("response_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("cost_minor", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_exchange")),
    )
    op.create_index(
        op.f("ix_exchange_organisation_id_connection_started_id"),
        "exchange",
        ["organisation_id", "connection", "started", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_exchange_organisation_id_started_id"), "exchange", ["organisation_id", "started", "id"], unique=False
    )
    op.create_table(
        "exchange_body",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "hash", name=op.f("pk_exchange_body")),
    )
    op.create_table(
        "intent",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection", sa.String(length=80), nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.Column("once_key", sa.String(length=200), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("problem_code", sa.String(length=80), nullable=True),
        sa.Column("exchange_id", sa.String(length=36), nullable=True),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=True),
        sa.Column("settled", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_intent")),
        sa.UniqueConstraint(
            "organisation_id",
            "connection",
            "operation",
            "once_key",
            name=op.f("uq_intent_organisation_id_connection_operation_once_key"),
        ),
    )
    op.create_table(
        "job_issue",
        sa.Column("key", sa.Text(), nullable=False, comment="of the failed job"),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("blame", sa.Text(), nullable=False),
        sa.Column("again", sa.Text(), nullable=False),
        sa.Column("say", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="open or resolved"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_job_issue")),
    )
    op.create_index(
        op.f("ix_job_issue_organisation_state_at"), "job_issue", ["organisation", "state", "at"], unique=False
    )
    op.create_table(
        "lease",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="vendor/connection/tier"),
        sa.Column("holder", sa.Text(), nullable=False, comment="the process; see holder.py"),
        sa.Column("granted_at", sa.BigInteger(), nullable=False, comment="clock time"),
        sa.Column("held_until", sa.BigInteger(), nullable=True, comment="real time; empty once the call was answered"),
        sa.Column("free_at", sa.BigInteger(), nullable=True, comment="clock time; empty while the call runs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
    )
    op.create_index(op.f("ix_lease_key"), "lease", ["key"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "resource",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("rtype", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "rtype", "id", name=op.f("pk_resource")),
    )
    op.create_index(
        op.f("ix_resource_organisation_id_rtype_updated_id"),
        "resource",
        ["organisation_id", "rtype", "updated", "id"],
        unique=False,
    )
    op.create_table(
        "resource_history",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("rtype", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "rtype", "id", "version", name=op.f("pk_resource_history")),
    )
    op.create_table(
        "resource_range",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("h", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "h", "id", name=op.f("pk_resource_range")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_resource_range_organisation_id_h_lo"), "resource_range", ["organisation_id", "h", "lo"], unique=False
    )
    op.create_table(
        "resource_token",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("h", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "h", "id", name=op.f("pk_resource_token")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "schedule",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("every_seconds", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("running", sa.Text(), nullable=True, comment="key of the job that was started and is not over"),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("last_started", sa.BigInteger(), nullable=True),
        sa.Column("last_finished", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation", "name", name=op.f("pk_schedule")),
    )
    op.create_index(op.f("ix_schedule_next_at"), "schedule", ["next_at"], unique=False)
    op.create_index(op.f("ix_schedule_running"), "schedule", ["running"], unique=False)
    op.create_table(
        "secret",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "name", name=op.f("pk_secret")),
    )
    op.create_table(
        "timer",
        sa.Column("key", sa.Text(), nullable=False, comment="of the job to come"),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_timer")),
    )
    op.create_index(op.f("ix_timer_due_at"), "timer", ["due_at"], unique=False)
    op.create_table(
        "worker",
        sa.Column("executor", sa.Text(), nullable=False, comment="host, process id and a random part"),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False, comment="real time of the last sign of life"),
        sa.PrimaryKeyConstraint("executor", name=op.f("pk_worker")),
    )
    op.create_table(
        "access_token",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.Column("revoked", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_access_token_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_access_token_hash")),
    )
    op.create_index(op.f("ix_access_token_organisation_id"), "access_token", ["organisation_id"], unique=False)
    op.create_table(
        "access_user",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_access_user_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_user")),
        sa.UniqueConstraint("email", name=op.f("uq_access_user_email")),
    )
    op.create_index(op.f("ix_access_user_organisation_id"), "access_user", ["organisation_id"], unique=False)
    op.create_table(
        "access_session",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["access_user.id"], name=op.f("fk_access_session_user_id_access_user")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_access_session")),
    )
    op.create_index(op.f("ix_access_session_user_id"), "access_session", ["user_id"], unique=False)
