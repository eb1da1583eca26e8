"""The table of eligibility checks, and one check as a value.

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
    sa.Index(None, "organisation_id", "coverage_id", "service_date"),
    sa.Index(None, "organisation_id", "appointment_id"),
    sa.Index(None, "organisation_id", "service_date", "state"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One eligibility check. Amounts are None where the payer did not say; ``problem_code`` is empty without one."""

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
    )
