"""The tables of the journal and of its closed days. Amounts are signed minor units: debit positive, credit negative.

An entry stands in the books on its effective day, or on the day in ``booked`` when its own day was closed already.
"""

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
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("booked", sa.Date),
    sa.UniqueConstraint("organisation_id", "source_key"),
    sa.Index(None, "organisation_id", "claim_id"),
    sa.Index(None, "organisation_id", "patient_id"),
    sa.Index(None, "organisation_id", "remittance_id"),
    sa.Index(None, "organisation_id", "effective"),
    sa.Index(None, "organisation_id", "booked"),
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
    # No more columns: with the amount in it, SQLite reads this whole index where lines of few entries are wanted.
    sa.Index(None, "organisation_id", "account", "entry_id"),
)

ledger_closing_table = sa.Table(
    "ledger_closing",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("sheet", sa.JSON, nullable=False),
    sa.Column("closed", Instant, nullable=False),
    sa.Column("closed_by", sa.String(80), nullable=False),
    sa.Column("reopened", Instant),
    sa.Column("reopened_by", sa.String(80)),
    sa.Column("reason", sa.String(200)),
    sa.Index(None, "organisation_id", "day"),
)

account_number_table = sa.Table(
    "account_number",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("number", sa.String(20), nullable=False),
    sa.Column("title", sa.String(80), nullable=False),
)


def protect(connection: sa.Connection) -> None:
    """Make the journal append-only by triggers; for the migration that creates the tables."""
    protect_tables(connection, (entry_table, entry_line_table))
