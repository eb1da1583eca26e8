"""What people can ask of synchronisation: one function for each verb, for the API, the console and the command line.

A verb that talks to a vendor opens a run, puts its job in line in the same transaction and answers the run's id: watch
it with ``sync_board``. Every verb is written into the audit trail. Refuses to start anything for a connection that is
switched off. ``actor`` is ``user:<id>``, ``token:<id>`` or ``job:<name>``; ``connection`` is a connection's id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from chartline.connect.capabilities import (
    AsksPlans,
    LooksUp,
    ReadsChanges,
    ReadsCharges,
    StartsFeeds,
    TakesCensus,
    WritesFacts,
)
from chartline.connect.facts import ChargeFact, LookupEntry, LookupKind, Page, PostedCharge
from chartline.domains.coverage.benefits import CheckState
from chartline.domains.coverage.checks import is_fresh, open_check
from chartline.domains.coverage.settings import read_coverage_settings
from chartline.domains.coverage.tables import Check
from chartline.domains.practice.charges import charges_of
from chartline.domains.practice.coverages import primary_on, read_coverage
from chartline.domains.practice.day import coverages_of
from chartline.domains.sync.changes import note_changes_for
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import vendor_of, vendors_of
from chartline.domains.sync.runs import What, read_run
from chartline.flows.ground import Ground
from chartline.flows.sync_board import (
    census_report,
    dashboard,
    patient_insurance,
    patient_status,
    rate_limit_status,
    run_view,
    runs,
    stats,
    status,
    sync_logs,
    visit_status,
)
from chartline.flows.sync_settings import (
    SettingsView,
    end_hook_address,
    get_settings,
    make_hook_address,
    reset_token,
    set_pilot,
    set_settings,
    settings_history,
)
from chartline.flows.syncing.eligibility import NOT_LINKED
from chartline.flows.syncing.pacing import zone_of
from chartline.flows.syncing.starting import able, must_be_on, note, start
from chartline.flows.visit_to_claim import queue_billing
from chartline.flows.visits import view_visit
from chartline.formats.fhir import text
from chartline.kernel.errors import Again, Blame, ErrorKind, Problem
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.platform.audit import Target

BAD_DAYS = ErrorKind(
    "sync.bad_days",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The first day is after the last one, or there is more than a year between them.",
    "Name two days, the earlier one first, at most a year apart.",
)
NO_COVERAGE = ErrorKind(
    "sync.no_coverage",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The patient has no coverage that a payer could be asked about.",
    "Enter the patient's insurance, synchronise the patient, then ask again.",
    status=409,
)
NOT_A_CENSUS = ErrorKind(
    "sync.not_a_census",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This run was no census that went through, so there is nothing to repair by it.",
    "Run a census first, and repair by it once it is done.",
    status=409,
)

__all__ = [
    "EligibilityAsked",
    "SettingsView",
    "VisitCharges",
    "bulk_sync",
    "census",
    "census_report",
    "charges",
    "check_eligibility",
    "create_visit",
    "dashboard",
    "end_hook_address",
    "get_settings",
    "lookup",
    "make_hook_address",
    "patient_insurance",
    "patient_status",
    "pull_updates",
    "rate_limit_status",
    "repair_census",
    "reset_token",
    "run_full",
    "run_sync",
    "run_view",
    "runs",
    "set_pilot",
    "set_settings",
    "settings_history",
    "stats",
    "status",
    "submit_charges",
    "sync_all_patients",
    "sync_logs",
    "sync_patient",
    "sync_visit",
    "visit_status",
]

MOST_DAYS = 366


# --- runs -------------------------------------------------------------------------------------------------------------


def sync_patient(ground: Ground, organisation: str, connection: str, patient_id: str, actor: str) -> str:
    """Synchronise one patient both ways, with coverages and visits in order; answers the run's id.

    Raises ``records.not_found``, ``sync.switched_off``, ``connect.cannot``.
    """
    able(ground, organisation, connection, WritesFacts)
    with ground.database.work(organisation) as work:
        ground.records.read(work, "Patient", patient_id)
        return start(ground, work, connection, What.PATIENT, actor, patient_id, patient=patient_id)


def sync_all_patients(ground: Ground, organisation: str, connection: str, actor: str) -> tuple[str, ...]:
    """Send every patient that the vendor has not got, and pull what changed there; the runs' ids.

    Raises ``sync.switched_off``, ``connect.cannot``.
    """
    able(ground, organisation, connection, WritesFacts)
    with ground.database.work(organisation) as work:
        cursor: str | None = None
        while True:
            page = ground.records.search(work, "Patient", cursor=cursor, limit=500)
            ids = [stored.id for stored in page.found]
            linked = vendors_of(work, connection, Kind.PATIENT, ids)
            note_changes_for(work, connection, [(Kind.PATIENT, each) for each in ids if each not in linked])
            cursor = page.next
            if cursor is None:
                break
        return tuple(start(ground, work, connection, what, actor) for what in (What.PULL_PATIENTS, What.PUSH))


def create_visit(ground: Ground, organisation: str, connection: str, appointment_id: str, actor: str) -> str:
    """Have the vendor book a visit of ours, after its patient; the run's id. A visit that is there is only compared.

    Raises ``records.not_found``, ``sync.switched_off``, ``connect.cannot``.
    """
    return sync_visit(ground, organisation, connection, appointment_id, actor)


def sync_visit(ground: Ground, organisation: str, connection: str, appointment_id: str, actor: str) -> str:
    """Synchronise one visit both ways; the run's id.

    Raises ``records.not_found``, ``sync.switched_off``, ``connect.cannot``.
    """
    able(ground, organisation, connection, WritesFacts)
    with ground.database.work(organisation) as work:
        ground.records.read(work, "Appointment", appointment_id)
        return start(ground, work, connection, What.VISIT, actor, appointment_id, appointment=appointment_id)


def bulk_sync(ground: Ground, organisation: str, connection: str, first: date, last: date, actor: str) -> str:
    """Send our visits from one day of the office through another, in batches of 50; the run's id.

    Raises ``sync.bad_days``, ``sync.switched_off``, ``connect.cannot``.
    """
    if not 0 <= (last - first).days <= MOST_DAYS:
        raise BAD_DAYS.error()
    able(ground, organisation, connection, WritesFacts)
    days = {"first": first.isoformat(), "last": last.isoformat()}
    with ground.database.work(organisation) as work:
        return start(ground, work, connection, What.BULK, actor, f"{first}/{last}", **days)


def pull_updates(ground: Ground, organisation: str, connection: str, actor: str) -> tuple[str, ...]:
    """Pull what changed at the vendor now, patients and visits; the runs' ids.

    Raises ``sync.switched_off``, ``connect.cannot``.
    """
    able(ground, organisation, connection, ReadsChanges)
    with ground.database.work(organisation) as work:
        feeds = (What.PULL_PATIENTS, What.PULL_VISITS)
        return tuple(start(ground, work, connection, what, actor) for what in feeds)


def run_sync(ground: Ground, organisation: str, connection: str, actor: str) -> tuple[str, ...]:
    """Pull what changed there and send what waits here, now; the runs' ids. Paused connections run too: somebody asked.

    Raises ``sync.switched_off``, ``connect.cannot``.
    """
    connector = able(ground, organisation, connection, ReadsChanges)
    wanted = [What.PULL_PATIENTS, What.PULL_VISITS]
    if isinstance(connector, WritesFacts):
        wanted.append(What.PUSH)
    with ground.database.work(organisation) as work:
        return tuple(start(ground, work, connection, what, actor) for what in wanted)


def run_full(ground: Ground, organisation: str, connection: str, actor: str, since: date | None = None) -> str:
    """Read everything that the vendor has, from a day on or from the beginning, and compare it; the run's id.

    Raises ``sync.switched_off``, ``connect.cannot``.
    """
    able(ground, organisation, connection, ReadsChanges if since is None else StartsFeeds)
    with ground.database.work(organisation) as work:
        begin = since.isoformat() if since else ""
        return start(ground, work, connection, What.FULL, actor, begin, since=begin)


def census(ground: Ground, organisation: str, connection: str, actor: str, since: date | None = None) -> str:
    """Count both sides, visits from a day on (30 days back when none is named); the run's id. Nothing is changed.

    Raises ``sync.switched_off``, ``connect.cannot``.
    """
    able(ground, organisation, connection, TakesCensus)
    with ground.database.work(organisation) as work:
        begin = since.isoformat() if since else ""
        return start(ground, work, connection, What.CENSUS, actor, begin, since=begin)


def repair_census(ground: Ground, organisation: str, run_id: str, actor: str) -> str:
    """Fetch what only the vendor has and send what only we have, as a census found it; the new run's id.

    Records that we are linked with and the vendor does not list any more are left alone. Raises ``sync.no_run``,
    ``sync.not_a_census``, ``sync.switched_off``.
    """
    with ground.database.work(organisation) as work:
        found = read_run(work, run_id)
        if found.what is not What.CENSUS or found.finished is None or found.problem_code:
            raise NOT_A_CENSUS.error(run=run_id)
        must_be_on(work, found.connection)
        return start(ground, work, found.connection, What.REPAIR, actor, run_id, census=run_id)


# --- charges ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VisitCharges:
    """The charges of a visit. ``there`` is None where the vendor could not be asked: see ``later`` and ``problem``."""

    captured: tuple[ChargeFact, ...]
    there: tuple[PostedCharge, ...] | None
    later: datetime | None = None
    problem: Problem | None = None


def submit_charges(ground: Ground, organisation: str, appointment_id: str, actor: str) -> None:
    """Bill a visit now, by the way that its payer is billed; harmless when it is billed already.

    Raises ``records.not_found``. What stops it shows on the desk.
    """
    with ground.database.work(organisation) as work:
        ground.records.read(work, "Appointment", appointment_id)
        queue_billing(ground, work, appointment_id)
        note(ground, work, actor, "sync.submit_charges", Target("Appointment", appointment_id))


def charges(ground: Ground, organisation: str, connection: str, appointment_id: str) -> VisitCharges:
    """What was captured for a visit here, and what stands on it at the vendor.

    Raises ``records.not_found``, ``sync.switched_off``, ``connect.cannot``.
    """
    with ground.database.read(organisation) as work:
        view = view_visit(work, ground.records, appointment_id)
        captured = charges_of(work, [view.encounter_id]).get(view.encounter_id, ())
        visit = vendor_of(work, connection, Kind.VISIT, appointment_id)
        patient = vendor_of(work, connection, Kind.PATIENT, view.patient_id)
    connector = able(ground, organisation, connection, ReadsCharges)
    if visit is None or patient is None:
        return VisitCharges(tuple(captured), None, problem=NOT_LINKED.problem(appointment=appointment_id))
    match connector.charges_on(visit, patient, view.service_date):
        case Receipt(there):
            return VisitCharges(tuple(captured), there)
        case Later(at):
            return VisitCharges(tuple(captured), None, later=at)
        case Refused(problem):
            return VisitCharges(tuple(captured), None, problem=problem)


# --- eligibility, lists -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EligibilityAsked:
    """A check of coverage. ``run_id`` is None when the answer of an earlier question still holds."""

    check: Check
    run_id: str | None


def check_eligibility(
    ground: Ground, organisation: str, connection: str, patient_id: str, actor: str, coverage_id: str | None = None
) -> EligibilityAsked:
    """Ask a payer through the practice system whether a patient is covered today; the primary plan when none is named.

    Raises ``records.not_found``, ``sync.no_coverage``, ``sync.not_linked``, ``sync.switched_off``, ``connect.cannot``.
    """
    able(ground, organisation, connection, AsksPlans)
    with ground.database.work(organisation) as work:
        ground.records.read(work, "Patient", patient_id)
        today = work.now.astimezone(zone_of(work)).date()
        plans = coverages_of(work, ground.records, [patient_id]).get(patient_id, [])
        primary = primary_on(plans, today)
        wanted = coverage_id or text(primary, "id")
        plan = next((each for each in plans if text(each, "id") == wanted), None)
        if plan is None or wanted is None:
            raise NO_COVERAGE.error(patient=patient_id)
        if vendor_of(work, connection, Kind.COVERAGE, wanted) is None:
            raise NOT_LINKED.error(coverage=wanted)
        settings = read_coverage_settings(work)
        opened = open_check(
            work,
            ground.records,
            patient_id=patient_id,
            coverage_id=wanted,
            payer_id=read_coverage(plan).payer_id,
            service_date=today,
            service_type=settings.service_type,
        )
        check = opened.check
        fresh = is_fresh(check, today, work.now, settings.fresh_days)
        if check.state not in (CheckState.ASKED, CheckState.FAILED) and fresh:
            return EligibilityAsked(check, None)
        run_id = start(ground, work, connection, What.ELIGIBILITY, actor, patient_id, check=check.id)
        return EligibilityAsked(check, run_id)


def lookup(
    ground: Ground, organisation: str, connection: str, kind: LookupKind, begins: str = "", cursor: str = ""
) -> Receipt[Page[LookupEntry]] | Later | Refused:
    """A page of one of the vendor's own lists; rows whose code or name begins with ``begins``. Kept by the connector.

    Raises ``sync.switched_off``, ``connect.cannot``.
    """
    return able(ground, organisation, connection, LooksUp).lookup(kind, begins, cursor)
