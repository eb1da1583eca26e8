"""Publications that are due, routes of claims, states of connections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

OWNED = ("publication_due", "connection_health", "payer_connection")
"""Tables with rows of organisations."""


def upgrade() -> None:
    op.create_table(
        "publication_due",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "kind", "subject", name=op.f("pk_publication_due")),
    )
    op.create_table(
        "connection_health",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False, comment="calls in a row without an answer"),
        sa.Column("closed_until", sa.BigInteger(), nullable=True, comment="nothing is sent before"),
        sa.Column("answered", sa.BigInteger(), nullable=True, comment="the last answer, exact to a minute"),
        sa.Column("failed", sa.BigInteger(), nullable=True, comment="the last call without an answer"),
        sa.Column("problem", sa.String(64), nullable=False, comment="code of the last failure"),
        sa.PrimaryKeyConstraint("organisation_id", "connection", name=op.f("pk_connection_health")),
    )
    op.create_table(
        "payer_connection",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("payer_id", sa.String(40), nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("connection", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "payer_id", "service", name=op.f("pk_payer_connection")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY own_organisation ON {table} USING "
                "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
            )
