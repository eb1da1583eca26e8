"""Failed jobs in groups, what an unsettled write said, and questions about charges that stand at a vendor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column(
        "job_issue",
        sa.Column(
            "connection", sa.Text(), nullable=False, server_default="", comment="that the job worked with, if any"
        ),
    )
    op.add_column(
        "job_issue",
        sa.Column("times", sa.Integer(), nullable=False, server_default="1", comment="how often it failed so"),
    )
    op.add_column("job_issue", sa.Column("first_at", sa.BigInteger(), nullable=True))
    op.add_column("job_issue", sa.Column("schedule", sa.Text(), nullable=True, comment="that started the job"))
    op.add_column(
        "job_issue",
        sa.Column(
            "goes_on", sa.Boolean(), nullable=False, server_default=sa.false(), comment="it is tried again by itself"
        ),
    )
    op.create_index(op.f("ix_job_issue_organisation_schedule"), "job_issue", ["organisation", "schedule"])
    op.add_column("intent", sa.Column("content", sa.LargeBinary(), nullable=True))
    op.create_table(
        "charge_question",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("encounter_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("appointment_id", sa.String(64), nullable=False),
        sa.Column("connection", sa.String(64), nullable=False),
        sa.Column("theirs", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("choice", sa.String(10), nullable=True),
        sa.Column("decided", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "encounter_id", name=op.f("pk_charge_question")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE charge_question ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE charge_question FORCE ROW LEVEL SECURITY")
        op.execute(
            "CREATE POLICY own_organisation ON charge_question USING "
            "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
        )
