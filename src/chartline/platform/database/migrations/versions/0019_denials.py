"""Denials, appeals and their deadlines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

OWNED = ("denial", "denial_event", "appeal", "payer_deadline")
"""Tables with rows of organisations."""


def upgrade() -> None:
    op.create_table(
        "denial",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("claim_number", sa.String(20), nullable=False),
        sa.Column("payer_id", sa.String(40), nullable=False),
        sa.Column("payer_name", sa.String(120), nullable=False),
        sa.Column("remittance_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False, comment="the day of the payer's decision"),
        sa.Column("appeal_by", sa.Date(), nullable=False),
        sa.Column("follow_up", sa.Date(), nullable=True),
        sa.Column("assignee", sa.String(80), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False, comment="what the next step usually takes"),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_denial")),
    )
    op.create_index(op.f("ix_denial_organisation_id_state"), "denial", ["organisation_id", "state"])
    op.create_index(op.f("ix_denial_organisation_id_claim_id"), "denial", ["organisation_id", "claim_id"])
    op.create_table(
        "denial_event",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("denial_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(120), nullable=True, comment="the decision it comes from; once"),
        sa.Column("sealed", sa.LargeBinary(), nullable=True, comment="what a person wrote"),
        sa.PrimaryKeyConstraint("organisation_id", "denial_id", "seq", name=op.f("pk_denial_event")),
        sa.UniqueConstraint(
            "organisation_id", "denial_id", "source", name=op.f("uq_denial_event_organisation_id_denial_id_source")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "denial_id"],
            ["denial.organisation_id", "denial.id"],
            name=op.f("fk_denial_event_organisation_id_denial_id_denial"),
        ),
    )
    op.create_table(
        "appeal",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("denial_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("reference", sa.String(60), nullable=False),
        sa.Column("written", sa.BigInteger(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True, comment="when the payer has to have answered"),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("won", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_appeal")),
        sa.UniqueConstraint(
            "organisation_id", "denial_id", "level", name=op.f("uq_appeal_organisation_id_denial_id_level")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "denial_id"],
            ["denial.organisation_id", "denial.id"],
            name=op.f("fk_appeal_organisation_id_denial_id_denial"),
        ),
    )
    op.create_index(op.f("ix_appeal_organisation_id_state"), "appeal", ["organisation_id", "state"])
    op.create_table(
        "payer_deadline",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("payer_id", sa.String(40), nullable=False, comment="empty for all others"),
        sa.Column("appeal_days", sa.Integer(), nullable=False),
        sa.Column("second_appeal_days", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "payer_id", name=op.f("pk_payer_deadline")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY own_organisation ON {table} USING "
                "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
            )
