"""The tables of payers: directories as clearinghouses list them, our ids for theirs, enrolments. No patient values."""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

payer_directory_table = sa.Table(
    "payer_directory",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection_id", sa.String(64), primary_key=True),
    sa.Column("generation", sa.String(64), nullable=False),
    sa.Column("begun", Instant, nullable=False),
    sa.Column("finished", Instant),
    sa.Column("payers", sa.Integer, nullable=False),
    sa.Column("problem_code", sa.String(80), nullable=False),
)

payer_entry_table = sa.Table(
    "payer_entry",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection_id", sa.String(64), primary_key=True),
    sa.Column("payer_id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("services", sa.JSON, nullable=False),
    sa.Column("other_names", sa.JSON, nullable=False),
    sa.Column("enrollment_days", sa.Integer),
    sa.Column("generation", sa.String(64), nullable=False),
    sa.Index(None, "organisation_id", "payer_id"),
)

payer_word_table = sa.Table(
    "payer_word",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection_id", sa.String(64), primary_key=True),
    sa.Column("word", sa.String(40), primary_key=True),
    sa.Column("payer_id", sa.String(40), primary_key=True),
    sa.Index(None, "organisation_id", "word", "payer_id"),
    sa.Index(None, "organisation_id", "connection_id", "payer_id"),
)

payer_number_table = sa.Table(
    "payer_number",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("payer_id", sa.String(40), primary_key=True),
    sa.Column("connection_id", sa.String(64), primary_key=True),
    sa.Column("number", sa.String(40), nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", sa.String(80), nullable=False),
)

payer_enrollment_table = sa.Table(
    "payer_enrollment",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("connection_id", sa.String(64), nullable=False),
    sa.Column("payer_id", sa.String(40), nullable=False),
    sa.Column("payer_name", sa.String(200), nullable=False),
    sa.Column("service", sa.String(20), nullable=False),
    sa.Column("npi", sa.String(10), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("expected", sa.Date),
    sa.Column("updated", Instant, nullable=False),
    sa.UniqueConstraint("organisation_id", "connection_id", "payer_id", "service", "npi"),
    sa.Index(None, "organisation_id", "state"),
)

payer_enrollment_event_table = sa.Table(
    "payer_enrollment_event",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("enrollment_id", Id, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("before", sa.String(12), nullable=False),
    sa.Column("after", sa.String(12), nullable=False),
    sa.Column("happened", sa.String(60), nullable=False),
    sa.Column("source", sa.String(120)),
    sa.UniqueConstraint("organisation_id", "source"),
)
