"""The tables of eligibility: checks, the practice's settings, questions for the desk, and the monthly round.

The payer's whole answer is a sealed column; plan, amounts and states are plain, because lists show them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from chartline.domains.coverage.benefits import CheckState
from chartline.kernel.money import Money
from chartline.platform.database import Id, Instant, metadata

eligibility_check_table = sa.Table(
    "eligibility_check",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("patient_id", sa.String(64), nullable=False),
    sa.Column("coverage_id", sa.String(64), nullable=False),
    sa.Column("appointment_id", sa.String(64)),
    sa.Column("payer_id", sa.String(20), nullable=False),
    sa.Column("service_date", sa.Date, nullable=False),
    sa.Column("service_type", sa.String(4), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("asked", Instant, nullable=False),
    sa.Column("answered", Instant),
    sa.Column("plan_name", sa.String(120), nullable=False),
    sa.Column("copay", sa.BigInteger),
    sa.Column("deductible", sa.BigInteger),
    sa.Column("deductible_left", sa.BigInteger),
    sa.Column("out_of_pocket", sa.BigInteger),
    sa.Column("out_of_pocket_left", sa.BigInteger),
    sa.Column("coinsurance", sa.String(20), nullable=False),
    sa.Column("vendor_id", sa.String(64), nullable=False),
    sa.Column("problem_code", sa.String(64), nullable=False),
    sa.Column("answer", sa.LargeBinary),
    sa.Column("exchange_id", sa.String(64)),
    sa.Column("connection_id", sa.String(64), nullable=False),
    sa.Column("passed_over", sa.JSON, nullable=False),
    sa.Column("question_id", sa.String(120), nullable=False),
    sa.Column("carried_from", Id),
    sa.Index(None, "organisation_id", "coverage_id", "service_date"),
    sa.Index(None, "organisation_id", "appointment_id"),
    sa.Index(None, "organisation_id", "service_date", "state"),
    sa.Index(None, "organisation_id", "patient_id", "asked"),
)

coverage_setting_table = sa.Table(
    "coverage_setting",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("service_type", sa.String(4), nullable=False),
    sa.Column("visit_service_types", sa.JSON, nullable=False),
    sa.Column("days_ahead", sa.Integer, nullable=False),
    sa.Column("fresh_days", sa.Integer, nullable=False),
    sa.Column("monthly", sa.Boolean, nullable=False),
    sa.Column("monthly_days", sa.Integer, nullable=False),
    sa.Column("active_days", sa.Integer, nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", sa.String(80), nullable=False),
)

coverage_question_table = sa.Table(
    "coverage_question",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("patient_id", sa.String(64), nullable=False),
    sa.Column("coverage_id", sa.String(64), nullable=False),
    sa.Column("check_id", Id, nullable=False),
    sa.Column("payer_name", sa.String(120), nullable=False),
    sa.Column("payer_number", sa.String(40), nullable=False),
    sa.Column("asked", Instant, nullable=False),
    sa.Column("choice", sa.String(20)),
    sa.Column("decided", Instant),
    sa.Column("decided_by", sa.String(80)),
    sa.Index(None, "organisation_id", "patient_id"),
    sa.Index(None, "organisation_id", "choice", "asked"),
)

coverage_round_table = sa.Table(
    "coverage_round",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("month", sa.Date, primary_key=True),
    sa.Column("begun", Instant, nullable=False),
    sa.Column("gathered", Instant),
    sa.Column("finished", Instant),
)

coverage_round_item_table = sa.Table(
    "coverage_round_item",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("month", sa.Date, primary_key=True),
    sa.Column("coverage_id", sa.String(64), primary_key=True),
    sa.Column("patient_id", sa.String(64), nullable=False),
    sa.Column("payer_id", sa.String(20), nullable=False),
    sa.Column("due", Instant, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Index(None, "organisation_id", "month", "state", "due"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One eligibility check. Amounts are None where the payer did not say; ``problem_code`` is empty without one.

    ``connection_id`` is the connection that answered, ``passed_over`` those that could not just then, each with the
    code of its problem. ``question_id`` is what an answer is asked for with that comes later. ``carried_from`` is the
    check whose answer still held, so that nobody was asked.
    """

    id: str
    patient_id: str
    coverage_id: str
    appointment_id: str | None
    payer_id: str
    service_date: date
    service_type: str
    state: CheckState
    asked: datetime
    answered: datetime | None
    plan_name: str
    copay: Money | None
    deductible: Money | None
    deductible_left: Money | None
    out_of_pocket: Money | None
    out_of_pocket_left: Money | None
    coinsurance: str
    vendor_id: str
    problem_code: str
    exchange_id: str | None
    connection_id: str = ""
    passed_over: tuple[tuple[str, str], ...] = ()
    question_id: str = ""
    carried_from: str | None = None


def read_check(row: sa.RowMapping) -> Check:
    """A row as a check; the sealed answer stays behind."""

    def money(name: str) -> Money | None:
        return None if row[name] is None else Money(row[name])

    return Check(
        row["id"],
        row["patient_id"],
        row["coverage_id"],
        row["appointment_id"],
        row["payer_id"],
        row["service_date"],
        row["service_type"],
        CheckState(row["state"]),
        row["asked"],
        row["answered"],
        row["plan_name"],
        money("copay"),
        money("deductible"),
        money("deductible_left"),
        money("out_of_pocket"),
        money("out_of_pocket_left"),
        row["coinsurance"],
        row["vendor_id"],
        row["problem_code"],
        row["exchange_id"],
        row["connection_id"],
        tuple((name, code) for name, code in row["passed_over"]),
        row["question_id"],
        row["carried_from"],
    )
