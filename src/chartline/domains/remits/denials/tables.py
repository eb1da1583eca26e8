"""Denials and appeals: what payers refuse, by when something can be done about it, and what was done.

Amounts are minor units. Letters are sealed; reasons are codes.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

denial_table = sa.Table(
    "denial",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("claim_id", Id, nullable=False),
    sa.Column("claim_number", sa.String(20), nullable=False),
    sa.Column("payer_id", sa.String(40), nullable=False),
    sa.Column("payer_name", sa.String(120), nullable=False),
    sa.Column("remittance_id", Id, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("decided_on", sa.Date, nullable=False, comment="the day of the payer's decision"),
    sa.Column("appeal_by", sa.Date, nullable=False),
    sa.Column("follow_up", sa.Date),
    sa.Column("assignee", sa.String(80), nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False, comment="what the next step usually takes"),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("opened", Instant, nullable=False),
    sa.Column("updated", Instant, nullable=False),
    sa.Index(None, "organisation_id", "state"),
    sa.Index(None, "organisation_id", "claim_id"),
)

denial_event_table = sa.Table(
    "denial_event",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("denial_id", Id, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("codes", sa.JSON, nullable=False),
    sa.Column("source", sa.String(120), comment="the decision it comes from; once"),
    sa.Column("sealed", sa.LargeBinary, comment="what a person wrote"),
    sa.UniqueConstraint("organisation_id", "denial_id", "source"),
    sa.ForeignKeyConstraint(["organisation_id", "denial_id"], ["denial.organisation_id", "denial.id"]),
)

appeal_table = sa.Table(
    "appeal",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("denial_id", Id, nullable=False),
    sa.Column("claim_id", Id, nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("way", sa.String(10), nullable=False),
    sa.Column("reference", sa.String(60), nullable=False),
    sa.Column("written", Instant, nullable=False),
    sa.Column("sent_on", sa.Date),
    sa.Column("answer_by", sa.Date, comment="when the payer has to have answered"),
    sa.Column("decided_on", sa.Date),
    sa.Column("won", sa.BigInteger, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("organisation_id", "denial_id", "level"),
    sa.ForeignKeyConstraint(["organisation_id", "denial_id"], ["denial.organisation_id", "denial.id"]),
    sa.Index(None, "organisation_id", "state"),
)

payer_deadline_table = sa.Table(
    "payer_deadline",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("payer_id", sa.String(40), primary_key=True, comment="empty for all others"),
    sa.Column("appeal_days", sa.Integer, nullable=False),
    sa.Column("second_appeal_days", sa.Integer, nullable=False),
    sa.Column("answer_days", sa.Integer, nullable=False),
)
