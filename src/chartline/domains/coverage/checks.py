"""Eligibility checks: opened once per visit, coverage and day, answered in one transaction with what is published.

Refuses nothing a payer answers: an answer that says nothing is kept as ``unclear`` with a problem and a next step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import msgspec
import sqlalchemy as sa

from chartline.connect.facts import Benefit, EligibilityAnswer
from chartline.domains.coverage.benefits import CheckState, Summary, summarise
from chartline.domains.coverage.publishing import request_resource, response_resource
from chartline.domains.coverage.tables import Check, eligibility_check_table, read_check
from chartline.domains.practice.published import publish
from chartline.formats.fhir import JsonObject
from chartline.kernel.errors import Again, Blame, ErrorKind, Problem
from chartline.kernel.ids import derived_id
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

NO_CHECK = ErrorKind(
    "coverage.no_check",
    Blame.US,
    Again.NEVER,
    "There is no such eligibility check.",
    "Look at the patient's coverage for the checks that were made.",
    status=404,
)

FRESH_FOR = timedelta(days=3)
"""An answer older than this is asked again before the visit."""

_columns = eligibility_check_table.c


@dataclass(frozen=True, slots=True)
class Opened:
    """A check that stands open or was made before; ``new`` says whether this call opened it."""

    check: Check
    new: bool


def open_check(
    work: Work,
    records: Records,
    *,
    patient_id: str,
    coverage_id: str,
    payer_id: str,
    service_date: date,
    appointment_id: str | None = None,
    service_type: str = "30",
) -> Opened:
    """The check of a coverage for a visit (or for no visit) on a day: the present one, or a new one, published."""
    check_id = derived_id(
        "eligibility", work.organisation, appointment_id or "", coverage_id, service_date.isoformat(), service_type
    )
    new = work.insert_new(
        eligibility_check_table,
        id=check_id,
        patient_id=patient_id,
        coverage_id=coverage_id,
        appointment_id=appointment_id,
        payer_id=payer_id,
        service_date=service_date,
        service_type=service_type,
        state=CheckState.ASKED.value,
        asked=work.now,
        plan_name="",
        coinsurance="",
        vendor_id="",
        problem_code="",
    )
    check = read(work, check_id)
    if new:
        publish(work, records, [request_resource(check)])
    return Opened(check, new)


def read(work: Work, check_id: str) -> Check:
    """One check. Raises ``coverage.no_check``."""
    row = work.row(work.select(eligibility_check_table).where(_columns.id == check_id))
    if row is None:
        raise NO_CHECK.error(check=check_id)
    return read_check(row)


def record_answer(
    work: Work,
    vault: Vault,
    records: Records,
    check_id: str,
    answer: EligibilityAnswer,
    exchange: str | None = None,
) -> Summary:
    """Keep a payer's answer over any earlier one, and publish it. Raises ``coverage.no_check``."""
    check = read(work, check_id)
    summary = summarise(answer, check.service_type, exchange)
    summary = replace(summary, plan_name=summary.plan_name[:120])
    _change(
        work,
        check_id,
        state=summary.state.value,
        answered=work.now,
        plan_name=summary.plan_name,
        copay=_minor(summary.copay),
        deductible=_minor(summary.deductible),
        deductible_left=_minor(summary.deductible_left),
        out_of_pocket=_minor(summary.out_of_pocket),
        out_of_pocket_left=_minor(summary.out_of_pocket_left),
        coinsurance=summary.coinsurance[:20],
        vendor_id=answer.vendor_id,
        problem_code=summary.problem.code if summary.problem else "",
        answer=_seal(work, vault, check_id, answer),
        exchange_id=exchange,
    )
    publish(work, records, [response_resource(read(work, check_id), summary)])
    return summary


def record_failure(work: Work, check_id: str, problem: Problem) -> None:
    """The question was refused before any payer saw it; it may still be answered. Raises ``coverage.no_check``."""
    read(work, check_id)
    _change(work, check_id, state=CheckState.FAILED.value, problem_code=problem.code, exchange_id=problem.evidence)


def answer_text(work: Work, vault: Vault, check_id: str) -> bytes | None:
    """The kept answer as JSON (benefits and the payer's errors), for the check's own page; None without an answer."""
    sealed = work.scalar(work.select(eligibility_check_table, _columns.answer).where(_columns.id == check_id))
    if sealed is None:
        return None
    return vault.open_sealed(work.organisation, eligibility_check_table.name, check_id, bytes(sealed))


def check_ids(work: Work, after: str = "", limit: int = 200) -> list[str]:
    """The ids of checks in their order, from behind one of them."""
    statement = work.select(eligibility_check_table, _columns.id).order_by(_columns.id).limit(limit)
    return [row["id"] for row in work.rows(statement.where(_columns.id > after) if after else statement)]


def check_resources(work: Work, vault: Vault, checks: Sequence[str], *, lock: bool = False) -> list[JsonObject]:
    """What is published of checks, made again from their rows and kept answers; one query.

    With ``lock`` nobody else answers them meanwhile.
    """
    statement = work.select(eligibility_check_table).where(_columns.id.in_(list(checks))).order_by(_columns.id)
    made: list[JsonObject] = []
    for row in work.rows(statement.with_for_update() if lock else statement) if checks else []:
        check = read_check(row)
        made.append(request_resource(check))
        if row["answer"] is not None:
            plain = vault.open_sealed(work.organisation, eligibility_check_table.name, check.id, bytes(row["answer"]))
            answer = _read_answer(plain, check)
            made.append(response_resource(check, summarise(answer, check.service_type, check.exchange_id)))
    return made


def latest(work: Work, coverage_id: str) -> Check | None:
    """The newest check of a coverage that was answered, or None."""
    answered = (_columns.coverage_id == coverage_id, _columns.answered.is_not(None))
    statement = work.select(eligibility_check_table).where(*answered).order_by(_columns.answered.desc()).limit(1)
    row = work.row(statement)
    return read_check(row) if row else None


def checks_of_visits(work: Work, appointment_ids: Sequence[str]) -> dict[str, Check]:
    """The newest check of each visit, in one query."""
    if not appointment_ids:
        return {}
    statement = work.select(eligibility_check_table).where(_columns.appointment_id.in_(list(appointment_ids)))
    rows = work.rows(statement.order_by(_columns.asked))
    return {check.appointment_id or "": check for check in map(read_check, rows)}


def counts(work: Work, begin: date, end: date) -> dict[CheckState, int]:
    """How many checks stand in each state, for service dates from ``begin`` through ``end``."""
    statement = (
        work.select(eligibility_check_table, _columns.state, sa.func.count().label("number"))
        .where(_columns.service_date >= begin, _columns.service_date <= end)
        .group_by(_columns.state)
    )
    return {CheckState(row["state"]): row["number"] for row in work.rows(statement)}


def is_fresh(check: Check, service_date: date, now: datetime) -> bool:
    """Whether a check still speaks for a service date: a payer's word, of the same month, not older than three days.

    Plans begin and end with months, so last month's answer says nothing of this one.
    """
    if check.answered is None or check.state is CheckState.FAILED:
        return False
    same_month = (check.service_date.year, check.service_date.month) == (service_date.year, service_date.month)
    return same_month and now - check.answered <= FRESH_FOR


def _change(work: Work, check_id: str, **values: object) -> None:
    work.execute(work.update(eligibility_check_table).where(_columns.id == check_id).values(**values))


def _minor(amount: Money | None) -> int | None:
    return amount.minor if amount is not None else None


def _seal(work: Work, vault: Vault, check_id: str, answer: EligibilityAnswer) -> bytes:
    """Benefits and errors; the raw answer stays in the exchange log."""
    benefits = [
        {
            "coverage": one.coverage,
            "level": one.level,
            "service_type": one.service_type,
            "insurance_type": one.insurance_type,
            "plan": one.plan,
            "period": one.period,
            "amount": one.amount.text() if one.amount is not None else None,
            "percent": one.percent,
            "in_network": one.in_network,
            "note": one.note,
        }
        for one in answer.benefits
    ]
    content = msgspec.json.encode({"benefits": benefits, "payer_errors": answer.payer_errors})
    return vault.seal(work.organisation, eligibility_check_table.name, check_id, content)


class _KeptBenefit(msgspec.Struct, frozen=True):
    """A benefit as ``_seal`` keeps it."""

    coverage: str
    level: str
    service_type: str
    insurance_type: str
    plan: str
    period: str
    amount: str | None
    percent: str
    in_network: str
    note: str


class _KeptAnswer(msgspec.Struct, frozen=True):
    """An answer as ``_seal`` keeps it."""

    benefits: tuple[_KeptBenefit, ...]
    payer_errors: tuple[tuple[str, str], ...]


# Made with the module: the library crashes when several threads decode a type for the first time together.
_answer_decoder = msgspec.json.Decoder(_KeptAnswer)


def _read_answer(plain: bytes, check: Check) -> EligibilityAnswer:
    """What ``_seal`` kept, with the plan's name of the row."""
    kept = _answer_decoder.decode(plain)
    benefits = tuple(
        Benefit(
            one.coverage,
            one.level,
            one.service_type,
            one.insurance_type,
            one.plan,
            one.period,
            Money.parse(one.amount) if one.amount is not None else None,
            one.percent,
            one.in_network,
            one.note,
        )
        for one in kept.benefits
    )
    return EligibilityAnswer(check.vendor_id, benefits, kept.payer_errors, check.plan_name)
