"""Two-way sync in the middle of its day: runs, lines of the log, letters, conflicts and a question about charges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from tests.support.filled import NOW, Filled
from tests.support.invented import person_of

from chartline.app.budgets import budget_key
from chartline.connect.facts import ChargeFact, PostedCharge
from chartline.connectors.advancedmd.problems import DUPLICATE_PATIENT, PRIVILEGE_MISSING
from chartline.domains.practice.charge_questions import ask_about
from chartline.domains.practice.visits import encounter_id
from chartline.domains.sync.changes import follow, note_change_for
from chartline.domains.sync.conflicts import add_conflict
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.letters import bury_unfit
from chartline.domains.sync.links import link
from chartline.domains.sync.log import Direction, Happened, SyncEvent, doing, note_event
from chartline.domains.sync.merge import Conflict
from chartline.domains.sync.quarantine import Found, keep_unknown
from chartline.domains.sync.runs import Counts, RunState, What, begin, finish, open_run, progress, wait
from chartline.domains.sync.tables import sync_change_table
from chartline.flows import front_desk
from chartline.kernel.errors import CATALOGUE
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work


@dataclass
class Synced:
    """Where to look: the connection, patients and visits that each show something, and a run of each kind."""

    office: str
    merging: str
    """A patient with three fields in dispute."""
    dead: str
    asked: str
    """A visit with charges of somebody else's at the vendor."""
    running: str
    census: str
    failed: str


def synchronise(filled: Filled) -> Synced:
    """Let a filled practice have been synchronised for a while."""
    services, organisation = filled.services, filled.organisation
    with services.database.read(organisation) as work:
        office = next(one.id for one in services.connections.all(work) if one.vendor == "advancedmd")
    actor = next(f"user:{one.id}" for one in services.access.users(organisation) if one.email == filled.email)
    merging = filled.patients[9]
    person = person_of(filled.world.patients[9])
    moved = replace(
        person, street=Sealed("77 NEW POND COURT"), phone=Sealed("5555550142"), city=Sealed("LOWER TESTVILLE")
    )
    front_desk.change_patient(services.ground, organisation, actor, merging, moved)
    with services.database.work(organisation) as work:
        follow(work, office, (Kind.PATIENT, Kind.COVERAGE, Kind.VISIT))
        for number, patient in enumerate(filled.patients[:20]):
            link(work, office, Kind.PATIENT, patient, f"pat{70000 + number}")
        for number, visit in enumerate(filled.visits[:14]):
            link(work, office, Kind.VISIT, visit, f"vst{31000 + number}")
        _dispute(filled, work, office, merging)
        dead = _refuse(filled, work, office)
        for visit in filled.visits[12:14]:
            note_change_for(work, office, Kind.VISIT, visit)
        connection = services.connections.get(work, office)
        found = Found(office, Kind.VISIT, filled.visits[0], "vst31000", filled.exchange)
        keep_unknown(work, services.vault, found, {"status": "TELECHECK"}, {"status": "arrived"})
        running, census, failed = _runs(filled, work, office, actor)
        asked = filled.visits[15]
        theirs = PostedCharge("chg901", "vst1", ChargeFact("99213", (), 1, ("F411",), "11", Money(14500)), billed=True)
        encounter = encounter_id(organisation, asked)
        ask_about(work, services.vault, encounter, asked, office, (theirs,))
    key = budget_key(connection)
    for tier, number in (("login", 1), ("medium", 9), ("low", 14)):
        for _ in range(number):
            services.limiter.acquire(key, tier, 0)
    return Synced(office, merging, dead, asked, running, census, failed)


def _dispute(filled: Filled, work: Work, office: str, patient: str) -> None:
    vault, earlier = filled.services.vault, NOW - timedelta(hours=3)
    for conflict in (
        Conflict("street", "12 OLD MILL LANE", "77 NEW POND COURT", "12 OLD MILL LANE APT 4"),
        Conflict("phone", None, "5555550142", "5555550199"),
        Conflict("city", "TESTVILLE", "LOWER TESTVILLE", "UPPER TESTVILLE"),
    ):
        add_conflict(work, vault, office, Kind.PATIENT, patient, conflict, earlier)
    start = Conflict("start", None, "2026-03-10T15:00:00+00:00", "2026-03-10T15:30:00+00:00")
    add_conflict(work, vault, office, Kind.VISIT, filled.visits[11], start, None)


def _refuse(filled: Filled, work: Work, office: str) -> str:
    """Three dead letters of two reasons; the first is the patient's whose id is answered."""
    codes = [DUPLICATE_PATIENT.code, DUPLICATE_PATIENT.code, PRIVILEGE_MISSING.code]
    for number, code in zip((15, 16, 17), codes, strict=True):
        patient = filled.patients[number]
        note_change_for(work, office, Kind.PATIENT, patient)
        here = (sync_change_table.c.local_id == patient, sync_change_table.c.kind == Kind.PATIENT.value)
        token = work.scalar(work.select(sync_change_table, sync_change_table.c.token).where(*here))
        bury_unfit(work, office, Kind.PATIENT, patient, str(token), CATALOGUE[code].problem())
    return filled.patients[15]


def _runs(filled: Filled, work: Work, office: str, actor: str) -> tuple[str, str, str]:
    pull = open_run(work, office, What.PULL_PATIENTS, "schedule")
    begin(work, pull)
    progress(work, pull, Counts(40, 3, 12, 0, 2, 0))
    with doing(pull, "schedule"):
        for number, patient in enumerate(filled.patients[:8]):
            note_event(
                work,
                SyncEvent(
                    connection=office,
                    direction=Direction.IN,
                    kind=Kind.PATIENT,
                    outcome=Happened.CHANGED if number % 3 else Happened.CREATED,
                    local_id=patient,
                    vendor_id=f"pat{70000 + number}",
                    exchange_id=filled.exchange,
                ),
            )
    finish(work, pull)
    running = open_run(work, office, What.FULL, actor, total=320)
    begin(work, running)
    progress(work, running, Counts(120, 4, 30, 1, 2, 0))
    wait(work, running, NOW + timedelta(minutes=2))
    census = open_run(work, office, What.CENSUS, actor)
    begin(work, census)
    progress(work, census, Counts(44), cursor='{"patient": 20, "visit": 14}')
    finish(work, census)
    failed = open_run(work, office, What.PUSH, "schedule")
    begin(work, failed)
    finish(work, failed, RunState.FAILED, PRIVILEGE_MISSING.code)
    return running, census, failed
