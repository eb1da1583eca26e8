"""What a claim is of, beside whose: kind, order, source, billing and rendering provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

OWNED = ("claim_tag", "claim_setting")
"""Tables with rows of organisations."""


def upgrade() -> None:
    with op.batch_alter_table("claim") as batch:
        batch.add_column(sa.Column("kind", sa.String(15), nullable=False, server_default="professional"))
        batch.add_column(sa.Column("payer_order", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("primary_claim_id", sa.Uuid(as_uuid=False), nullable=True))
        batch.add_column(sa.Column("source", sa.String(12), nullable=False, server_default="visit"))
        batch.add_column(sa.Column("billing_npi", sa.String(10), nullable=False, server_default=""))
        batch.add_column(sa.Column("rendering_npi", sa.String(10), nullable=False, server_default=""))
        batch.add_column(sa.Column("place_of_service", sa.String(2), nullable=False, server_default=""))
        batch.add_column(sa.Column("hold_reason", sa.String(80), nullable=False, server_default=""))
        batch.add_column(sa.Column("filing_deadline", sa.Date(), nullable=True))
        batch.add_column(sa.Column("closed_reason", sa.String(40), nullable=False, server_default=""))
        batch.drop_constraint("uq_claim_organisation_id_encounter_id", type_="unique")
        batch.create_unique_constraint(
            "uq_claim_organisation_id_encounter_id_payer_order", ["organisation_id", "encounter_id", "payer_order"]
        )
    for columns in (["primary_claim_id"], ["service_date", "id"], ["rendering_npi", "service_date"]):
        name = "_".join(["ix_claim_organisation_id", *columns])
        op.create_index(op.f(name), "claim", ["organisation_id", *columns])
    op.add_column("claim_line", sa.Column("revenue_code", sa.String(4), nullable=False, server_default=""))
    op.add_column("claim_file", sa.Column("kind", sa.String(15), nullable=False, server_default="professional"))
    op.create_table(
        "claim_tag",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("tag", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "claim_id", "tag", name=op.f("pk_claim_tag")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "claim_id"],
            ["claim.organisation_id", "claim.id"],
            name=op.f("fk_claim_tag_organisation_id_claim_id_claim"),
        ),
    )
    op.create_index(op.f("ix_claim_tag_organisation_id_tag"), "claim_tag", ["organisation_id", "tag"])
    op.create_table(
        "claim_setting",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("next_payer_by_itself", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_claim_setting")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY own_organisation ON {table} USING "
                "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
            )
