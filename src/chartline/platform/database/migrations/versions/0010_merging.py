"""Merging: owners of fields for each connection, what a shadow was met with, decisions on whole records, quarantine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ID = sa.Uuid(as_uuid=False)
INSTANT = sa.BigInteger()
NAME = sa.String(64)
KIND = sa.String(16)


def upgrade() -> None:
    op.create_table(
        "sync_owner",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("connection", NAME, nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(10), nullable=False),
        sa.Column("changed", INSTANT, nullable=False),
        sa.Column("changed_by", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection", "kind", "field", name=op.f("pk_sync_owner")),
    )
    op.create_table(
        "sync_quarantine",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("connection", NAME, nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("field", NAME, nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("local_id", NAME, nullable=True),
        sa.Column("vendor_id", sa.String(120), nullable=True),
        sa.Column("exchange_id", NAME, nullable=True),
        sa.Column("first", INSTANT, nullable=False),
        sa.Column("closed", INSTANT, nullable=True),
        sa.Column("closed_by", sa.String(100), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_sync_quarantine")),
        sa.UniqueConstraint(
            "organisation_id",
            "connection",
            "kind",
            "field",
            "digest",
            name=op.f("uq_sync_quarantine_organisation_id_connection_kind_field_digest"),
        ),
    )
    op.add_column("shadow", sa.Column("version", sa.Integer(), nullable=True))
    op.add_column("shadow", sa.Column("asked", INSTANT, nullable=True))
    op.add_column("shadow", sa.Column("changed_at", INSTANT, nullable=True))
    op.add_column("sync_conflict", sa.Column("decision", ID, nullable=True))
    op.create_index(op.f("ix_sync_conflict_organisation_id_decision"), "sync_conflict", ["organisation_id", "decision"])
    if op.get_bind().dialect.name == "postgresql":
        for table in ("sync_owner", "sync_quarantine"):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY own_organisation ON {table} USING "
                "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
            )
