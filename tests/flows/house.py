"""An invented practice with everything real around it: database, engine, worker, and both vendors' simulators.

Each house has its own data folder, clock and vendor processes. Nothing runs by itself: the schedules of the practice
are taken away, and a test puts jobs in line and plays until nothing is left to do.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from tests.support.invented import charges_of, coverage_of, person_of
from tests.support.simulators import Simulator, running
from tests.support.waiting import until

from chartline.app.demonstration.setup import Office, set_up
from chartline.app.services import Services, open_services
from chartline.app.stories import all_jobs
from chartline.connect.connections import Connection
from chartline.connect.facts import VisitStatus
from chartline.connect.intents import intent
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import local_of
from chartline.domains.sync.log import EventFilter, SyncEvent, list_events
from chartline.flows.front_desk import book, capture_charges, new_patient, set_status
from chartline.flows.ground import FAST, Ground
from chartline.kernel.ids import new_id
from chartline.kernel.settings import Settings
from chartline.platform.database import Work
from chartline.platform.exchange.tables import exchange_table
from chartline.platform.jobs import Issues, Worker
from chartline.platform.jobs.issues import Issue
from chartline.platform.jobs.tables import timer
from chartline.sandbox.clock import ClockKeeper
from chartline.sandbox.vendors import Vendors
from chartline.sandbox.world import DAY, ZONE, Patient, Visit, World, make_world

SPEED = 240.0
"""A minute of the house's clock is a quarter of a second, so limits are met and waited for."""
TIMEOUT = 5.0
MOST_RETURNS = 150
ACTOR = "desk@juniper-hollow.example"


FEW = (1, 2, 3, 4, 5, 6, 39, 40, 41)
"""Patients of every payer, among them those whom the day's special fates are placed on; the last three are new."""


def some(world: World, patients: Collection[int] | None) -> World:
    """A world with these patients and their visits only; those with a special fate are always there."""
    if patients is None:
        return world
    patients = {1, 2, 3, 5, *patients}
    return replace(
        world,
        patients=tuple(each for each in world.patients if each.number in patients),
        visits=tuple(each for each in world.visits if each.patient.number in patients),
    )


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    """A time of the played day, or of one so many days later, on the office's wall."""
    return datetime.combine(DAY + timedelta(days=day), time(hour, minute), ZoneInfo(ZONE))


@dataclass
class House:
    """One practice."""

    folder: Path
    world: World
    services: Services
    keeper: ClockKeeper
    vendors: Vendors
    simulators: dict[str, Simulator]
    office: Office
    worker: Worker | None = None
    advancedmd: str = ""
    """Our connection with AdvancedMD, by its id."""
    claimmd: str = ""
    waiting_for: str = ""
    _number: int = 0

    def __post_init__(self) -> None:
        self.advancedmd, self.claimmd = (self.connection(vendor).id for vendor in ("advancedmd", "claimmd"))

    @property
    def ground(self) -> Ground:
        return self.services.ground

    @property
    def organisation(self) -> str:
        return self.office.organisation

    @contextmanager
    def work(self) -> Generator[Work]:
        with self.services.database.work(self.organisation) as work:
            yield work

    def connection(self, vendor: str) -> Connection:
        with self.work() as work:
            return self.services.connections.of_vendor(work, vendor)

    # --- doing ------------------------------------------------------------------------------------------------------

    def put(self, job: str, **arguments: str) -> str:
        """Put a job in line; answers its key."""
        self._number += 1
        key = f"test/{self._number}/{new_id()}"
        with self.services.database.system() as work:
            self.services.jobs.enqueue(work, job, FAST, arguments, key=key, organisation=self.organisation)
        return key

    def do(self, job: str, **arguments: str) -> None:
        """Put a job in line and play until nothing is left to do."""
        self.put(job, **arguments)
        self.play()

    def play(self, seconds: float = 120.0) -> None:
        """Let everything in line happen, also what has to come back: the clock jumps to where something is due."""
        for _ in range(MOST_RETURNS):
            until(lambda: not self._busy(), seconds, pause=0.05)
            due = self._due()
            if due is None:
                # What waited may have been put in line between the two looks.
                if self._busy():
                    continue
                return
            self.keeper.jump(due + timedelta(seconds=1), SPEED)
            until(lambda left=due: self._busy() or self._due() != left, seconds, pause=0.03)
        raise AssertionError(f"it comes back again and again: {self.waiting_for}")

    def _busy(self) -> bool:
        counts = self.services.jobs.counts(self.organisation)
        return bool(counts["queued"] + counts["running"])

    def _due(self) -> datetime | None:
        with self.services.database.engine.connect() as connection:
            row = connection.execute(sa.select(timer).order_by(timer.c.due_at).limit(1)).mappings().first()
        if row is None:
            return None
        self.waiting_for = f"{row['job']}: {row['reason']}"
        return row["due_at"]

    def pass_until(self, moment: datetime) -> None:
        """Jump to a moment; the past is ignored."""
        self.keeper.jump(moment, SPEED)

    def pass_by(self, **span: float) -> None:
        self.keeper.jump(self.keeper.now() + timedelta(**span), SPEED)

    def break_next(self, vendor: str, operation: str, kind: str, times: int = 1, **more: Any) -> None:
        """The vendor's next answers to an operation are spoilt; see ``connect.simulation.faults``."""
        self.simulators[vendor].tell("faults", operation=operation, kind=kind, times=times, **more)

    # --- the front desk ----------------------------------------------------------------------------------------------

    def register(self, number: int) -> str:
        """Register a patient of the world with their insurance; answers our id."""
        patient = self.patient(number)
        return new_patient(self.ground, self.organisation, ACTOR, person_of(patient), coverage_of(patient))

    def book(self, number: int, patient_id: str) -> str:
        """Book a visit of the world; answers our id."""
        visit = self.visit(number)
        provider = self.office.providers[visit.patient.provider.key]
        return book(self.ground, self.organisation, ACTOR, patient_id, visit.start, visit.minutes, provider)

    def seen(self, appointment: str) -> None:
        """The visit was held."""
        set_status(self.ground, self.organisation, ACTOR, appointment, VisitStatus.SEEN)

    def charge(self, appointment: str, number: int) -> None:
        """What was done in a visit of the world is captured."""
        capture_charges(self.ground, self.organisation, ACTOR, appointment, charges_of(self.visit(number)))

    # --- seeing -----------------------------------------------------------------------------------------------------

    def issues(self) -> list[Issue]:
        with self.services.database.system() as work:
            return list(Issues().list(work, self.organisation))

    def codes(self) -> list[str]:
        """The problems that wait for a person."""
        return [issue.problem.code for issue in self.issues()]

    def events(self, **wanted: Any) -> list[SyncEvent]:
        """The sync log, oldest first."""
        with self.work() as work:
            return list(reversed(list_events(work, EventFilter(**wanted), limit=500).events))

    def intents(self, operation: str) -> list[tuple[str, int, int]]:
        """State, sends and looks of every intent of an operation."""
        with self.work() as work:
            rows = work.rows(work.select(intent).where(intent.c.operation == operation).order_by(intent.c.id))
        return [(row["state"], row["sends"], row["looks"]) for row in rows]

    def operations(self, vendor: str) -> list[str]:
        """What was asked of a vendor, oldest first."""
        with self.work() as work:
            columns = exchange_table.c
            query = work.select(exchange_table, columns.operation).where(columns.vendor == vendor)
            return [row["operation"] for row in work.rows(query.order_by(columns.id))]

    def local(self, kind: Kind, vendor_id: str) -> str | None:
        with self.work() as work:
            return local_of(work, self.advancedmd, kind, vendor_id)

    def local_patient(self, number: int) -> str:
        """Our id of a patient that came from the vendor."""
        found = self.local(Kind.PATIENT, self.vendors.number("patient", f"patient-{number}"))
        assert found is not None
        return found

    def patient(self, number: int) -> Patient:
        return next(each for each in self.world.patients if each.number == number)

    def visit(self, number: int) -> Visit:
        return next(each for each in self.world.visits if each.number == number)

    # --- life -------------------------------------------------------------------------------------------------------

    def start_worker(self) -> None:
        self.worker = Worker(self.services.database, self.services.settings, all_jobs(self.ground))
        self.worker.start()

    def stop_worker(self) -> None:
        if self.worker is not None:
            self.worker.stop()
            self.worker = None


@contextmanager
def house(
    folder: Path,
    *,
    template: Path | None = None,
    database: str = "",
    start: datetime | None = None,
    patients: Collection[int] | None = FEW,
) -> Generator[House]:
    """A house at work, with some of the world's patients or all. ``template`` is a migrated SQLite file."""
    keeper = ClockKeeper(folder / "clock.json")
    keeper.start(start or at(5, 30), SPEED)
    settings = Settings(
        data=str(folder / "data"),
        database=database,
        clock=str(folder / "clock.json"),
        worker_threads=8,
        poll_seconds=0.05,
        heartbeat_seconds=0.5,
        http_timeout_seconds=TIMEOUT,
        vendor_hosts=("127.0.0.1",),
    )
    settings.data_path.mkdir(parents=True, exist_ok=True)
    if template is not None:
        shutil.copy(template, settings.data_path / "chartline.db")
    world = some(make_world(), patients)
    with ExitStack() as stack:
        simulators = {}
        for vendor, option in (("advancedmd", "--offices"), ("claimmd", "--accounts")):
            empty = folder / f"{vendor}.empty.json"
            empty.write_text("[]" if vendor == "advancedmd" else "{}")
            simulators[vendor] = stack.enter_context(running(vendor, folder, option, str(empty)))
        ports = {vendor: int(each.url.rpartition(":")[2]) for vendor, each in simulators.items()}
        vendors = Vendors(world, ports["advancedmd"], ports["claimmd"])
        stack.callback(vendors.close)
        vendors.seed()
        services = open_services(settings)
        stack.callback(services.close)
        office = set_up(services, world, vendors, ports)
        with services.database.system() as work:
            for plan in services.schedules.list(work, office.organisation):
                services.schedules.remove(work, office.organisation, plan.name)
        made = House(folder, world, services, keeper, vendors, simulators, office)
        made.start_worker()
        stack.callback(made.stop_worker)
        yield made
