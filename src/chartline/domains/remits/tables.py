"""The remittance aggregate's tables. Names and member ids are only in sealed columns; amounts are minor units with the
sign of the wire: a reversal is negative, and so is a payment that goes from the practice to the payer.

``stored_to``, ``posted_to`` and ``published_to`` are places of claims: how far each piece of work on a large remittance
has got. ``generation`` counts postings, the one after an undo is the second. ``content`` is a keyed hash of what the
payer decided. ``moves`` counts what people moved of a claim's money after it was posted.
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
    sa.Column("charged_total", sa.BigInteger, nullable=False),
    sa.Column("paid_total", sa.BigInteger, nullable=False),
    sa.Column("content", sa.LargeBinary),
    sa.Column("stored_to", sa.Integer, nullable=False),
    sa.Column("posted_to", sa.Integer, nullable=False),
    sa.Column("published_to", sa.Integer, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("received", Instant, nullable=False),
    sa.Column("posted", Instant),
    sa.UniqueConstraint("organisation_id", "fingerprint"),
    sa.Index(None, "organisation_id", "state"),
    sa.Index(None, "organisation_id", "trace"),
    sa.Index(None, "organisation_id", "content"),
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
    sa.Column("moves", sa.Integer, nullable=False),
    sa.Column("patient_id", Id),
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

provider_adjustment_table = sa.Table(
    "provider_adjustment",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("remittance_id", Id, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("payer_id", sa.String(80), nullable=False),
    sa.Column("payer_name", sa.String(120), nullable=False),
    sa.Column("reason", sa.String(3), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("effective", sa.Date, nullable=False),
    sa.Column("claim_id", Id),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="the payer's reference"),
    sa.ForeignKeyConstraint(["organisation_id", "remittance_id"], ["remittance.organisation_id", "remittance.id"]),
    sa.Index(None, "organisation_id", "payer_id", "effective"),
    sa.Index(None, "organisation_id", "claim_id"),
)

payer_trust_table = sa.Table(
    "payer_trust",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("payer_id", sa.String(80), primary_key=True, comment="empty for all payers without an own one"),
    sa.Column("trust", sa.String(10), nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
)

remittance_upload_table = sa.Table(
    "remittance_upload",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("pieces", sa.Integer, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("remittances", sa.JSON, nullable=False),
    sa.Column("problem", sa.String(60), nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("received", Instant, nullable=False),
    sa.Index(None, "organisation_id", "digest"),
)

remittance_piece_table = sa.Table(
    "remittance_piece",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("upload_id", Id, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.ForeignKeyConstraint(
        ["organisation_id", "upload_id"], ["remittance_upload.organisation_id", "remittance_upload.id"]
    ),
)
