"""Rules that practices write, what validation found, and the loaded edits of the NCCI."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

OWNED = ("practice_rule", "practice_rule_version", "practice_rule_event", "claim_finding")
"""Tables with rows of organisations; the edits belong to the installation."""


def upgrade() -> None:
    _practice_rules()
    _findings()
    _edits()
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY own_organisation ON {table} USING "
                "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
            )


def _practice_rules() -> None:
    op.create_table(
        "practice_rule",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("active_version", sa.Integer(), nullable=True),
        sa.Column("retired", sa.BigInteger(), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_practice_rule")),
    )
    op.create_table(
        "practice_rule_version",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("rule_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("tested", sa.BigInteger(), nullable=True),
        sa.Column("test", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "rule_id", "version", name=op.f("pk_practice_rule_version")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "rule_id"],
            ["practice_rule.organisation_id", "practice_rule.id"],
            name=op.f("fk_practice_rule_version_organisation_id_rule_id_practice_rule"),
        ),
    )
    op.create_table(
        "practice_rule_event",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("rule_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "rule_id", "seq", name=op.f("pk_practice_rule_event")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "rule_id"],
            ["practice_rule.organisation_id", "practice_rule.id"],
            name=op.f("fk_practice_rule_event_organisation_id_rule_id_practice_rule"),
        ),
    )


def _findings() -> None:
    op.create_table(
        "claim_finding",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(60), nullable=False),
        sa.Column("severity", sa.String(8), nullable=False),
        sa.Column("place", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "claim_id", "seq", name=op.f("pk_claim_finding")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "claim_id"],
            ["claim.organisation_id", "claim.id"],
            name=op.f("fk_claim_finding_organisation_id_claim_id_claim"),
        ),
    )
    op.create_index(op.f("ix_claim_finding_organisation_id_rule"), "claim_finding", ["organisation_id", "rule"])


def _edits() -> None:
    op.create_table(
        "edit_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("setting", sa.String(15), nullable=False),
        sa.Column("begin_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("loaded", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit_version")),
    )
    op.create_index(op.f("ix_edit_version_kind_setting_state"), "edit_version", ["kind", "setting", "state"])
    op.create_table(
        "ncci_edit",
        sa.Column("version_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("column1", sa.String(5), nullable=False),
        sa.Column("column2", sa.String(5), nullable=False),
        sa.Column("begin_day", sa.Integer(), nullable=False, autoincrement=False, comment="20260401"),
        sa.Column("end_day", sa.Integer(), nullable=True),
        sa.Column("modifier_allowed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "column1", "column2", "begin_day", name=op.f("pk_ncci_edit")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mue_edit",
        sa.Column("version_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("procedure", sa.String(5), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("per_day", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "procedure", name=op.f("pk_mue_edit")),
        sqlite_with_rowid=False,
    )
