"""Answers by service type and network, payers, enrolments, prior authorizations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

OWNED = (
    "coverage_setting",
    "coverage_question",
    "coverage_round",
    "coverage_round_item",
    "payer_directory",
    "payer_entry",
    "payer_word",
    "payer_number",
    "payer_enrollment",
    "payer_enrollment_event",
    "prior_authorization",
    "prior_authorization_line",
    "prior_authorization_event",
    "prior_authorization_use",
    "prior_authorization_document",
    "authorization_template",
)
"""Tables with rows of organisations."""
APPEND_ONLY = ("payer_enrollment_event", "prior_authorization_event")
"""Rows of these tables are written once and never changed."""
REFUSAL = "this table is append-only"


def upgrade() -> None:
    check = "eligibility_check"
    op.add_column(check, sa.Column("connection_id", sa.String(64), nullable=False, server_default=""))
    op.add_column(check, sa.Column("passed_over", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(check, sa.Column("question_id", sa.String(120), nullable=False, server_default=""))
    op.add_column(check, sa.Column("carried_from", sa.Uuid(as_uuid=False), nullable=True))
    op.create_index(
        op.f("ix_eligibility_check_organisation_id_patient_id_asked"),
        check,
        ["organisation_id", "patient_id", "asked"],
    )
    _eligibility()
    _payers()
    _authorizations()
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )


def _eligibility() -> None:
    op.create_table(
        "coverage_setting",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("service_type", sa.String(4), nullable=False),
        sa.Column("visit_service_types", sa.JSON(), nullable=False),
        sa.Column("days_ahead", sa.Integer(), nullable=False),
        sa.Column("fresh_days", sa.Integer(), nullable=False),
        sa.Column("monthly", sa.Boolean(), nullable=False),
        sa.Column("monthly_days", sa.Integer(), nullable=False),
        sa.Column("active_days", sa.Integer(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_coverage_setting")),
    )
    op.create_table(
        "coverage_question",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("patient_id", sa.String(64), nullable=False),
        sa.Column("coverage_id", sa.String(64), nullable=False),
        sa.Column("check_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("payer_name", sa.String(120), nullable=False),
        sa.Column("payer_number", sa.String(40), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("choice", sa.String(20), nullable=True),
        sa.Column("decided", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(80), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_coverage_question")),
    )
    op.create_index(
        op.f("ix_coverage_question_organisation_id_choice_asked"),
        "coverage_question",
        ["organisation_id", "choice", "asked"],
    )
    op.create_index(
        op.f("ix_coverage_question_organisation_id_patient_id"), "coverage_question", ["organisation_id", "patient_id"]
    )
    op.create_table(
        "coverage_round",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("begun", sa.BigInteger(), nullable=False),
        sa.Column("gathered", sa.BigInteger(), nullable=True),
        sa.Column("finished", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "month", name=op.f("pk_coverage_round")),
    )
    op.create_table(
        "coverage_round_item",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("coverage_id", sa.String(64), nullable=False),
        sa.Column("patient_id", sa.String(64), nullable=False),
        sa.Column("payer_id", sa.String(20), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "month", "coverage_id", name=op.f("pk_coverage_round_item")),
    )
    op.create_index(
        op.f("ix_coverage_round_item_organisation_id_month_state_due"),
        "coverage_round_item",
        ["organisation_id", "month", "state", "due"],
    )


def _payers() -> None:
    op.create_table(
        "payer_directory",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection_id", sa.String(64), nullable=False),
        sa.Column("generation", sa.String(64), nullable=False),
        sa.Column("begun", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=True),
        sa.Column("payers", sa.Integer(), nullable=False),
        sa.Column("problem_code", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection_id", name=op.f("pk_payer_directory")),
    )
    op.create_table(
        "payer_entry",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection_id", sa.String(64), nullable=False),
        sa.Column("payer_id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("other_names", sa.JSON(), nullable=False),
        sa.Column("enrollment_days", sa.Integer(), nullable=True),
        sa.Column("generation", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection_id", "payer_id", name=op.f("pk_payer_entry")),
    )
    op.create_index(op.f("ix_payer_entry_organisation_id_payer_id"), "payer_entry", ["organisation_id", "payer_id"])
    op.create_table(
        "payer_word",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection_id", sa.String(64), nullable=False),
        sa.Column("word", sa.String(40), nullable=False),
        sa.Column("payer_id", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection_id", "word", "payer_id", name=op.f("pk_payer_word")),
    )
    op.create_index(
        op.f("ix_payer_word_organisation_id_connection_id_payer_id"),
        "payer_word",
        ["organisation_id", "connection_id", "payer_id"],
    )
    op.create_index(
        op.f("ix_payer_word_organisation_id_word_payer_id"), "payer_word", ["organisation_id", "word", "payer_id"]
    )
    op.create_table(
        "payer_number",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("payer_id", sa.String(40), nullable=False),
        sa.Column("connection_id", sa.String(64), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "payer_id", "connection_id", name=op.f("pk_payer_number")),
    )
    op.create_table(
        "payer_enrollment",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("connection_id", sa.String(64), nullable=False),
        sa.Column("payer_id", sa.String(40), nullable=False),
        sa.Column("payer_name", sa.String(200), nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("npi", sa.String(10), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Date(), nullable=True),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_payer_enrollment")),
        sa.UniqueConstraint(
            "organisation_id",
            "connection_id",
            "payer_id",
            "service",
            "npi",
            name=op.f("uq_payer_enrollment_organisation_id_connection_id_payer_id_service_npi"),
        ),
    )
    op.create_index(op.f("ix_payer_enrollment_organisation_id_state"), "payer_enrollment", ["organisation_id", "state"])
    op.create_table(
        "payer_enrollment_event",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("before", sa.String(12), nullable=False),
        sa.Column("after", sa.String(12), nullable=False),
        sa.Column("happened", sa.String(60), nullable=False),
        sa.Column("source", sa.String(120), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "enrollment_id", "seq", name=op.f("pk_payer_enrollment_event")),
        sa.UniqueConstraint("organisation_id", "source", name=op.f("uq_payer_enrollment_event_organisation_id_source")),
    )


def _authorizations() -> None:
    op.create_table(
        "prior_authorization",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("patient_id", sa.String(64), nullable=False),
        sa.Column("coverage_id", sa.String(64), nullable=False),
        sa.Column("payer_id", sa.String(40), nullable=False),
        sa.Column("payer_name", sa.String(120), nullable=False),
        sa.Column("provider_npi", sa.String(10), nullable=False),
        sa.Column("service_type", sa.String(4), nullable=False),
        sa.Column("urgency", sa.String(10), nullable=False),
        sa.Column("place_of_service", sa.String(2), nullable=False),
        sa.Column("diagnoses", sa.JSON(), nullable=False),
        sa.Column("begin", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("route", sa.String(10), nullable=False),
        sa.Column("connection_id", sa.String(64), nullable=False),
        sa.Column("vendor_id", sa.String(120), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("units_approved", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("problem_code", sa.String(80), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("submitted", sa.BigInteger(), nullable=True),
        sa.Column("sync_until", sa.BigInteger(), nullable=True),
        sa.Column("synced", sa.BigInteger(), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_prior_authorization")),
    )
    op.create_index(
        op.f("ix_prior_authorization_organisation_id_patient_id_created"),
        "prior_authorization",
        ["organisation_id", "patient_id", "created"],
    )
    op.create_index(
        op.f("ix_prior_authorization_organisation_id_state_updated"),
        "prior_authorization",
        ["organisation_id", "state", "updated"],
    )
    op.create_table(
        "prior_authorization_line",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("authorization_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("procedure", sa.String(10), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id", "authorization_id", "line", name=op.f("pk_prior_authorization_line")
        ),
    )
    op.create_table(
        "prior_authorization_event",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("authorization_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("exchange_id", sa.String(64), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint(
            "organisation_id", "authorization_id", "seq", name=op.f("pk_prior_authorization_event")
        ),
    )
    op.create_table(
        "prior_authorization_use",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("authorization_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("procedure", sa.String(10), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("given_back", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "claim_id", "line", name=op.f("pk_prior_authorization_use")),
    )
    op.create_index(
        op.f("ix_prior_authorization_use_organisation_id_authorization_id"),
        "prior_authorization_use",
        ["organisation_id", "authorization_id"],
    )
    op.create_table(
        "prior_authorization_document",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("authorization_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("needed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("media", sa.String(80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_prior_authorization_document")),
    )
    op.create_index(
        op.f("ix_prior_authorization_document_organisation_id_authorization_id"),
        "prior_authorization_document",
        ["organisation_id", "authorization_id"],
    )
    op.create_table(
        "authorization_template",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("payer_id", sa.String(40), nullable=False),
        sa.Column("procedure", sa.String(10), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "payer_id", "procedure", name=op.f("pk_authorization_template")),
    )


def _postgresql() -> None:
    for table in OWNED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_organisation ON {table} USING "
            "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
        )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION chartline_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION chartline_append_only()"
        )
