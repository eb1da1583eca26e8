"""Patient money, contracts, write-offs, statements, closed days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

OWNED = (
    "ledger_closing",
    "account_number",
    "patient_payment",
    "payment_act",
    "balance_move",
    "money_setting",
    "contract_rate",
    "fee_table_line",
    "underpayment",
    "contract_check",
    "statement_run",
    "statement",
    "statement_hold",
)
"""Tables with rows of organisations."""


def upgrade() -> None:
    op.add_column("entry", sa.Column("actor", sa.String(80), nullable=False, server_default=""))
    op.add_column("entry", sa.Column("booked", sa.Date(), nullable=True))
    op.create_index(op.f("ix_entry_organisation_id_booked"), "entry", ["organisation_id", "booked"])
    _books()
    _patients()
    _contracts()
    _statements()
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY own_organisation ON {table} USING "
                "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
            )


def _books() -> None:
    op.create_table(
        "ledger_closing",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.String(80), nullable=False),
        sa.Column("reopened", sa.BigInteger(), nullable=True),
        sa.Column("reopened_by", sa.String(80), nullable=True),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_ledger_closing")),
    )
    op.create_index(op.f("ix_ledger_closing_organisation_id_day"), "ledger_closing", ["organisation_id", "day"])
    op.create_table(
        "account_number",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("account", sa.String(40), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "account", name=op.f("pk_account_number")),
    )


def _patients() -> None:
    op.create_table(
        "patient_payment",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("patient_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(12), nullable=False),
        sa.Column("reference", sa.String(60), nullable=False),
        sa.Column("received", sa.Date(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_patient_payment")),
    )
    op.create_index(
        op.f("ix_patient_payment_organisation_id_patient_id"), "patient_payment", ["organisation_id", "patient_id"]
    )
    op.create_index(
        op.f("ix_patient_payment_organisation_id_received_id"), "patient_payment", ["organisation_id", "received", "id"]
    )
    op.create_table(
        "payment_act",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("payment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source_key", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "payment_id", "seq", name=op.f("pk_payment_act")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "payment_id"],
            ["patient_payment.organisation_id", "patient_payment.id"],
            name=op.f("fk_payment_act_organisation_id_payment_id_patient_payment"),
        ),
        sa.UniqueConstraint("organisation_id", "source_key", name=op.f("uq_payment_act_organisation_id_source_key")),
    )
    op.create_index(op.f("ix_payment_act_organisation_id_claim_id"), "payment_act", ["organisation_id", "claim_id"])
    op.create_table(
        "balance_move",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("patient_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("from_account", sa.String(40), nullable=False),
        sa.Column("to_account", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.String(80), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_balance_move")),
    )
    op.create_index(op.f("ix_balance_move_organisation_id_claim_id"), "balance_move", ["organisation_id", "claim_id"])
    op.create_index(op.f("ix_balance_move_organisation_id_kind_id"), "balance_move", ["organisation_id", "kind", "id"])
    op.create_table(
        "money_setting",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_money_setting")),
    )


def _contracts() -> None:
    op.create_table(
        "contract_rate",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("payer_id", sa.String(40), nullable=False),
        sa.Column("procedure", sa.String(5), nullable=False),
        sa.Column("modifier", sa.String(2), nullable=False),
        sa.Column("place", sa.String(2), nullable=False),
        sa.Column("begin_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("fee_table", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id", "payer_id", "procedure", "modifier", "place", "begin_date", name=op.f("pk_contract_rate")
        ),
    )
    op.create_table(
        "fee_table_line",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("procedure", sa.String(5), nullable=False),
        sa.Column("modifier", sa.String(2), nullable=False),
        sa.Column("begin_date", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id", "name", "procedure", "modifier", "begin_date", name=op.f("pk_fee_table_line")
        ),
    )
    op.create_table(
        "underpayment",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("remittance_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("payer_id", sa.String(40), nullable=False),
        sa.Column("procedure", sa.String(10), nullable=False),
        sa.Column("modifiers", sa.String(20), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("charged", sa.BigInteger(), nullable=False),
        sa.Column("allowed", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(80), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.Column("decided", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(80), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_underpayment")),
        sa.UniqueConstraint(
            "organisation_id",
            "remittance_id",
            "place",
            "line",
            name=op.f("uq_underpayment_organisation_id_remittance_id_place_line"),
        ),
    )
    op.create_index(op.f("ix_underpayment_organisation_id_claim_id"), "underpayment", ["organisation_id", "claim_id"])
    op.create_index(
        op.f("ix_underpayment_organisation_id_state_payer_id"), "underpayment", ["organisation_id", "state", "payer_id"]
    )
    op.create_table(
        "contract_check",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("remittance_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("checked", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "remittance_id", name=op.f("pk_contract_check")),
    )


def _statements() -> None:
    op.create_table(
        "statement_run",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_statement_run")),
    )
    op.create_table(
        "statement",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("run_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("patient_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_statement")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_statement_organisation_id_number")),
        sa.UniqueConstraint(
            "organisation_id", "run_id", "patient_id", name=op.f("uq_statement_organisation_id_run_id_patient_id")
        ),
    )
    op.create_index(
        op.f("ix_statement_organisation_id_patient_id_as_of"), "statement", ["organisation_id", "patient_id", "as_of"]
    )
    op.create_table(
        "statement_hold",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("patient_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "patient_id", name=op.f("pk_statement_hold")),
    )
