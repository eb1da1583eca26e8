"""Synchronisation of one connection as a whole: start it, watch its runs, count both sides, read the log."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar.params import Parameter

from chartline.api.caller import SYNC_VIEW
from chartline.api.connections.bodies import (
    CountsBody,
    LogPage,
    RunBody,
    RunPageBody,
    Started,
    counts_body,
    log_page,
    run_body,
    view_body,
)
from chartline.api.connections.chosen import Choosing
from chartline.api.problems import INVALID, id_cursor
from chartline.api.routes import Cursor, Limit, act, read
from chartline.connect.capabilities import SessionState
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.log import Direction, EventFilter, Happened
from chartline.domains.sync.runs import RunFilter, RunState, What
from chartline.flows import sync_desk
from chartline.flows.sync_board import ConnectionStatus, Stats, TierStatus

Text = Annotated[str | None, Parameter(max_length=120)]


class RunRequest(msgspec.Struct, forbid_unknown_fields=True):
    """``now``: what changed; ``full``: everything from ``since`` on; ``census``: count both sides, change nothing."""

    what: Literal["now", "full", "census"] = "now"
    since: date | None = None


class SessionBody(msgspec.Struct):
    """The session with the vendor."""

    opened: datetime
    expires: datetime


class ScheduleBody(msgspec.Struct, kw_only=True):
    """What runs by itself."""

    job: str
    paused: bool
    running: bool
    last_started: datetime | None
    last_finished: datetime | None
    next_at: datetime


class StatusBody(msgspec.Struct, kw_only=True):
    """How a connection stands. ``waiting`` counts our changes by kind; ``failed`` and ``conflicts`` need a person."""

    connection: str
    name: str
    enabled: bool
    paused: bool
    peak: bool | None
    session: SessionBody | None
    waiting: dict[str, int]
    to_fetch: int
    failed: int
    conflicts: int
    schedules: list[ScheduleBody]
    last_runs: list[RunBody]
    under_way: list[RunBody]


class TierBody(msgspec.Struct, kw_only=True):
    """Calls that count now and calls allowed now, of one tier; ``waiting`` callers want a slot."""

    tier: str
    used: int
    allowed: int
    next_free: datetime | None
    waiting: int


class TierList(msgspec.Struct):
    """Every tier of the connection's budget."""

    tiers: list[TierBody]


class DashboardBody(msgspec.Struct, kw_only=True):
    """A connection with its budgets and the last 24 hours: lines of the log by outcome, and what runs did."""

    status: StatusBody
    tiers: list[TierBody]
    events_24h: dict[str, int]
    counts_24h: CountsBody


class DayCount(msgspec.Struct):
    """Lines of one outcome on one day (UTC)."""

    day: date
    outcome: str
    number: int


class StatsBody(msgspec.Struct, kw_only=True):
    """What happened between two moments."""

    since: datetime
    until: datetime
    events: dict[str, int]
    counts: CountsBody
    by_day: list[DayCount]


class KindCensusBody(msgspec.Struct, kw_only=True):
    """One kind counted: on both sides, only here though linked, never sent, only there, changes that wait."""

    kind: str
    both: int
    only_here: int
    unsent: int
    only_there: int
    waiting: int


class CensusBody(msgspec.Struct):
    """What a census found."""

    run: str
    agrees: bool
    conflicts: int
    kinds: list[KindCensusBody]


@act("/sync/run", summary="Synchronise now", status_code=202)
def run_sync(chosen: Choosing, data: RunRequest | None = None) -> Started:
    """Pulls and sends now, reads everything again, or counts both sides. Budgets hold as always."""
    ground, organisation, connection, actor = chosen.to_change()
    wanted = data or RunRequest()
    if wanted.what == "full":
        return Started([sync_desk.run_full(ground, organisation, connection, actor, wanted.since)])
    if wanted.what == "census":
        return Started([sync_desk.census(ground, organisation, connection, actor, wanted.since)])
    return Started(list(sync_desk.run_sync(ground, organisation, connection, actor)))


@read("/sync/status", summary="How a connection stands")
def sync_status(chosen: Choosing) -> StatusBody:
    """Session, schedules, last runs, runs under way, and what waits or needs a person."""
    return _status(sync_desk.status(*chosen.to_look()))


@read("/sync/dashboard", summary="A connection at a glance")
def sync_dashboard(chosen: Choosing) -> DashboardBody:
    """How it stands, its budgets, and the last 24 hours."""
    found = sync_desk.dashboard(*chosen.to_look(SYNC_VIEW))
    return DashboardBody(
        status=_status(found.status),
        tiers=[_tier(one) for one in found.budgets],
        events_24h=dict(found.events),
        counts_24h=counts_body(found.counts),
    )


@read("/sync/stats", summary="What happened between two moments")
def sync_stats(chosen: Choosing, since: datetime | None = None, until: datetime | None = None) -> StatsBody:
    """Lines of the log by outcome and day, and what runs did; the last seven days when no moment is named."""
    ground, organisation, connection = chosen.to_look(SYNC_VIEW)
    last = _aware(until) or ground.clock.now()
    first = _aware(since) or last - timedelta(days=7)
    return _stats(sync_desk.stats(ground, organisation, first, last, connection))


@read("/sync/logs", summary="The sync log of a connection")
def sync_logs(
    chosen: Choosing,
    direction: Direction | None = None,
    kind: Kind | None = None,
    operation: Text = None,
    outcome: Happened | None = None,
    record: Text = None,
    patient: UUID | None = None,
    run: UUID | None = None,
    actor: Text = None,
    code: Text = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> LogPage:
    """Lines, newest first. ``code`` is the beginning of a problem code or field name; ``patient`` takes in all that is
    theirs."""
    ground, organisation, connection = chosen.to_look(SYNC_VIEW)
    wanted = EventFilter(
        connection=connection,
        direction=direction,
        kind=kind,
        operation=operation,
        outcome=outcome,
        local_id=record,
        run_id=str(run) if run else None,
        actor=actor,
        code=code,
        since=_aware(since),
        until=_aware(until),
    )
    patient_id = str(patient) if patient else None
    return log_page(
        sync_desk.sync_logs(ground, organisation, wanted, patient_id=patient_id, cursor=id_cursor(cursor), limit=limit)
    )


@read("/sync/runs", summary="The runs of a connection")
def list_runs(
    chosen: Choosing,
    what: What | None = None,
    standing: Annotated[RunState | None, Parameter(query="state")] = None,
    news: Annotated[bool, Parameter(description="Leave out runs that found nothing to do.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> RunPageBody:
    """Runs, newest first."""
    ground, organisation, connection = chosen.to_look(SYNC_VIEW)
    wanted = RunFilter(connection=connection, what=what, state=standing, only_news=news)
    page = sync_desk.runs(ground, organisation, wanted, id_cursor(cursor), limit)
    return RunPageBody([run_body(one, None) for one in page.runs], page.cursor or None)


@read("/sync/runs/{run_id:uuid}", summary="One run and when it should be over")
def read_run(chosen: Choosing, run_id: UUID) -> RunBody:
    """Progress, counts, and the expected finish by pace and budget."""
    ground, organisation, _ = chosen.to_look()
    return view_body(sync_desk.run_view(ground, organisation, str(run_id)))


@read("/sync/runs/{run_id:uuid}/census", summary="What a census found")
def read_census(chosen: Choosing, run_id: UUID) -> CensusBody:
    """Both sides counted, kind by kind."""
    ground, organisation, _ = chosen.to_look(SYNC_VIEW)
    found = sync_desk.census_report(ground, organisation, str(run_id))
    kinds = [
        KindCensusBody(
            kind=one.kind.value,
            both=one.both,
            only_here=one.only_here,
            unsent=one.unsent,
            only_there=one.only_there,
            waiting=one.waiting,
        )
        for one in found.kinds
    ]
    return CensusBody(found.run_id, found.agrees, found.conflicts, kinds)


@act("/sync/runs/{run_id:uuid}/repair", summary="Fetch and send what a census missed", status_code=202)
def repair_census(chosen: Choosing, run_id: UUID) -> Started:
    """Fetches what only the vendor has and sends what was never sent. Nothing is deleted."""
    ground, organisation, _, actor = chosen.to_change()
    return Started([sync_desk.repair_census(ground, organisation, str(run_id), actor)])


@read("/admin/rate-limit-status", summary="Read the connection's call budget")
def rate_limit_status(chosen: Choosing) -> TierList:
    """How much of each tier is used now, by everybody who shares the budget."""
    return TierList([_tier(one) for one in sync_desk.rate_limit_status(*chosen.to_look(SYNC_VIEW))])


def _status(found: ConnectionStatus) -> StatusBody:
    return StatusBody(
        connection=found.connection.id,
        name=found.connection.name,
        enabled=found.connection.enabled and found.settings.enabled,
        paused=found.settings.paused,
        peak=found.peak,
        session=_session(found.session),
        waiting={kind.value: number for kind, number in found.waiting.items()},
        to_fetch=found.to_fetch,
        failed=found.dead,
        conflicts=found.conflicts,
        schedules=[
            ScheduleBody(
                job=one.job,
                paused=one.paused,
                running=one.running is not None,
                last_started=one.last_started,
                last_finished=one.last_finished,
                next_at=one.next_at,
            )
            for one in found.schedules
        ],
        last_runs=[run_body(one, None) for one in found.last.values()],
        under_way=[view_body(one) for one in found.under_way],
    )


def _session(found: SessionState | None) -> SessionBody | None:
    return SessionBody(found.opened, found.expires) if found else None


def _tier(one: TierStatus) -> TierBody:
    usage = one.usage
    return TierBody(
        tier=one.tier, used=usage.used, allowed=usage.allowed, next_free=usage.next_free, waiting=one.waiting
    )


def _stats(found: Stats) -> StatsBody:
    days = [DayCount(date.fromisoformat(day), word, number) for (day, _, word), number in sorted(found.by_day.items())]
    return StatsBody(
        since=found.since,
        until=found.until,
        events=dict(found.events),
        counts=counts_body(found.counts),
        by_day=days,
    )


def _aware(moment: datetime | None) -> datetime | None:
    """A moment of the address. Raises ``api.invalid`` without a time zone."""
    if moment is not None and moment.tzinfo is None:
        raise INVALID.error(moment="without a time zone")
    return moment


HANDLERS = [
    run_sync,
    sync_status,
    sync_dashboard,
    sync_stats,
    sync_logs,
    list_runs,
    read_run,
    read_census,
    repair_census,
    rate_limit_status,
]
