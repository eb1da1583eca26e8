"""The journal's two tables. Amounts are signed minor units: debit positive, credit negative."""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.audit.append_only import protect_tables
from chartline.platform.database import Id, Instant, metadata

entry_table = sa.Table(
    "entry",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("effective", sa.Date, nullable=False),
    sa.Column("posted", Instant, nullable=False),
    sa.Column("source_key", sa.String(120), nullable=False),
    sa.Column("claim_id", Id),
    sa.Column("encounter_id", Id),
    sa.Column("patient_id", Id),
    sa.Column("remittance_id", Id),
    sa.Column("memo", sa.String(40), nullable=False),
    sa.UniqueConstraint("organisation_id", "source_key"),
    sa.Index(None, "organisation_id", "claim_id"),
    sa.Index(None, "organisation_id", "patient_id"),
    sa.Index(None, "organisation_id", "remittance_id"),
    sa.Index(None, "organisation_id", "effective"),
)

entry_line_table = sa.Table(
    "entry_line",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("entry_id", Id, primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("code", sa.String(20), nullable=False),
    sa.ForeignKeyConstraint(["organisation_id", "entry_id"], ["entry.organisation_id", "entry.id"]),
    sa.Index(None, "organisation_id", "account"),
)


def protect(connection: sa.Connection) -> None:
    """Make the journal append-only by triggers; for the migration that creates the tables."""
    protect_tables(connection, (entry_table, entry_line_table))
