"""The bodies in which synchronisation is told: runs, lines of the log, how a record stands. Ids, codes and counts."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from chartline.api.routes import Amount, ProblemBody
from chartline.connect.facts import ChargeFact
from chartline.domains.sync.log import EventPage, SyncEvent
from chartline.domains.sync.runs import Counts, SyncRun
from chartline.flows.sync_board import RecordStatus, RunView
from chartline.kernel.errors import CATALOGUE, Problem


class Started(msgspec.Struct):
    """The runs that were put in line; ``GET …/sync/runs/{id}`` says how each goes."""

    runs: list[str]


class CountsBody(msgspec.Struct, frozen=True):
    """What came of records; ``done`` counts every one that was looked at."""

    done: int = 0
    created: int = 0
    changed: int = 0
    refused: int = 0
    conflicts: int = 0
    unknown: int = 0


class RunBody(msgspec.Struct, kw_only=True):
    """A run. ``expected_finish`` is null when it is over or nobody can tell; ``say`` and ``do`` explain its problem."""

    id: str
    what: str
    direction: str
    subject: str
    started_by: str
    state: str
    asked: datetime
    started: datetime | None
    finished: datetime | None
    next_at: datetime | None
    total: int | None
    counts: CountsBody
    expected_finish: datetime | None
    problem_code: str | None
    say: str
    do: str


class RunPageBody(msgspec.Struct):
    """Runs, newest first, and the cursor of the next page."""

    runs: list[RunBody]
    next: str | None


class LogRow(msgspec.Struct, kw_only=True):
    """One line of the sync log; ``code`` is a field name, a problem code or a choice, never a value.

    ``exchange_id`` leads to the message at ``/api/exchanges/{id}``.
    """

    id: str
    at: datetime | None
    direction: str
    kind: str
    operation: str
    outcome: str
    local_id: str | None
    vendor_id: str | None
    code: str
    http_status: int | None
    started: datetime | None
    duration_ms: int | None
    actor: str
    run_id: str | None
    exchange_id: str | None


class LogPage(msgspec.Struct):
    """Lines, newest first, and the cursor of the next page."""

    events: list[LogRow]
    next: str | None


class RecordBody(msgspec.Struct, kw_only=True):
    """How a record stands with the connection: conflict, failed, waiting, synced or unsynced."""

    kind: str
    id: str
    vendor_id: str | None
    state: str
    waiting: bool
    failed: bool
    conflicts: int
    problem_code: str | None
    say: str
    do: str
    last: LogRow | None


class ChargeBody(msgspec.Struct, kw_only=True):
    """A charge as captured here."""

    procedure: str
    modifiers: list[str]
    units: int
    diagnoses: list[str]
    place_of_service: str
    amount: Amount


def run_body(run: SyncRun, expected_finish: datetime | None) -> RunBody:
    """A run to be shown."""
    say, do = explained(run.problem_code)
    return RunBody(
        id=run.id,
        what=run.what.value,
        direction=run.direction,
        subject=run.subject,
        started_by=run.started_by,
        state=run.state.value,
        asked=run.asked,
        started=run.started,
        finished=run.finished,
        next_at=run.next_at,
        total=run.total,
        counts=counts_body(run.counts),
        expected_finish=expected_finish,
        problem_code=run.problem_code,
        say=say,
        do=do,
    )


def view_body(view: RunView) -> RunBody:
    """A run with its expected finish."""
    return run_body(view.run, view.expected_finish)


def counts_body(counts: Counts) -> CountsBody:
    """Counts to be shown."""
    return CountsBody(counts.done, counts.created, counts.changed, counts.refused, counts.conflicts, counts.unknown)


def log_row(event: SyncEvent) -> LogRow:
    """A line to be shown."""
    return LogRow(
        id=event.id,
        at=event.at,
        direction=event.direction.value,
        kind=event.kind.value,
        operation=event.operation,
        outcome=event.outcome.value,
        local_id=event.local_id,
        vendor_id=event.vendor_id,
        code=event.code,
        http_status=event.http_status,
        started=event.started,
        duration_ms=event.duration_ms,
        actor=event.actor,
        run_id=event.run_id,
        exchange_id=event.exchange_id,
    )


def log_page(page: EventPage) -> LogPage:
    """A page of the log to be shown."""
    return LogPage([log_row(one) for one in page.events], page.cursor or None)


def record_body(status: RecordStatus) -> RecordBody:
    """How a record stands, to be shown."""
    say, do = explained(status.problem_code)
    return RecordBody(
        kind=status.kind.value,
        id=status.local_id,
        vendor_id=status.vendor_id,
        state=status.word,
        waiting=status.waiting,
        failed=status.dead,
        conflicts=status.conflicts,
        problem_code=status.problem_code,
        say=say,
        do=do,
        last=log_row(status.last) if status.last else None,
    )


def charge_body(charge: ChargeFact) -> ChargeBody:
    """A charge to be shown."""
    return ChargeBody(
        procedure=charge.procedure,
        modifiers=list(charge.modifiers),
        units=charge.units,
        diagnoses=list(charge.diagnoses),
        place_of_service=charge.place_of_service,
        amount=Amount(charge.amount.minor, charge.amount.currency),
    )


def problem_body(problem: Problem) -> ProblemBody:
    """A problem inside an answer that is none itself."""
    return ProblemBody(
        code=problem.code,
        blame=problem.blame.value,
        again=problem.again.value,
        say=problem.say,
        do=problem.do,
        evidence=problem.evidence,
        fields=dict(problem.fields),
    )


def explained(code: str | None) -> tuple[str, str]:
    """What a problem code says and what to do about it; empty texts for none."""
    kind = CATALOGUE.get(code or "")
    return (kind.say, kind.do) if kind else ("", "")


class Between(msgspec.Struct, forbid_unknown_fields=True):
    """Two days of the office, both included."""

    first: date
    last: date
