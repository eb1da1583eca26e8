"""How synchronisation stands: one patient, one visit, one connection, all of them, over time. Reading only.

Ids, codes, counts and times: no value of a patient is opened here, but for the insurance that a caller asks to see.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from chartline.connect.capabilities import SessionState, TellsSession
from chartline.connect.connections import Connection
from chartline.connect.facts import CoverageFact
from chartline.domains.practice.coverages import read_coverage
from chartline.domains.practice.day import coverages_of
from chartline.domains.sync.census import CensusReport, report
from chartline.domains.sync.fetches import in_line
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import vendors_of
from chartline.domains.sync.log import EventFilter, EventPage, SyncEvent, counts_by_day, list_events, outcomes
from chartline.domains.sync.runs import (
    Counts,
    RunFilter,
    RunPage,
    SyncRun,
    What,
    last_runs,
    list_runs,
    open_runs,
    read_run,
    totals,
)
from chartline.domains.sync.settings import SyncSettings, all_settings
from chartline.domains.sync.tables import sync_change_table, sync_conflict_table
from chartline.flows.ground import Ground
from chartline.flows.syncing.asked import records_of
from chartline.formats.fhir import text
from chartline.kernel.sealed import Masked
from chartline.platform.database import Work
from chartline.platform.jobs.schedules import Schedule
from chartline.platform.limits import Usage

_CHANGES, _CONFLICTS = sync_change_table.c, sync_conflict_table.c
A_DAY = timedelta(hours=24)


# --- one patient, one visit -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecordStatus:
    """How one record stands with a connection. ``vendor_id`` is None while the vendor has not got it.

    ``waiting``: a change of ours was not sent yet. ``dead``: it was tried, and a person has to look; ``problem_code``
    says why. ``conflicts`` counts the open questions; ``last`` is the newest line of the log about it.
    """

    kind: Kind
    local_id: str
    vendor_id: str | None
    waiting: bool
    dead: bool
    problem_code: str | None
    conflicts: int
    last: SyncEvent | None

    @property
    def word(self) -> str:
        """The state in a word: conflict, failed, waiting, synced or unsynced; the worst first."""
        if self.conflicts:
            return "conflict"
        if self.dead:
            return "failed"
        if self.waiting:
            return "waiting"
        return "synced" if self.vendor_id else "unsynced"


@dataclass(frozen=True, slots=True)
class PatientStatus:
    """How a patient and all that is theirs stands with a connection, and the last runs that were for them alone."""

    patient: RecordStatus
    coverages: tuple[RecordStatus, ...]
    visits: tuple[RecordStatus, ...]
    runs: tuple[SyncRun, ...]

    @property
    def everything(self) -> tuple[RecordStatus, ...]:
        """All records."""
        return (self.patient, *self.coverages, *self.visits)

    @property
    def last_synced(self) -> datetime | None:
        """When anything of theirs was last exchanged."""
        return max((each.last.at for each in self.everything if each.last and each.last.at), default=None)


def patient_status(ground: Ground, organisation: str, connection: str, patient_id: str) -> PatientStatus:
    """How a patient stands. Raises ``records.not_found``."""
    with ground.database.read(organisation) as work:
        ground.records.read(work, "Patient", patient_id)
        theirs = records_of(work, ground.records, patient_id)
        (patient,) = statuses(work, connection, Kind.PATIENT, (patient_id,))
        return PatientStatus(
            patient,
            statuses(work, connection, Kind.COVERAGE, theirs.coverages),
            statuses(work, connection, Kind.VISIT, theirs.visits),
            list_runs(work, RunFilter(connection=connection, subject=patient_id), limit=5).runs,
        )


def visit_status(ground: Ground, organisation: str, connection: str, appointment_id: str) -> RecordStatus:
    """How a visit stands. Raises ``records.not_found``."""
    with ground.database.read(organisation) as work:
        ground.records.read(work, "Appointment", appointment_id)
        return statuses(work, connection, Kind.VISIT, (appointment_id,))[0]


def statuses(
    work: Work, connection: str, kind: Kind, local_ids: tuple[str, ...], *, lines: bool = True
) -> tuple[RecordStatus, ...]:
    """How records of one kind stand, in their order; four queries however many they are.

    Without ``lines`` the log is not read, and ``last`` is None: for many records of which only the state is shown.
    """
    if not local_ids:
        return ()
    links = vendors_of(work, connection, kind, list(local_ids))
    here = (_CHANGES.connection == connection, _CHANGES.kind == kind.value, _CHANGES.local_id.in_(local_ids))
    changes = {row["local_id"]: row for row in work.rows(work.select(sync_change_table).where(*here))}
    asked = (
        work.select(sync_conflict_table, _CONFLICTS.local_id, sa.func.count().label("number"))
        .where(_CONFLICTS.connection == connection, _CONFLICTS.kind == kind.value, _CONFLICTS.state == "open")
        .where(_CONFLICTS.local_id.in_(local_ids))
        .group_by(_CONFLICTS.local_id)
    )
    conflicts = {row["local_id"]: row["number"] for row in work.rows(asked)}
    wanted = EventFilter(connection=connection, kind=kind, local_ids=local_ids)
    last: dict[str | None, SyncEvent] = {}
    for event in list_events(work, wanted, limit=max(100, 5 * len(local_ids))).events if lines else ():
        last.setdefault(event.local_id, event)
    return tuple(
        RecordStatus(
            kind,
            each,
            links.get(each),
            each in changes and not changes[each]["dead"],
            each in changes and bool(changes[each]["dead"]),
            changes[each]["problem_code"] if each in changes else None,
            conflicts.get(each, 0),
            last.get(each),
        )
        for each in local_ids
    )


@dataclass(frozen=True, slots=True, repr=False)
class Insurance(Masked):
    """A coverage of a patient, and how it stands with a connection."""

    coverage_id: str
    coverage: CoverageFact
    status: RecordStatus


def patient_insurance(ground: Ground, organisation: str, connection: str, patient_id: str) -> tuple[Insurance, ...]:
    """A patient's coverages in their order. The caller writes down that they were looked at.

    Raises ``records.not_found``.
    """
    with ground.database.read(organisation) as work:
        ground.records.read(work, "Patient", patient_id)
        found = coverages_of(work, ground.records, [patient_id]).get(patient_id, [])
        facts = {text(each, "id") or "": read_coverage(each, connection) for each in found}
        stand = {each.local_id: each for each in statuses(work, connection, Kind.COVERAGE, tuple(facts))}
    plans = [Insurance(identity, fact, stand[identity]) for identity, fact in facts.items()]
    return tuple(sorted(plans, key=lambda one: (one.coverage.order, one.coverage_id)))


# --- the log and the runs ---------------------------------------------------------------------------------------------


def sync_logs(
    ground: Ground,
    organisation: str,
    wanted: EventFilter,
    *,
    patient_id: str | None = None,
    cursor: str = "",
    limit: int = 50,
) -> EventPage:
    """A page of the sync log; with a patient, of what is theirs. Raises ``records.not_found``."""
    with ground.database.read(organisation) as work:
        if patient_id is not None:
            ground.records.read(work, "Patient", patient_id)
            theirs = records_of(work, ground.records, patient_id)
            wanted = replace(wanted, local_ids=(patient_id, *theirs.all))
        return list_events(work, wanted, cursor, limit)


def runs(ground: Ground, organisation: str, wanted: RunFilter, cursor: str = "", limit: int = 50) -> RunPage:
    """A page of runs, newest first."""
    with ground.database.read(organisation) as work:
        return list_runs(work, wanted, cursor, limit)


@dataclass(frozen=True, slots=True)
class RunView:
    """One run, and when it should be over (None when it is, or when nobody can tell)."""

    run: SyncRun
    expected_finish: datetime | None


def run_view(ground: Ground, organisation: str, run_id: str) -> RunView:
    """One run with its expected finish. Raises ``sync.no_run``."""
    with ground.database.read(organisation) as work:
        found = read_run(work, run_id)
        connection = _connection(ground, work, found.connection)
    return RunView(found, expected(ground, found, connection))


def expected(ground: Ground, found: SyncRun, connection: Connection | None) -> datetime | None:
    """When a run should be over: by its pace, and not before the budgets allow the calls that it still needs."""
    now = ground.clock.now()
    left = None if found.total is None else found.total - found.counts.done
    forecast = None
    if left and left > 0 and connection is not None and found.finished is None:
        about = ground.about(connection.vendor)
        tier = _busiest(about.limits.tiers)
        if tier:
            forecast = ground.limiter.forecast(about.budget_key(connection.id, connection.options), tier, left).last_at
    return found.expected_finish(now, forecast)


def census_report(ground: Ground, organisation: str, run_id: str) -> CensusReport:
    """What a census found. Raises ``sync.no_run``."""
    with ground.database.read(organisation) as work:
        found = read_run(work, run_id)
        return report(work, run_id, found.connection, counted_both(found))


def counted_both(census: SyncRun) -> dict[Kind, int]:
    """How many records of each kind both sides have, as a census run keeps it."""
    kept = json.loads(census.cursor) if census.what is What.CENSUS and census.cursor else {}
    return {Kind(kind): int(number) for kind, number in kept.items()}


# --- connections ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """How a connection stands. ``session`` is None where there is none, or where the vendor knows no sessions.

    ``waiting`` counts changes of ours by kind, ``to_fetch`` records of the vendor's that are in line, ``dead`` the
    letters and ``conflicts`` the questions that wait for a person.
    """

    connection: Connection
    settings: SyncSettings
    session: SessionState | None
    schedules: tuple[Schedule, ...]
    last: Mapping[What, SyncRun]
    under_way: tuple[RunView, ...]
    waiting: Mapping[Kind, int]
    dead: int
    conflicts: int
    to_fetch: int
    peak: bool | None
    """Whether the vendor's peak hours are on; None where it has none."""


@dataclass(frozen=True, slots=True)
class TierStatus:
    """How much of one tier of a connection's budget is used now."""

    tier: str
    usage: Usage
    waiting: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A connection with its budgets and what happened in the last 24 hours: lines by outcome, and the runs' counts."""

    status: ConnectionStatus
    budgets: tuple[TierStatus, ...]
    events: Mapping[str, int]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Stats:
    """What happened between two moments. ``by_day`` has (UTC day, connection, outcome) to a number of lines."""

    since: datetime
    until: datetime
    by_day: Mapping[tuple[str, str, str], int]
    events: Mapping[str, int]
    counts: Counts


def status(ground: Ground, organisation: str, connection: str) -> ConnectionStatus:
    """How a connection stands. Raises ``connect.not_connected``."""
    with ground.database.read(organisation) as work:
        known = ground.connections.get(work, connection)
        settings = all_settings(work).get(connection, SyncSettings())
        schedules = tuple(
            plan for plan in ground.schedules.list(work, organisation) if plan.arguments.get("connection") == connection
        )
        last = {what: found for (of, what), found in last_runs(work).items() if of == connection}
        under_way = open_runs(work, connection)
        alive = (
            work.select(sync_change_table, _CHANGES.kind, _CHANGES.dead, sa.func.count().label("number"))
            .where(_CHANGES.connection == connection)
            .group_by(_CHANGES.kind, _CHANGES.dead)
        )
        rows = work.rows(alive)
        asked = (_CONFLICTS.connection == connection, _CONFLICTS.state == "open")
        conflicts = work.scalar(work.select(sync_conflict_table, sa.func.count()).where(*asked))
        to_fetch = in_line(work, connection)
    connector = ground.connector(organisation, known)
    peak = ground.about(known.vendor).limits.peak
    return ConnectionStatus(
        connection=known,
        settings=settings,
        session=connector.session() if isinstance(connector, TellsSession) else None,
        schedules=schedules,
        last=last,
        under_way=tuple(RunView(each, expected(ground, each, known)) for each in under_way),
        waiting={Kind(row["kind"]): row["number"] for row in rows if not row["dead"]},
        dead=sum(row["number"] for row in rows if row["dead"]),
        conflicts=int(conflicts or 0),
        to_fetch=to_fetch,
        peak=peak.calendar().peak(ground.clock.now()) if peak is not None else None,
    )


def rate_limit_status(ground: Ground, organisation: str, connection: str) -> tuple[TierStatus, ...]:
    """How much of each tier is used now, by everybody who shares the budget. Raises ``connect.not_connected``."""
    with ground.database.read(organisation) as work:
        known = ground.connections.get(work, connection)
    about = ground.about(known.vendor)
    key = about.budget_key(known.id, known.options)
    tiers = list(about.limits.tiers)
    found = ground.limiter.outlooks([(key, tier) for tier in tiers])
    return tuple(TierStatus(tier, one.usage, one.waiting) for tier, one in zip(tiers, found, strict=True))


def dashboard(ground: Ground, organisation: str, connection: str) -> Dashboard:
    """A connection at a glance. Raises ``connect.not_connected``."""
    now = ground.clock.now()
    found = stats(ground, organisation, now - A_DAY, now, connection)
    return Dashboard(
        status(ground, organisation, connection),
        rate_limit_status(ground, organisation, connection),
        found.events,
        found.counts,
    )


def stats(ground: Ground, organisation: str, since: datetime, until: datetime, connection: str | None = None) -> Stats:
    """What happened between two moments, at one connection or at all."""
    with ground.database.read(organisation) as work:
        by_day = counts_by_day(work, since, until)
        return Stats(
            since,
            until,
            {key: number for key, number in by_day.items() if connection in (None, key[1])},
            outcomes(work, since, until, connection),
            totals(work, since, until, connection),
        )


def _connection(ground: Ground, work: Work, identity: str) -> Connection | None:
    return next((each for each in ground.connections.all(work) if each.id == identity), None)


def _busiest(tiers: Mapping[str, object]) -> str:
    """The tier in which records are fetched and sent: the middle one where there are three."""
    names = list(tiers)
    return "medium" if "medium" in tiers else names[0] if names else ""
