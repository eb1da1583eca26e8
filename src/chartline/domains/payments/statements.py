"""Patients' statements: who gets one, what stands in it, how often it was sent, and who is to get none.

A statement asks for what is the patient's on claims that insurance is done with (by setting), less the patient's
credit. It is kept sealed as it was printed. Refuses a statement below the practice's minimum, on hold, or too soon
after the last one; a person may ask for one by hand, then only an amount above zero is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from chartline.domains.claims.numbers import next_number
from chartline.domains.ledger import entry_line_table, entry_table
from chartline.domains.ledger.accounts import PATIENT
from chartline.domains.payments.settings import MoneySettings
from chartline.domains.payments.statement_text import compose, owing_of
from chartline.domains.payments.tables import statement_hold_table, statement_table
from chartline.formats.paper.statement import statement_pdf
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work
from chartline.platform.database.work import Row
from chartline.platform.records import Records
from chartline.platform.vault import Vault

NO_STATEMENT = ErrorKind(
    "payments.no_statement",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such statement.",
    "Choose one from the list of statements.",
    status=404,
)
NOTHING_OWED = ErrorKind(
    "payments.nothing_owed",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is nothing to ask this patient for.",
    "A statement is made when the patient's part is more than the credit, on claims that insurance is done with.",
    status=409,
)


class StatementState(StrEnum):
    """Where a statement stands."""

    MADE = "made"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement without its contents. ``times``: the how-manieth one of this patient."""

    id: str
    run_id: str | None
    patient_id: str
    number: str
    as_of: date
    amount: Money
    times: int
    state: StatementState
    created: datetime
    sent: datetime | None


@dataclass(frozen=True, slots=True)
class StatementPage:
    """Statements, the newest first."""

    statements: list[StatementRow]
    next: str | None


@dataclass(frozen=True, slots=True)
class Hold:
    """A patient who gets no statements."""

    patient_id: str
    reason: str
    since: datetime
    actor: str


_columns, _holds = statement_table.c, statement_hold_table.c
_entry, _line = entry_table.c, entry_line_table.c
_ROW = [column for column in _columns if column.name not in ("organisation_id", "sealed")]


def patients_owing(work: Work, settings: MoneySettings, *, after: str | None = None, limit: int = 50) -> list[str]:
    """Patients whose part is at least the minimum, by id from behind ``after``; one query. Whether a statement is due
    is decided by ``make``."""
    query = (
        sa.select(_entry.patient_id)
        .join(entry_line_table, sa.and_(_line.organisation_id == _entry.organisation_id, _line.entry_id == _entry.id))
        .where(work.mine(entry_table), _line.account == PATIENT, _entry.patient_id.is_not(None))
        .group_by(_entry.patient_id)
        .having(sa.func.sum(_line.amount) >= max(1, settings.statement_minimum))
        .order_by(_entry.patient_id)
        .limit(limit)
    )
    return [row["patient_id"] for row in work.rows(query.where(_entry.patient_id > after) if after else query)]


def count_owing(work: Work, settings: MoneySettings) -> int:
    """How many patients ``patients_owing`` names in all."""
    inner = (
        sa.select(_entry.patient_id)
        .join(entry_line_table, sa.and_(_line.organisation_id == _entry.organisation_id, _line.entry_id == _entry.id))
        .where(work.mine(entry_table), _line.account == PATIENT, _entry.patient_id.is_not(None))
        .group_by(_entry.patient_id)
        .having(sa.func.sum(_line.amount) >= max(1, settings.statement_minimum))
        .subquery()
    )
    return int(work.scalar(sa.select(sa.func.count()).select_from(inner)))


def make(
    work: Work,
    vault: Vault,
    records: Records,
    patients: Collection[str],
    settings: MoneySettings,
    as_of: date,
    *,
    run: str | None = None,
    by_hand: bool = False,
) -> list[StatementRow]:
    """Make the statements that are due of these patients, a constant number of queries; returns those that were made.

    ``by_hand`` asks whatever the minimum, the hold and the last statement say. A run makes one statement a patient.
    """
    before = _before(work, patients)
    chosen = [
        one for one in sorted(patients) if by_hand or (not before[one].held and _due(before[one].last, settings, as_of))
    ]
    owing = owing_of(work, chosen, waits_for_insurance=settings.statement_waits_for_insurance)
    least = 1 if by_hand else max(1, settings.statement_minimum)
    asked = [one for one in chosen if one in owing and owing[one].owed.minor >= least]
    numbers = next_number(work, "statement", len(asked)) if asked else 0
    composed = compose(
        work,
        records,
        [owing[one] for one in asked],
        {one: (f"S{numbers + place:06d}", before[one].times + 1) for place, one in enumerate(asked)},
        as_of,
        as_of + timedelta(days=settings.statement_due_days),
    )
    made = [
        StatementRow(
            new_id(), run, patient, one.number, as_of, one.owed, one.times, StatementState.MADE, work.now, None
        )
        for patient, one in composed.items()
    ]
    rows: list[dict[str, object]] = [
        {
            "id": row.id,
            "run_id": run,
            "patient_id": row.patient_id,
            "number": row.number,
            "as_of": as_of,
            "amount": row.amount.minor,
            "times": row.times,
            "state": row.state.value,
            "created": row.created,
            "sealed": vault.seal(work.organisation, "statement", row.id, statement_pdf(composed[row.patient_id])),
        }
        for row in made
    ]
    work.insert_many(statement_table, rows)
    return made


def list_statements(
    work: Work,
    *,
    patient: str | None = None,
    run: str | None = None,
    states: Collection[StatementState] = (),
    cursor: str | None = None,
    limit: int = 50,
) -> StatementPage:
    """A page of statements; the cursor is a statement's id."""
    query = work.select(statement_table, *_ROW)
    if patient is not None:
        query = query.where(_columns.patient_id == patient)
    if run is not None:
        query = query.where(_columns.run_id == run)
    if states:
        query = query.where(_columns.state.in_([one.value for one in states]))
    if cursor:
        query = query.where(_columns.id < cursor)
    rows = work.rows(query.order_by(_columns.id.desc()).limit(limit + 1))
    shown = [_statement(row) for row in rows[:limit]]
    return StatementPage(shown, shown[-1].id if len(rows) > limit else None)


def read_statement(work: Work, statement: str) -> StatementRow:
    """One statement. Raises ``payments.no_statement``."""
    row = work.row(work.select(statement_table, *_ROW).where(_columns.id == statement))
    if row is None:
        raise NO_STATEMENT.error(statement=statement)
    return _statement(row)


def open_statements(work: Work, vault: Vault, statements: Sequence[str]) -> list[Sealed[bytes]]:
    """The PDFs of statements, in the order of their numbers. Raises ``payments.no_statement`` when one is missing."""
    query = work.select(statement_table, _columns.id, _columns.sealed).where(_columns.id.in_(list(statements)))
    rows = work.rows(query.order_by(_columns.number))
    if len(rows) != len(set(statements)) or not rows:
        raise NO_STATEMENT.error()
    return [Sealed(vault.open_sealed(work.organisation, "statement", row["id"], row["sealed"])) for row in rows]


def mark(work: Work, statements: Sequence[str], state: StatementState) -> int:
    """Say that statements were sent or withdrawn; returns how many changed."""
    sent = work.now if state is StatementState.SENT else None
    changed = 0
    for start in range(0, len(statements), 500):
        some = list(statements[start : start + 500])
        update = work.update(statement_table).where(_columns.id.in_(some), _columns.state != state.value)
        changed += work.execute(update.values(state=state.value, sent=sent)).rowcount
    return changed


def put_on_hold(work: Work, patient: str, reason: str, actor: str) -> None:
    """Send this patient no statements from now on."""
    work.upsert(statement_hold_table, {"patient_id": patient}, reason=reason.strip()[:200], since=work.now, actor=actor)


def take_off_hold(work: Work, patient: str) -> None:
    """Send this patient statements again."""
    work.execute(work.delete(statement_hold_table).where(_holds.patient_id == patient))


def holds(work: Work, limit: int = 200) -> list[Hold]:
    """Who gets no statements, the latest put first."""
    query = work.select(statement_hold_table).order_by(_holds.since.desc(), _holds.patient_id).limit(limit)
    return [Hold(row["patient_id"], row["reason"], row["since"], row["actor"]) for row in work.rows(query)]


@dataclass(frozen=True, slots=True)
class _Before:
    """What a patient got so far."""

    last: date | None = None
    times: int = 0
    held: bool = False


def _before(work: Work, patients: Collection[str]) -> dict[str, _Before]:
    wanted = sorted(patients)
    query = (
        sa.select(_columns.patient_id, sa.func.max(_columns.as_of).label("last"), sa.func.count().label("times"))
        .where(
            work.mine(statement_table),
            _columns.patient_id.in_(wanted),
            _columns.state != StatementState.WITHDRAWN.value,
        )
        .group_by(_columns.patient_id)
    )
    got = {row["patient_id"]: (row["last"], int(row["times"])) for row in work.rows(query)}
    held_rows = work.select(statement_hold_table, _holds.patient_id).where(_holds.patient_id.in_(wanted))
    held = {row["patient_id"] for row in work.rows(held_rows)}
    return {one: _Before(*got.get(one, (None, 0)), one in held) for one in wanted}


def _due(last: date | None, settings: MoneySettings, as_of: date) -> bool:
    return last is None or last <= as_of - timedelta(days=settings.statement_days)


def _statement(row: Row) -> StatementRow:
    return StatementRow(
        row["id"],
        row["run_id"],
        row["patient_id"],
        row["number"],
        row["as_of"],
        Money(row["amount"]),
        row["times"],
        StatementState(row["state"]),
        row["created"],
        row["sent"],
    )
