"""A statement run: all patients who owe, portion by portion, with its progress; a killed one goes on where it was.

What was made stands with the place where the next portion begins, in one transaction. Refuses a second run while one is
under way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chartline.domains.payments.settings import read_money_settings
from chartline.domains.payments.statements import count_owing, make, patients_owing
from chartline.domains.payments.tables import statement_run_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.database.work import Row
from chartline.platform.records import Records
from chartline.platform.vault import Vault

NO_RUN = ErrorKind(
    "payments.no_run",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such statement run.",
    "Choose one from the list of runs.",
    status=404,
)
UNDER_WAY = ErrorKind(
    "payments.run_under_way",
    Blame.PRACTICE,
    Again.AFTER,
    "A statement run is under way.",
    "Wait until it is done; its page shows how far it is.",
    status=409,
)
PORTION = 50


class RunState(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class StatementRun:
    """A run. ``total`` is how many patients owe enough, ``looked`` how many of them were looked at so far."""

    id: str
    as_of: date
    state: RunState
    total: int
    looked: int
    made: int
    amount: Money
    actor: str
    started: datetime
    finished: datetime | None


_columns = statement_run_table.c


def begin(work: Work, as_of: date, actor: str) -> str:
    """Begin a run; returns its id. Raises ``payments.run_under_way``."""
    if running(work) is not None:
        raise UNDER_WAY.error()
    identity = new_id()
    work.insert(
        statement_run_table,
        id=identity,
        as_of=as_of,
        state=RunState.RUNNING.value,
        total=count_owing(work, read_money_settings(work)),
        looked=0,
        made=0,
        amount=0,
        actor=actor,
        started=work.now,
    )
    return identity


def running(work: Work) -> StatementRun | None:
    """The run that is under way."""
    row = work.row(work.select(statement_run_table).where(_columns.state == RunState.RUNNING.value))
    return _run(row) if row is not None else None


def go_on(work: Work, vault: Vault, records: Records, run: str) -> StatementRun:
    """Make the statements of the next portion; a run that is done stays done. Raises ``payments.no_run``."""
    row = work.row(work.select(statement_run_table).where(_columns.id == run).with_for_update())
    if row is None:
        raise NO_RUN.error(run=run)
    if row["state"] == RunState.DONE.value:
        return _run(row)
    settings = read_money_settings(work)
    patients = patients_owing(work, settings, after=row["after"], limit=PORTION)
    made = make(work, vault, records, patients, settings, row["as_of"], run=run) if patients else []
    over = len(patients) < PORTION
    changed = work.update(statement_run_table).where(_columns.id == run)
    work.execute(
        changed.values(
            looked=row["looked"] + len(patients),
            made=row["made"] + len(made),
            amount=row["amount"] + sum(one.amount.minor for one in made),
            after=patients[-1] if patients else row["after"],
            state=(RunState.DONE if over else RunState.RUNNING).value,
            finished=work.now if over else None,
        )
    )
    return read_run(work, run)


def read_run(work: Work, run: str) -> StatementRun:
    """One run. Raises ``payments.no_run``."""
    row = work.row(work.select(statement_run_table).where(_columns.id == run))
    if row is None:
        raise NO_RUN.error(run=run)
    return _run(row)


def list_runs(work: Work, limit: int = 20) -> list[StatementRun]:
    """The latest runs."""
    query = work.select(statement_run_table).order_by(_columns.started.desc(), _columns.id.desc()).limit(limit)
    return [_run(row) for row in work.rows(query)]


def _run(row: Row) -> StatementRun:
    return StatementRun(
        row["id"],
        row["as_of"],
        RunState(row["state"]),
        row["total"],
        row["looked"],
        row["made"],
        Money(row["amount"]),
        row["actor"],
        row["started"],
        row["finished"],
    )
