"""Bulk exports and imports: requests, their files, the sealed pieces of the files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "bulk_request",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("began", sa.BigInteger()),
        sa.Column("ended", sa.BigInteger()),
        sa.Column("expires", sa.BigInteger()),
        sa.Column("polled", sa.BigInteger()),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.Column("slice", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_bulk_request")),
    )
    op.create_index(op.f("ix_bulk_request_organisation_id_expires"), "bulk_request", ["organisation_id", "expires"])
    op.create_table(
        "bulk_file",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("request_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("section", sa.String(8), nullable=False),
        sa.Column("rtype", sa.String(64), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "request_id", "number", name=op.f("pk_bulk_file")),
    )
    op.create_table(
        "bulk_piece",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("request_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("piece", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "request_id", "number", "piece", name=op.f("pk_bulk_piece")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("bulk_request", "bulk_file", "bulk_piece"):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY own_organisation ON {table} USING "
                "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
            )
