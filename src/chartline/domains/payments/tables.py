"""The tables of patients' payments, of decisions on open amounts, of contracts and of statements.

Amounts are minor units of US dollars and positive. Names stand in sealed columns only; what somebody owes is never
stored, it is asked of the ledger.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

patient_payment_table = sa.Table(
    "patient_payment",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("patient_id", Id, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("method", sa.String(12), nullable=False),
    sa.Column("reference", sa.String(60), nullable=False),
    sa.Column("received", sa.Date, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("taken", Instant, nullable=False),
    sa.Column("acts", sa.Integer, nullable=False),
    sa.Index(None, "organisation_id", "patient_id"),
    sa.Index(None, "organisation_id", "received", "id"),
)

payment_act_table = sa.Table(
    "payment_act",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("payment_id", Id, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("claim_id", Id),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("source_key", sa.String(120), nullable=False),
    sa.ForeignKeyConstraint(
        ["organisation_id", "payment_id"], ["patient_payment.organisation_id", "patient_payment.id"]
    ),
    sa.UniqueConstraint("organisation_id", "source_key"),
    sa.Index(None, "organisation_id", "claim_id"),
)

balance_move_table = sa.Table(
    "balance_move",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("claim_id", Id, nullable=False),
    sa.Column("patient_id", Id, nullable=False),
    sa.Column("from_account", sa.String(40), nullable=False),
    sa.Column("to_account", sa.String(40), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("effective", sa.Date, nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("undone", Instant),
    sa.Column("undone_by", sa.String(80)),
    sa.Index(None, "organisation_id", "claim_id"),
    sa.Index(None, "organisation_id", "kind", "id"),
)

money_setting_table = sa.Table(
    "money_setting",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("changed", Instant, nullable=False),
)

contract_rate_table = sa.Table(
    "contract_rate",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("payer_id", sa.String(40), primary_key=True),
    sa.Column("procedure", sa.String(5), primary_key=True),
    sa.Column("modifier", sa.String(2), primary_key=True),
    sa.Column("place", sa.String(2), primary_key=True),
    sa.Column("begin_date", sa.Date, primary_key=True),
    sa.Column("end_date", sa.Date),
    sa.Column("amount", sa.BigInteger),
    sa.Column("share", sa.Integer),
    sa.Column("fee_table", sa.String(40), nullable=False),
)

fee_table_line_table = sa.Table(
    "fee_table_line",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("procedure", sa.String(5), primary_key=True),
    sa.Column("modifier", sa.String(2), primary_key=True),
    sa.Column("begin_date", sa.Date, primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
)

underpayment_table = sa.Table(
    "underpayment",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("remittance_id", Id, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("claim_id", Id, nullable=False),
    sa.Column("payer_id", sa.String(40), nullable=False),
    sa.Column("procedure", sa.String(10), nullable=False),
    sa.Column("modifiers", sa.String(20), nullable=False),
    sa.Column("units", sa.Integer, nullable=False),
    sa.Column("service_date", sa.Date, nullable=False),
    sa.Column("charged", sa.BigInteger, nullable=False),
    sa.Column("allowed", sa.BigInteger, nullable=False),
    sa.Column("expected", sa.BigInteger, nullable=False),
    sa.Column("basis", sa.String(80), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("found", Instant, nullable=False),
    sa.Column("decided", Instant),
    sa.Column("decided_by", sa.String(80)),
    sa.UniqueConstraint("organisation_id", "remittance_id", "place", "line"),
    sa.Index(None, "organisation_id", "state", "payer_id"),
    sa.Index(None, "organisation_id", "claim_id"),
)

contract_check_table = sa.Table(
    "contract_check",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("remittance_id", Id, primary_key=True),
    sa.Column("checked", Instant, nullable=False),
    sa.Column("found", sa.Integer, nullable=False),
)

statement_run_table = sa.Table(
    "statement_run",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("looked", sa.Integer, nullable=False),
    sa.Column("made", sa.Integer, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("after", Id),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("started", Instant, nullable=False),
    sa.Column("finished", Instant),
)

statement_table = sa.Table(
    "statement",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("run_id", Id),
    sa.Column("patient_id", Id, nullable=False),
    sa.Column("number", sa.String(20), nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("created", Instant, nullable=False),
    sa.Column("sent", Instant),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("organisation_id", "number"),
    sa.UniqueConstraint("organisation_id", "run_id", "patient_id"),
    sa.Index(None, "organisation_id", "patient_id", "as_of"),
)

statement_hold_table = sa.Table(
    "statement_hold",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("patient_id", Id, primary_key=True),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
)
