"""Another payer that an answer speaks of: a question for the desk, never a change by itself.

One question for each coverage and payer. What was decided stays decided when the payer says it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from chartline.domains.coverage.benefit_lines import OtherPayer
from chartline.domains.coverage.tables import Check, coverage_question_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import derived_id
from chartline.platform.database import Work

NO_QUESTION = ErrorKind(
    "coverage.no_question",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such open question about another payer.",
    "Look at the list again; somebody may have decided it.",
    status=404,
)

_columns = coverage_question_table.c


class PayerChoice(StrEnum):
    """What a person found out about another payer."""

    ADDED = "added"
    """The insurance is in the records now."""
    KNOWN = "known"
    """It was there already, under another name or number."""
    ENDED = "ended"
    """That insurance does not cover the patient any more."""
    WRONG = "wrong"
    """The payer is mistaken."""


@dataclass(frozen=True, slots=True)
class PayerQuestion:
    """An open or decided question; ``choice`` is None while it is open."""

    id: str
    patient_id: str
    coverage_id: str
    check_id: str
    payer_name: str
    payer_number: str
    asked: datetime
    choice: PayerChoice | None
    decided: datetime | None
    decided_by: str | None


def ask_about_payers(work: Work, check: Check, payers: Sequence[OtherPayer]) -> int:
    """Ask the desk about payers that nobody was asked about before; how many are new."""
    new = 0
    for payer in payers:
        identity = derived_id("other payer", work.organisation, check.coverage_id, payer.name.upper(), payer.number)
        new += work.insert_new(
            coverage_question_table,
            id=identity,
            patient_id=check.patient_id,
            coverage_id=check.coverage_id,
            check_id=check.id,
            payer_name=payer.name,
            payer_number=payer.number,
            asked=work.now,
        )
    return new


def payer_questions(work: Work, patient_id: str | None = None, limit: int = 100) -> list[PayerQuestion]:
    """Open questions, oldest first, of one patient or of all."""
    query = work.select(coverage_question_table).where(_columns.choice.is_(None))
    if patient_id is not None:
        query = query.where(_columns.patient_id == patient_id)
    return [_question(row) for row in work.rows(query.order_by(_columns.asked, _columns.id).limit(limit))]


def count_payer_questions(work: Work) -> int:
    """How many are open."""
    open_ones = (work.mine(coverage_question_table), _columns.choice.is_(None))
    return int(work.scalar(sa.select(sa.func.count()).where(*open_ones)) or 0)


def decide_payer_question(work: Work, question_id: str, choice: PayerChoice, actor: str) -> PayerQuestion:
    """Decide one. Raises ``coverage.no_question``, also for one that is decided already."""
    mine = (_columns.id == question_id, _columns.choice.is_(None))
    change = work.update(coverage_question_table).where(*mine)
    if work.execute(change.values(choice=choice.value, decided=work.now, decided_by=actor[:80])).rowcount == 0:
        raise NO_QUESTION.error(question=question_id)
    row = work.row(work.select(coverage_question_table).where(_columns.id == question_id))
    assert row is not None  # it was changed just now
    return _question(row)


def _question(row: sa.RowMapping) -> PayerQuestion:
    return PayerQuestion(
        row["id"],
        row["patient_id"],
        row["coverage_id"],
        row["check_id"],
        row["payer_name"],
        row["payer_number"],
        row["asked"],
        PayerChoice(row["choice"]) if row["choice"] else None,
        row["decided"],
        row["decided_by"],
    )
