"""What reports read: the lines of an account by their entries, and the digests that were kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    # With the account alone, SQLite reads all lines of the account for each entry it looks at; with the amount in it as
    # well, it reads the whole index where it should read the lines of few entries.
    op.drop_index(op.f("ix_entry_line_organisation_id_account"), "entry_line")
    op.create_index(
        op.f("ix_entry_line_organisation_id_account_entry_id"),
        "entry_line",
        ["organisation_id", "account", "entry_id"],
    )
    op.create_table(
        "digest",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "week", name=op.f("pk_digest")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE digest ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE digest FORCE ROW LEVEL SECURITY")
        op.execute(
            "CREATE POLICY own_organisation ON digest USING "
            "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
        )
