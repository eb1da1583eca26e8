"""Posting in parts, undoing, and how far each payer is trusted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

OWNED = ("provider_adjustment", "payer_trust", "remittance_upload", "remittance_piece")
"""Tables with rows of organisations."""


def upgrade() -> None:
    _remittance()
    _tables()
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY own_organisation ON {table} USING "
                "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
            )


def _remittance() -> None:
    """How far each piece of work on a remittance has got; what was posted in one piece is through."""
    with op.batch_alter_table("remittance") as table:
        for name in ("charged_total", "paid_total"):
            table.add_column(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("content", sa.LargeBinary(), nullable=True))
        for name, default in (("stored_to", "0"), ("posted_to", "0"), ("published_to", "0"), ("generation", "1")):
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=default))
    op.create_index(op.f("ix_remittance_organisation_id_trace"), "remittance", ["organisation_id", "trace"])
    op.create_index(op.f("ix_remittance_organisation_id_content"), "remittance", ["organisation_id", "content"])
    op.add_column("remittance_claim", sa.Column("moves", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("remittance_claim", sa.Column("patient_id", sa.Uuid(as_uuid=False), nullable=True))
    sums = "(SELECT COALESCE(SUM(c.{0}), 0) FROM remittance_claim c WHERE c.remittance_id = remittance.id)"
    # A table owner does not see the rows of others while row-level security is forced.
    guarded = op.get_bind().dialect.name == "postgresql"
    for table in ("remittance", "remittance_claim") if guarded else ():
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE remittance SET stored_to = claims, "
        "posted_to = CASE WHEN state = 'posted' THEN claims ELSE 0 END, "
        "published_to = CASE WHEN state = 'posted' THEN claims ELSE 0 END, "
        f"charged_total = {sums.format('charged')}, paid_total = {sums.format('paid')}"
    )
    for table in ("remittance", "remittance_claim") if guarded else ():
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _tables() -> None:
    op.create_table(
        "provider_adjustment",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("remittance_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("payer_id", sa.String(80), nullable=False),
        sa.Column("payer_name", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="the payer's reference"),
        sa.PrimaryKeyConstraint("organisation_id", "remittance_id", "number", name=op.f("pk_provider_adjustment")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "remittance_id"],
            ["remittance.organisation_id", "remittance.id"],
            name=op.f("fk_provider_adjustment_organisation_id_remittance"),
        ),
    )
    for columns in (["payer_id", "effective"], ["claim_id"]):
        name = f"ix_provider_adjustment_organisation_id_{'_'.join(columns)}"
        op.create_index(op.f(name), "provider_adjustment", ["organisation_id", *columns])
    op.create_table(
        "payer_trust",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("payer_id", sa.String(80), nullable=False, comment="empty for all payers without an own one"),
        sa.Column("trust", sa.String(10), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "payer_id", name=op.f("pk_payer_trust")),
    )
    op.create_table(
        "remittance_upload",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("remittances", sa.JSON(), nullable=False),
        sa.Column("problem", sa.String(60), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_remittance_upload")),
    )
    op.create_index(
        op.f("ix_remittance_upload_organisation_id_digest"), "remittance_upload", ["organisation_id", "digest"]
    )
    op.create_table(
        "remittance_piece",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("upload_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "upload_id", "place", name=op.f("pk_remittance_piece")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "upload_id"],
            ["remittance_upload.organisation_id", "remittance_upload.id"],
            name=op.f("fk_remittance_piece_organisation_id_remittance_upload"),
        ),
    )
