"""The tables of the practice and its money: coverage, claims, remittances, ledger, sync."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "charge",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("encounter_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("procedure", sa.String(length=5), nullable=False),
        sa.Column("modifiers", sa.String(length=20), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("diagnoses", sa.String(length=100), nullable=False),
        sa.Column("place_of_service", sa.String(length=2), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("captured_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_charge")),
        sa.UniqueConstraint(
            "organisation_id", "encounter_id", "line", name=op.f("uq_charge_organisation_id_encounter_id_line")
        ),
    )
    op.create_table(
        "claim",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("encounter_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("patient_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("coverage_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("payer_id", sa.String(length=40), nullable=False),
        sa.Column("payer_name", sa.String(length=120), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("frequency", sa.String(length=1), nullable=False),
        sa.Column("payer_number", sa.String(length=60), nullable=False),
        sa.Column("vendor_claim_id", sa.String(length=60), nullable=False),
        sa.Column("work_axis", sa.String(length=20), nullable=False),
        sa.Column("submission_axis", sa.String(length=20), nullable=False),
        sa.Column("adjudication_axis", sa.String(length=20), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("patient_responsibility", sa.BigInteger(), nullable=False),
        sa.Column("adjusted", sa.BigInteger(), nullable=False),
        sa.Column("denied", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("submitted", sa.BigInteger(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_claim")),
        sa.UniqueConstraint("organisation_id", "encounter_id", name=op.f("uq_claim_organisation_id_encounter_id")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_claim_organisation_id_number")),
    )
    op.create_index(
        op.f("ix_claim_organisation_id_patient_id_service_date"),
        "claim",
        ["organisation_id", "patient_id", "service_date"],
        unique=False,
    )
    op.create_index(
        op.f("ix_claim_organisation_id_payer_number"), "claim", ["organisation_id", "payer_number"], unique=False
    )
    op.create_index(
        op.f("ix_claim_organisation_id_vendor_claim_id"), "claim", ["organisation_id", "vendor_claim_id"], unique=False
    )
    op.create_index(
        op.f("ix_claim_organisation_id_work_axis_submission_axis_adjudication_axis"),
        "claim",
        ["organisation_id", "work_axis", "submission_axis", "adjudication_axis"],
        unique=False,
    )
    op.create_table(
        "claim_file",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("control", sa.Integer(), nullable=False),
        sa.Column("built", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_claim_file")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_claim_file_organisation_id_name")),
    )
    op.create_table(
        "code",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("begin_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "system", "code", name=op.f("pk_code")),
    )
    op.create_index(
        op.f("ix_code_organisation_id_system_scope"), "code", ["organisation_id", "system", "scope"], unique=False
    )
    op.create_table(
        "eligibility_check",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("coverage_id", sa.String(length=64), nullable=False),
        sa.Column("appointment_id", sa.String(length=64), nullable=True),
        sa.Column("payer_id", sa.String(length=20), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("service_type", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.BigInteger(), nullable=True),
        sa.Column("plan_name", sa.String(length=120), nullable=False),
        sa.Column("copay", sa.BigInteger(), nullable=True),
        sa.Column("deductible", sa.BigInteger(), nullable=True),
        sa.Column("deductible_left", sa.BigInteger(), nullable=True),
        sa.Column("out_of_pocket", sa.BigInteger(), nullable=True),
        sa.Column("out_of_pocket_left", sa.BigInteger(), nullable=True),
        sa.Column("coinsurance", sa.String(length=20), nullable=False),
        sa.Column("vendor_id", sa.String(length=64), nullable=False),
        sa.Column("problem_code", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("exchange_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_eligibility_check")),
    )
    op.create_index(
        op.f("ix_eligibility_check_organisation_id_appointment_id"),
        "eligibility_check",
        ["organisation_id", "appointment_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_eligibility_check_organisation_id_coverage_id_service_date"),
        "eligibility_check",
        ["organisation_id", "coverage_id", "service_date"],
        unique=False,
    )
    op.create_index(
        op.f("ix_eligibility_check_organisation_id_service_date_state"),
        "eligibility_check",
        ["organisation_id", "service_date", "state"],
        unique=False,
    )
    op.create_table(
        "entry",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("posted", sa.BigInteger(), nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("encounter_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("patient_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("remittance_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("memo", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_entry")),
        sa.UniqueConstraint("organisation_id", "source_key", name=op.f("uq_entry_organisation_id_source_key")),
    )
    op.create_index(op.f("ix_entry_organisation_id_claim_id"), "entry", ["organisation_id", "claim_id"], unique=False)
    op.create_index(op.f("ix_entry_organisation_id_effective"), "entry", ["organisation_id", "effective"], unique=False)
    op.create_index(
        op.f("ix_entry_organisation_id_patient_id"), "entry", ["organisation_id", "patient_id"], unique=False
    )
    op.create_index(
        op.f("ix_entry_organisation_id_remittance_id"), "entry", ["organisation_id", "remittance_id"], unique=False
    )
    op.create_table(
        "fee",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("procedure", sa.String(length=5), nullable=False),
        sa.Column("payer_id", sa.String(length=20), nullable=False),
        sa.Column("begin_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "procedure", "payer_id", "begin_date", name=op.f("pk_fee")),
    )
    op.create_table(
        "number_series",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "name", name=op.f("pk_number_series")),
    )
    op.create_table(
        "payer_route",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("payer_id", sa.String(length=20), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "payer_id", name=op.f("pk_payer_route")),
    )
    op.create_table(
        "practice",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("npi", sa.String(length=10), nullable=False),
        sa.Column("tax_id", sa.String(length=9), nullable=False),
        sa.Column("taxonomy", sa.String(length=10), nullable=False),
        sa.Column("street", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("city", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("postal_code", sa.String(length=10), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("contact", sa.String(length=60), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("default_route", sa.String(length=20), nullable=False),
        sa.Column("filing_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_practice")),
    )
    op.create_table(
        "provider",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("npi", sa.String(length=10), nullable=False),
        sa.Column("family", sa.String(length=60), nullable=False),
        sa.Column("given", sa.String(length=60), nullable=False),
        sa.Column("middle", sa.String(length=60), nullable=False),
        sa.Column("taxonomy", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_provider")),
        sa.UniqueConstraint("organisation_id", "npi", name=op.f("uq_provider_organisation_id_npi")),
    )
    op.create_table(
        "remittance",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("fingerprint", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("payer_id", sa.String(length=80), nullable=False),
        sa.Column("payer_name", sa.String(length=120), nullable=False),
        sa.Column("trace", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=3), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("posted", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_remittance")),
        sa.UniqueConstraint("organisation_id", "fingerprint", name=op.f("uq_remittance_organisation_id_fingerprint")),
    )
    op.create_index(
        op.f("ix_remittance_organisation_id_paid_on"), "remittance", ["organisation_id", "paid_on"], unique=False
    )
    op.create_index(
        op.f("ix_remittance_organisation_id_state"), "remittance", ["organisation_id", "state"], unique=False
    )
    op.create_table(
        "shadow",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("local_id", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.BigInteger(), nullable=False),
        sa.Column("agreed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection", "kind", "local_id", name=op.f("pk_shadow")),
    )
    op.create_table(
        "stray_report",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("control_number", sa.String(length=60), nullable=False),
        sa.Column("vendor_id", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_stray_report")),
    )
    op.create_table(
        "sync_change",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("local_id", sa.String(length=64), nullable=False),
        sa.Column("token", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection", "kind", "local_id", name=op.f("pk_sync_change")),
    )
    op.create_index(
        op.f("ix_sync_change_organisation_id_connection_kind_token"),
        "sync_change",
        ["organisation_id", "connection", "kind", "token"],
        unique=False,
    )
    op.create_table(
        "sync_conflict",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("local_id", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.Column("choice", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_sync_conflict")),
    )
    op.create_index(
        op.f("ix_sync_conflict_organisation_id_connection_kind_local_id_field"),
        "sync_conflict",
        ["organisation_id", "connection", "kind", "local_id", "field"],
        unique=False,
    )
    op.create_index(
        op.f("ix_sync_conflict_organisation_id_state_id"),
        "sync_conflict",
        ["organisation_id", "state", "id"],
        unique=False,
    )
    op.create_table(
        "sync_cursor",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("feed", sa.String(length=64), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection", "feed", name=op.f("pk_sync_cursor")),
    )
    op.create_table(
        "sync_event",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("local_id", sa.String(length=64), nullable=True),
        sa.Column("vendor_id", sa.String(length=120), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("exchange_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_sync_event")),
    )
    op.create_index(op.f("ix_sync_event_organisation_id_at"), "sync_event", ["organisation_id", "at"], unique=False)
    op.create_table(
        "sync_follower",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection", "kind", name=op.f("pk_sync_follower")),
    )
    op.create_table(
        "vendor_link",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("vendor_id", sa.String(length=120), nullable=False),
        sa.Column("local_id", sa.String(length=64), nullable=False),
        sa.Column("linked", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection", "kind", "vendor_id", name=op.f("pk_vendor_link")),
        sa.UniqueConstraint(
            "organisation_id",
            "connection",
            "kind",
            "local_id",
            name=op.f("uq_vendor_link_organisation_id_connection_kind_local_id"),
        ),
    )
    op.create_table(
        "visit_billing",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("encounter_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("decided", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "encounter_id", name=op.f("pk_visit_billing")),
    )
    op.create_table(
        "claim_copy",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "claim_id"],
            ["claim.organisation_id", "claim.id"],
            name=op.f("fk_claim_copy_organisation_id_claim_id_claim"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "claim_id", "version", name=op.f("pk_claim_copy")),
    )
    op.create_table(
        "claim_event",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("axis", sa.String(length=20), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=False),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.Column("exchange_id", sa.String(length=40), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "claim_id"],
            ["claim.organisation_id", "claim.id"],
            name=op.f("fk_claim_event_organisation_id_claim_id_claim"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "claim_id", "seq", name=op.f("pk_claim_event")),
        sa.UniqueConstraint(
            "organisation_id", "claim_id", "source", name=op.f("uq_claim_event_organisation_id_claim_id_source")
        ),
    )
    op.create_table(
        "claim_file_item",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "claim_id"],
            ["claim.organisation_id", "claim.id"],
            name=op.f("fk_claim_file_item_organisation_id_claim_id_claim"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "file_id"],
            ["claim_file.organisation_id", "claim_file.id"],
            name=op.f("fk_claim_file_item_organisation_id_file_id_claim_file"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "claim_id", "version", name=op.f("pk_claim_file_item")),
    )
    op.create_index(
        op.f("ix_claim_file_item_organisation_id_file_id"),
        "claim_file_item",
        ["organisation_id", "file_id"],
        unique=False,
    )
    op.create_table(
        "claim_line",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("control", sa.String(length=12), nullable=False),
        sa.Column("procedure", sa.String(length=10), nullable=False),
        sa.Column("modifiers", sa.String(length=20), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("pointers", sa.String(length=40), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "claim_id"],
            ["claim.organisation_id", "claim.id"],
            name=op.f("fk_claim_line_organisation_id_claim_id_claim"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "claim_id", "line", name=op.f("pk_claim_line")),
    )
    op.create_index(
        op.f("ix_claim_line_organisation_id_control"), "claim_line", ["organisation_id", "control"], unique=False
    )
    op.create_table(
        "entry_line",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("entry_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "entry_id"],
            ["entry.organisation_id", "entry.id"],
            name=op.f("fk_entry_line_organisation_id_entry_id_entry"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "entry_id", "ordinal", name=op.f("pk_entry_line")),
    )
    op.create_index(
        op.f("ix_entry_line_organisation_id_account"), "entry_line", ["organisation_id", "account"], unique=False
    )
    op.create_table(
        "remittance_claim",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("remittance_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("control_number", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=2), nullable=False),
        sa.Column("charged", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("patient_responsibility", sa.BigInteger(), nullable=False),
        sa.Column("denied", sa.BigInteger(), nullable=False),
        sa.Column("payer_number", sa.String(length=60), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("match_reason", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "remittance_id"],
            ["remittance.organisation_id", "remittance.id"],
            name=op.f("fk_remittance_claim_organisation_id_remittance_id_remittance"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "remittance_id", "place", name=op.f("pk_remittance_claim")),
    )
    op.create_index(
        op.f("ix_remittance_claim_organisation_id_claim_id"),
        "remittance_claim",
        ["organisation_id", "claim_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_remittance_claim_organisation_id_state"),
        "remittance_claim",
        ["organisation_id", "state"],
        unique=False,
    )
    op.create_table(
        "remittance_delivery",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection", sa.String(length=80), nullable=False),
        sa.Column("vendor_id", sa.String(length=80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("remittance_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "remittance_id"],
            ["remittance.organisation_id", "remittance.id"],
            name=op.f("fk_remittance_delivery_organisation_id_remittance_id_remittance"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "connection", "vendor_id", "place", name=op.f("pk_remittance_delivery")
        ),
    )
    op.create_table(
        "remittance_event",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("remittance_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("exchange_id", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "remittance_id"],
            ["remittance.organisation_id", "remittance.id"],
            name=op.f("fk_remittance_event_organisation_id_remittance_id_remittance"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "remittance_id", "seq", name=op.f("pk_remittance_event")),
    )
