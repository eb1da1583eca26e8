"""The claim aggregate's tables. Patient texts are only in sealed columns; amounts are minor units of US dollars."""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

claim_table = sa.Table(
    "claim",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(20), nullable=False),
    sa.Column("encounter_id", Id, nullable=False),
    sa.Column("kind", sa.String(15), nullable=False),
    sa.Column("payer_order", sa.Integer, nullable=False),
    sa.Column("primary_claim_id", Id),
    sa.Column("source", sa.String(12), nullable=False),
    sa.Column("patient_id", Id, nullable=False),
    sa.Column("coverage_id", Id, nullable=False),
    sa.Column("payer_id", sa.String(40), nullable=False),
    sa.Column("payer_name", sa.String(120), nullable=False),
    sa.Column("billing_npi", sa.String(10), nullable=False),
    sa.Column("rendering_npi", sa.String(10), nullable=False),
    sa.Column("place_of_service", sa.String(2), nullable=False),
    sa.Column("service_date", sa.Date, nullable=False),
    sa.Column("filing_deadline", sa.Date),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("frequency", sa.String(1), nullable=False),
    sa.Column("payer_number", sa.String(60), nullable=False),
    sa.Column("vendor_claim_id", sa.String(60), nullable=False),
    sa.Column("work_axis", sa.String(20), nullable=False),
    sa.Column("submission_axis", sa.String(20), nullable=False),
    sa.Column("adjudication_axis", sa.String(20), nullable=False),
    sa.Column("hold_reason", sa.String(80), nullable=False),
    sa.Column("closed_reason", sa.String(40), nullable=False),
    sa.Column("paid", sa.BigInteger, nullable=False),
    sa.Column("patient_responsibility", sa.BigInteger, nullable=False),
    sa.Column("adjusted", sa.BigInteger, nullable=False),
    sa.Column("denied", sa.BigInteger, nullable=False),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("submitted", Instant),
    sa.Column("created", Instant, nullable=False),
    sa.Column("updated", Instant, nullable=False),
    sa.UniqueConstraint("organisation_id", "number"),
    sa.UniqueConstraint("organisation_id", "encounter_id", "payer_order"),
    sa.Index(None, "organisation_id", "primary_claim_id"),
    sa.Index(None, "organisation_id", "service_date", "id"),
    sa.Index(None, "organisation_id", "rendering_npi", "service_date"),
    sa.Index(None, "organisation_id", "patient_id", "service_date"),
    sa.Index(None, "organisation_id", "vendor_claim_id"),
    sa.Index(None, "organisation_id", "payer_number"),
    sa.Index(None, "organisation_id", "work_axis", "submission_axis", "adjudication_axis"),
)

claim_line_table = sa.Table(
    "claim_line",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("claim_id", Id, primary_key=True),
    sa.Column("line", sa.Integer, primary_key=True),
    sa.Column("control", sa.String(12), nullable=False),
    sa.Column("procedure", sa.String(10), nullable=False),
    sa.Column("revenue_code", sa.String(4), nullable=False),
    sa.Column("modifiers", sa.String(20), nullable=False),
    sa.Column("units", sa.Integer, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("pointers", sa.String(40), nullable=False),
    sa.Column("service_date", sa.Date, nullable=False),
    sa.ForeignKeyConstraint(["organisation_id", "claim_id"], ["claim.organisation_id", "claim.id"]),
    sa.Index(None, "organisation_id", "control"),
)

claim_copy_table = sa.Table(
    "claim_copy",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("claim_id", Id, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.ForeignKeyConstraint(["organisation_id", "claim_id"], ["claim.organisation_id", "claim.id"]),
)

claim_event_table = sa.Table(
    "claim_event",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("claim_id", Id, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("axis", sa.String(20), nullable=False),
    sa.Column("before", sa.String(20), nullable=False),
    sa.Column("after", sa.String(20), nullable=False),
    sa.Column("codes", sa.JSON, nullable=False),
    sa.Column("source", sa.String(120)),
    sa.Column("exchange_id", sa.String(40)),
    sa.Column("sealed", sa.LargeBinary),
    sa.UniqueConstraint("organisation_id", "claim_id", "source"),
    sa.Index(None, "organisation_id", "kind", "at", "claim_id"),
    sa.ForeignKeyConstraint(["organisation_id", "claim_id"], ["claim.organisation_id", "claim.id"]),
)

claim_file_table = sa.Table(
    "claim_file",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("kind", sa.String(15), nullable=False),
    sa.Column("control", sa.Integer, nullable=False),
    sa.Column("built", Instant, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("organisation_id", "name"),
)

claim_file_item_table = sa.Table(
    "claim_file_item",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("claim_id", Id, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("file_id", Id, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("reference", sa.String(40), nullable=False),
    sa.ForeignKeyConstraint(["organisation_id", "file_id"], ["claim_file.organisation_id", "claim_file.id"]),
    sa.ForeignKeyConstraint(["organisation_id", "claim_id"], ["claim.organisation_id", "claim.id"]),
    sa.Index(None, "organisation_id", "file_id"),
)

claim_tag_table = sa.Table(
    "claim_tag",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("claim_id", Id, primary_key=True),
    sa.Column("tag", sa.String(30), primary_key=True),
    sa.ForeignKeyConstraint(["organisation_id", "claim_id"], ["claim.organisation_id", "claim.id"]),
    sa.Index(None, "organisation_id", "tag"),
)

claim_setting_table = sa.Table(
    "claim_setting",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("next_payer_by_itself", sa.Boolean, nullable=False),
)

stray_report_table = sa.Table(
    "stray_report",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("reference", sa.String(60), nullable=False),
    sa.Column("control_number", sa.String(60), nullable=False),
    sa.Column("vendor_id", sa.String(60), nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("codes", sa.JSON, nullable=False),
)

number_series_table = sa.Table(
    "number_series",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
