"""Leases know their weight and when they were answered, because several limits can hold at once; who waits is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    # A row that was free at a moment now counts for a period from that moment on: longer than it must, never shorter.
    with op.batch_alter_table("lease") as batch:
        batch.alter_column("free_at", new_column_name="answered_at", comment="clock time; empty while the call runs")
        batch.add_column(
            sa.Column(
                "weight",
                sa.Integer(),
                nullable=False,
                server_default="1",
                comment="what the call counts; several calls in a merged row",
            )
        )
    with op.batch_alter_table("lease") as batch:
        batch.alter_column("weight", server_default=None)
    op.create_table(
        "lease_queue",
        sa.Column("key", sa.Text(), nullable=False, comment="vendor/connection/tier"),
        sa.Column("limiter", sa.Uuid(as_uuid=False), nullable=False, comment="the limiter of one process"),
        sa.Column("callers", sa.Integer(), nullable=False, comment="how many wait there for a call"),
        sa.Column(
            "seen_at", sa.BigInteger(), nullable=False, comment="real time of this count; an old one means nothing"
        ),
        sa.PrimaryKeyConstraint("key", "limiter", name=op.f("pk_lease_queue")),
    )
