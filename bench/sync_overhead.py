"""What synchronising one patient costs us, beside the vendor's own time. Prints a table; takes about a minute.

    python bench/sync_overhead.py [--patients 240] [--folder /dev/shm]

Real parts: the AdvancedMD simulator over a socket, the limiter, the exchange log, SQLite with full synchronisation, the
durable engine. The clock runs so fast that no budget is waited for. ``own`` is the time of a patient without the call's
time as the exchange log has it; ``cpu`` is what this process worked, which a busy machine stretches less; ``share`` is
own time in the whole. ``in one step`` fetches and takes batches of 25 as
the job's step does; ``as a job`` is the whole pull through a worker: feed, line, steps, run and log.

The first row of each creates every patient with their plan, the second finds nothing changed, the third finds another
street with every patient.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from datetime import time as wall
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx2
import sqlalchemy as sa

from chartline.app.demonstration.setup import Office, set_up
from chartline.app.services import Services, open_services
from chartline.app.stage import Stage
from chartline.app.stories import all_jobs
from chartline.app.upgrade import upgrade
from chartline.domains.sync.fetches import Wanted, want
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.runs import What, open_run
from chartline.flows.ground import VENDOR
from chartline.flows.practice_sync import PULL_PATIENTS
from chartline.flows.syncing.fetching import BATCH, Fetching
from chartline.kernel.ids import new_id
from chartline.kernel.settings import Settings
from chartline.platform.exchange.tables import exchange_table
from chartline.platform.jobs import Worker
from chartline.sandbox.vendors import Vendors
from chartline.sandbox.world import DAY, ZONE, World, make_world

SPEED = 20_000.0
"""A minute of the clock is three thousandths of a second."""
MOST_SECONDS = 300.0


@dataclass
class Bench:
    """One practice and its vendor."""

    services: Services
    office: Office
    connection: str
    world: World
    vendors: Vendors
    address: str

    @property
    def numbers(self) -> list[str]:
        """The vendor's numbers of its patients."""
        return [self.vendors.number("patient", f"patient-{one.number}") for one in self.world.patients if one.known]

    def calls(self) -> float:
        """Milliseconds that calls have taken so far, by the exchange log."""
        with self.services.database.read(self.office.organisation) as work:
            return float(work.scalar(work.select(exchange_table, sa.func.sum(exchange_table.c.duration_ms))) or 0)

    def edit_all(self, street: str) -> None:
        """The vendor's office gives every patient another street."""
        with httpx2.Client(base_url=self.address, trust_env=False) as http:
            for number in self.numbers:
                http.post(f"/_control/patients/{number}", json={"address2": street}).raise_for_status()


@dataclass(frozen=True)
class Spent:
    """Milliseconds a patient: in all, in calls, and of work."""

    whole: float
    calls: float
    cpu: float


def measured(bench: Bench, act: Callable[[], int]) -> Spent:
    """What a patient costs in what is done."""
    before, begun, worked = bench.calls(), time.perf_counter(), time.process_time()
    number = act()
    whole, cpu = (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000
    return Spent(whole / number, (bench.calls() - before) / number, cpu / number)


def in_steps(bench: Bench) -> list[Spent]:
    """Every batch of 25, as the step of the job takes it."""
    ground, organisation = bench.services.ground, bench.office.organisation
    fetching = Fetching(ground)
    with ground.database.work(organisation) as work:
        want(work, bench.connection, [Wanted(Kind.PATIENT, each) for each in bench.numbers])
        run = open_run(work, bench.connection, What.FETCH, "bench")
    found: list[Spent] = []
    left = len(bench.numbers)

    def step() -> int:
        told = fetching.take_patients(organisation, bench.connection, run, "bench")
        if told["is"] != "done":
            raise SystemExit(f"the bench met {told}")
        return int(told["taken"])

    while left > 0:
        size = min(BATCH, left)
        found.append(measured(bench, step))
        left -= size
    return found


def as_job(bench: Bench) -> Spent:
    """The whole pull, through a worker that is up already."""
    ground, organisation = bench.services.ground, bench.office.organisation
    with ground.database.work(organisation) as work:
        want(work, bench.connection, [Wanted(Kind.PATIENT, each) for each in bench.numbers])

    def act() -> int:
        key = f"bench/{new_id()}"
        arguments = {"connection": bench.connection}
        with ground.database.work(organisation) as work:
            ground.jobs.enqueue(work, PULL_PATIENTS, VENDOR, arguments, key=key, organisation=organisation)
        end = time.monotonic() + MOST_SECONDS
        while sum(ground.jobs.counts(organisation)[word] for word in ("queued", "running")):
            if time.monotonic() > end:
                raise SystemExit("the job does not end")
            time.sleep(0.01)
        return len(bench.numbers)

    return measured(bench, act)


def row(name: str, spent: Spent) -> str:
    """One line of the table."""
    own = spent.whole - spent.calls
    return f"{name:<34} {spent.whole:>8.1f} {spent.calls:>8.1f} {own:>8.1f} {spent.cpu:>8.1f} {own / spent.whole:>6.0%}"


def play(bench: Bench) -> None:
    """Print the table."""
    print(f"{'milliseconds a patient':<34} {'in all':>8} {'call':>8} {'own':>8} {'cpu':>8} {'share':>6}")
    for name, street in (("created", ""), ("unchanged", ""), ("changed", "1 BENCH STREET")):
        if street:
            bench.edit_all(street)
        batches = in_steps(bench)
        middle = (statistics.median(getattr(one, part) for one in batches) for part in ("whole", "calls", "cpu"))
        print(row(f"in one step, {name} (median)", Spent(*middle)))
    worker = Worker(bench.services.database, bench.services.settings, all_jobs(bench.services.ground))
    worker.start()
    try:
        for name, street in (("unchanged", ""), ("changed", "2 BENCH STREET")):
            if street:
                bench.edit_all(street)
            print(row(f"as a job, {name}", as_job(bench)))
    finally:
        worker.stop()


def main() -> None:
    """Set the stage and play."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--patients", type=int, default=240)
    options.add_argument("--folder", default=None, help="where the database is made; a real disk tells more")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        stage = Stage(Settings(data=str(Path(folder) / "data")), "bench")
        stage.keeper.start(datetime.combine(DAY, wall(22, 0), ZoneInfo(ZONE)), SPEED)
        services: Services | None = None
        try:
            upgrade(stage.settings)
            services = open_services(stage.settings)
            ports = stage.start_vendors("advancedmd", "claimmd")
            world = make_world(patients=asked.patients, visits=asked.patients)
            vendors = Vendors(world, ports["advancedmd"], ports["claimmd"])
            vendors.seed()
            office = set_up(services, world, vendors, ports)
            with services.database.work(office.organisation) as work:
                connection = services.connections.of_vendor(work, "advancedmd").id
                for plan in services.schedules.list(work, office.organisation):
                    services.schedules.remove(work, office.organisation, plan.name)
            address = f"http://127.0.0.1:{ports['advancedmd']}"
            play(Bench(services, office, connection, world, vendors, address))
            vendors.close()
        finally:
            if services is not None:
                services.close()
            stage.close()


if __name__ == "__main__":
    main()
