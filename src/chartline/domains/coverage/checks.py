"""Eligibility checks: opened once per visit, coverage and day, answered in one transaction with what is published.

An answer that still holds is carried over to the next check, and nobody is asked. Refuses nothing a payer answers: an
answer that says nothing is kept as ``unclear`` with a problem and a next step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from chartline.connect.facts import EligibilityAnswer
from chartline.domains.coverage.benefit_lines import other_payers
from chartline.domains.coverage.benefits import CheckState, Summary, summarise
from chartline.domains.coverage.kept_answers import open_answer, seal_answer
from chartline.domains.coverage.publishing import request_resource, response_resource
from chartline.domains.coverage.questions import ask_about_payers
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

FRESH_DAYS = 3
"""An answer older than this is asked again before the visit, where the practice has not set otherwise."""
OPEN = frozenset({CheckState.ASKED, CheckState.FAILED})
"""States in which a check may still be answered."""

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
    again: str = "",
) -> Opened:
    """The check of a coverage for a visit (or for no visit) on a day: the present one, or a new one, published.

    ``again`` makes it another check of the same: by a day for what is asked again by itself, by an id for what a
    person asks again. ``coverage_id`` is empty where somebody asks about insurance that is not in the records.
    """
    parts = (work.organisation, appointment_id or "", coverage_id, service_date.isoformat(), service_type)
    check_id = derived_id("eligibility", *parts, *filter(None, (again,)))
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
        connection_id="",
        passed_over=[],
        question_id="",
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
    *,
    connection: str = "",
    passed_over: Sequence[tuple[str, str]] = (),
    answered: datetime | None = None,
) -> Summary:
    """Keep a payer's answer over any earlier one, and publish it; another payer it knows of becomes a question.

    ``connection`` answered, now unless ``answered`` says when; ``passed_over`` could not just then (connection and
    code). Raises ``coverage.no_check``.
    """
    check = read(work, check_id)
    summary = summarise(answer, check.service_type, exchange)
    summary = replace(summary, plan_name=summary.plan_name[:120])
    _change(
        work,
        check_id,
        state=summary.state.value,
        answered=answered or work.now,
        plan_name=summary.plan_name,
        copay=_minor(summary.copay),
        deductible=_minor(summary.deductible),
        deductible_left=_minor(summary.deductible_left),
        out_of_pocket=_minor(summary.out_of_pocket),
        out_of_pocket_left=_minor(summary.out_of_pocket_left),
        coinsurance=summary.coinsurance[:20],
        vendor_id=answer.vendor_id,
        problem_code=summary.problem.code if summary.problem else "",
        answer=seal_answer(work, vault, check_id, answer),
        exchange_id=exchange,
        connection_id=connection,
        passed_over=[list(one) for one in passed_over],
        question_id="",
    )
    publish(work, records, [response_resource(read(work, check_id), summary)])
    ask_about_payers(work, check, other_payers(answer))
    return summary


def carry_answer(work: Work, vault: Vault, records: Records, check: Check, earlier: Check) -> None:
    """Let an earlier answer speak for a check, because it still holds: nobody is asked. Published like any other."""
    sealed = work.scalar(work.select(eligibility_check_table, _columns.answer).where(_columns.id == earlier.id))
    if sealed is None:
        raise NO_CHECK.error(check=earlier.id)
    answer = open_answer(work, vault, earlier, bytes(sealed))
    # Its age counts from when the payer was asked.
    record_answer(
        work,
        vault,
        records,
        check.id,
        answer,
        earlier.exchange_id,
        connection=earlier.connection_id,
        answered=earlier.answered,
    )
    _change(work, check.id, carried_from=earlier.carried_from or earlier.id)


def note_question(work: Work, check_id: str, question_id: str, connection: str) -> None:
    """Keep the number under which an answer is fetched that comes later."""
    _change(work, check_id, question_id=question_id[:120], connection_id=connection)


def record_failure(work: Work, check_id: str, problem: Problem) -> None:
    """The question was refused before any payer saw it; it may still be answered. Raises ``coverage.no_check``."""
    read(work, check_id)
    values = {"state": CheckState.FAILED.value, "problem_code": problem.code, "exchange_id": problem.evidence}
    _change(work, check_id, **values, question_id="")


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
            answer = open_answer(work, vault, check, bytes(row["answer"]))
            made.append(response_resource(check, summarise(answer, check.service_type, check.exchange_id)))
    return made


def latest(work: Work, coverage_id: str) -> Check | None:
    """The newest check of a coverage that was answered, or None."""
    answered = (_columns.coverage_id == coverage_id, _columns.answered.is_not(None))
    statement = work.select(eligibility_check_table).where(*answered).order_by(_columns.answered.desc()).limit(1)
    row = work.row(statement)
    return read_check(row) if row else None


def latest_answers(work: Work, coverage_ids: Sequence[str], since: datetime) -> dict[tuple[str, str], Check]:
    """The newest answered check of coverages by coverage and service type, answered since a moment; one query."""
    if not coverage_ids:
        return {}
    within = (_columns.coverage_id.in_(list(coverage_ids)), _columns.answered >= since)
    rows = work.rows(work.select(eligibility_check_table).where(*within).order_by(_columns.answered))
    return {(check.coverage_id, check.service_type): check for check in map(read_check, rows)}


def newest_of_coverages(work: Work, coverage_ids: Sequence[str]) -> dict[str, Check]:
    """The newest answered check of each coverage, in one query."""
    if not coverage_ids:
        return {}
    newest = (
        work.select(eligibility_check_table, _columns.coverage_id, sa.func.max(_columns.answered).label("answered"))
        .where(_columns.coverage_id.in_(list(coverage_ids)), _columns.answered.is_not(None))
        .group_by(_columns.coverage_id)
        .subquery()
    )
    same = sa.and_(newest.c.coverage_id == _columns.coverage_id, newest.c.answered == _columns.answered)
    rows = work.rows(work.select(eligibility_check_table).join(newest, same).order_by(_columns.asked))
    return {check.coverage_id: check for check in map(read_check, rows)}


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


def is_fresh(check: Check, service_date: date, now: datetime, days: int = FRESH_DAYS) -> bool:
    """Whether a check still speaks for a service date: a payer's word, of the same month, not older than ``days``.

    Plans begin and end with months, so last month's answer says nothing of this one.
    """
    if check.answered is None or check.state is CheckState.FAILED:
        return False
    same_month = (check.service_date.year, check.service_date.month) == (service_date.year, service_date.month)
    return same_month and now - check.answered <= timedelta(days=days)


def _change(work: Work, check_id: str, **values: object) -> None:
    work.execute(work.update(eligibility_check_table).where(_columns.id == check_id).values(**values))


def _minor(amount: Money | None) -> int | None:
    return amount.minor if amount is not None else None
