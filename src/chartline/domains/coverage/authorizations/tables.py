"""The tables of the authorization aggregate. Typed texts and documents are sealed; codes, days and numbers are plain.

Events are append-only. A use belongs to one line of one claim, by primary key.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

prior_authorization_table = sa.Table(
    "prior_authorization",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("patient_id", sa.String(64), nullable=False),
    sa.Column("coverage_id", sa.String(64), nullable=False),
    sa.Column("payer_id", sa.String(40), nullable=False),
    sa.Column("payer_name", sa.String(120), nullable=False),
    sa.Column("provider_npi", sa.String(10), nullable=False),
    sa.Column("service_type", sa.String(4), nullable=False),
    sa.Column("urgency", sa.String(10), nullable=False),
    sa.Column("place_of_service", sa.String(2), nullable=False),
    sa.Column("diagnoses", sa.JSON, nullable=False),
    sa.Column("begin", sa.Date, nullable=False),
    sa.Column("end", sa.Date, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("route", sa.String(10), nullable=False),
    sa.Column("connection_id", sa.String(64), nullable=False),
    sa.Column("vendor_id", sa.String(120), nullable=False),
    sa.Column("number", sa.String(60), nullable=False),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    sa.Column("units_approved", sa.Integer),
    sa.Column("reason", sa.String(20), nullable=False),
    sa.Column("problem_code", sa.String(80), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("submitted", Instant),
    sa.Column("sync_until", Instant),
    sa.Column("synced", Instant),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("created", Instant, nullable=False),
    sa.Column("updated", Instant, nullable=False),
    sa.Column("note", sa.LargeBinary),
    sa.Index(None, "organisation_id", "patient_id", "created"),
    sa.Index(None, "organisation_id", "state", "updated"),
)

prior_authorization_line_table = sa.Table(
    "prior_authorization_line",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("authorization_id", Id, primary_key=True),
    sa.Column("line", sa.Integer, primary_key=True),
    sa.Column("procedure", sa.String(10), nullable=False),
    sa.Column("units", sa.Integer, nullable=False),
)

prior_authorization_event_table = sa.Table(
    "prior_authorization_event",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("authorization_id", Id, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("before", sa.String(16), nullable=False),
    sa.Column("after", sa.String(16), nullable=False),
    sa.Column("codes", sa.JSON, nullable=False),
    sa.Column("exchange_id", sa.String(64)),
    sa.Column("words", sa.LargeBinary),
)

prior_authorization_use_table = sa.Table(
    "prior_authorization_use",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("claim_id", Id, primary_key=True),
    sa.Column("line", sa.Integer, primary_key=True),
    sa.Column("authorization_id", Id, nullable=False),
    sa.Column("procedure", sa.String(10), nullable=False),
    sa.Column("units", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("given_back", Instant),
    sa.Index(None, "organisation_id", "authorization_id"),
)

prior_authorization_document_table = sa.Table(
    "prior_authorization_document",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("authorization_id", Id, nullable=False),
    sa.Column("code", sa.String(40), nullable=False),
    sa.Column("title", sa.LargeBinary, nullable=False),
    sa.Column("needed", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("media", sa.String(80), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", sa.String(80), nullable=False),
    sa.Index(None, "organisation_id", "authorization_id"),
)

authorization_template_table = sa.Table(
    "authorization_template",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("payer_id", sa.String(40), primary_key=True),
    sa.Column("procedure", sa.String(10), primary_key=True),
    sa.Column("items", sa.JSON, nullable=False),
    sa.Column("required", sa.Boolean, nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", sa.String(80), nullable=False),
)
