"""The remittance aggregate's tables. Names and member ids are only in sealed columns; amounts are minor units with the
sign of the wire: a reversal is negative, and so is a payment that goes from the practice to the payer.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

remittance_table = sa.Table(
    "remittance",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("fingerprint", Id, nullable=False),
    sa.Column("payer_id", sa.String(80), nullable=False),
    sa.Column("payer_name", sa.String(120), nullable=False),
    sa.Column("trace", sa.String(80), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("method", sa.String(3), nullable=False),
    sa.Column("paid_on", sa.Date, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("claims", sa.Integer, nullable=False),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("received", Instant, nullable=False),
    sa.Column("posted", Instant),
    sa.UniqueConstraint("organisation_id", "fingerprint"),
    sa.Index(None, "organisation_id", "state"),
    sa.Index(None, "organisation_id", "paid_on"),
)

remittance_delivery_table = sa.Table(
    "remittance_delivery",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection", sa.String(80), primary_key=True),
    sa.Column("vendor_id", sa.String(80), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("remittance_id", Id, nullable=False),
    sa.ForeignKeyConstraint(["organisation_id", "remittance_id"], ["remittance.organisation_id", "remittance.id"]),
)

remittance_claim_table = sa.Table(
    "remittance_claim",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("remittance_id", Id, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("control_number", sa.String(60), nullable=False),
    sa.Column("status", sa.String(2), nullable=False),
    sa.Column("charged", sa.BigInteger, nullable=False),
    sa.Column("paid", sa.BigInteger, nullable=False),
    sa.Column("patient_responsibility", sa.BigInteger, nullable=False),
    sa.Column("denied", sa.BigInteger, nullable=False),
    sa.Column("payer_number", sa.String(60), nullable=False),
    sa.Column("claim_id", Id),
    sa.Column("match_reason", sa.String(30), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.ForeignKeyConstraint(["organisation_id", "remittance_id"], ["remittance.organisation_id", "remittance.id"]),
    sa.Index(None, "organisation_id", "claim_id"),
    sa.Index(None, "organisation_id", "state"),
)

remittance_event_table = sa.Table(
    "remittance_event",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("remittance_id", Id, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("codes", sa.JSON, nullable=False),
    sa.Column("exchange_id", sa.String(40)),
    sa.ForeignKeyConstraint(["organisation_id", "remittance_id"], ["remittance.organisation_id", "remittance.id"]),
)
