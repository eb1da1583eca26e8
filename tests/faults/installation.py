"""A small real installation that can be broken: vendors, worker and web server are processes that can be killed.

Built on the house of the flows' tests. The vendors keep their state over a kill and come back on the same port, as
a vendor does; the worker is ``chartline worker``; the web server runs in the test's own process unless a test asks for
``chartline serve``. When it is closed, everything that was written is searched for patient values and secrets.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import httpx2
from tests.flows.house import FEW, SPEED, TIMEOUT, House, at, some
from tests.support.nursery import NURSERY
from tests.support.server import serving
from tests.support.simulators import Simulator
from tests.support.waiting import until

from chartline.app.demonstration.setup import set_up
from chartline.app.services import open_services
from chartline.domains.sync.changes import waiting
from chartline.domains.sync.fields import Kind
from chartline.kernel.sealed import Purpose
from chartline.kernel.settings import Settings
from chartline.platform.jobs.tables import job_issue, timer
from chartline.sandbox.clock import ClockKeeper
from chartline.sandbox.processes import Process
from chartline.sandbox.vendors import Vendors
from chartline.sandbox.world import World, make_world

SEEDS = {"advancedmd": ("--offices", "[]"), "claimmd": ("--accounts", "{}")}


@dataclass(frozen=True)
class Told:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


@dataclass
class Installation(House):
    """A practice whose every process can be killed."""

    processes: dict[str, Process] = field(default_factory=dict)
    address: str = ""
    clients: list[httpx2.Client] = field(default_factory=list)
    came: dict[int, str] = field(default_factory=dict)
    """Newcomers so far, and our ids of their visits."""
    taken: set[int] = field(default_factory=set)
    """Visits that a test has used up."""

    # --- processes ----------------------------------------------------------------------------------------------------

    def start_worker(self) -> None:
        self.processes["worker"].start()
        self.processes["worker"].wait_ready()

    def stop_worker(self) -> None:
        self.processes["worker"].stop()

    def kill_worker(self) -> None:
        """kill -9."""
        self.processes["worker"].kill()

    def kill_vendor(self, vendor: str) -> None:
        self.processes[vendor].kill()

    def start_vendor(self, vendor: str) -> None:
        """Up again, on the same port and the same state."""
        self.processes[vendor].start()
        self.processes[vendor].wait_ready()

    def cli(self, *words: str, **environment: str) -> Told:
        """Run a ``chartline`` command on this installation, as a person at the machine does."""
        done = subprocess.run(
            [sys.executable, "-m", "chartline.cli.main", *words],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment_of(self.services.settings), **environment},
        )
        told = Told(done.returncode, done.stdout, done.stderr)
        self.must_be_clean(told.out + told.err)
        return told

    # --- acts -------------------------------------------------------------------------------------------------------

    def newcomer(self) -> int:
        """Register and book a patient whom AdvancedMD has not got yet, another one every time; answers the number."""
        number = next(each.number for each in self.world.patients if not each.known and each.number not in self.came)
        self.came[number] = self.book(number, self.register(number))
        return number

    def must_have_arrived(self) -> None:
        """Every newcomer is at AdvancedMD with plan and visit, once, and nothing of ours waits."""
        counters = self.vendors.office_counters()
        added = [counters[f"{each}_added"] for each in ("patients", "plans", "visits")]
        twice = [counters[f"{each}_with_same_identity"] for each in ("patients", "plans", "visits")]
        assert (added, twice, self.unsent()) == ([len(self.came)] * 3, [0, 0, 0], 0)

    def unsent(self) -> int:
        """Changes of ours that AdvancedMD has not got."""
        with self.work() as work:
            return sum(waiting(work).values())

    def local_visit(self, number: int) -> str | None:
        """Our id of a visit that was booked at AdvancedMD."""
        return self.local(Kind.VISIT, self.vendors.number("visit", f"visit-{number}"))

    def see(self, number: int) -> str:
        """A known visit is held and charged; answers our id of it. Its billing is in line afterwards."""
        appointment = self.local_visit(number)
        assert appointment is not None
        self.seen(appointment)
        self.charge(appointment, number)
        return appointment

    # --- what a person sees -------------------------------------------------------------------------------------------

    def get(self, path: str) -> Any:
        """What the API answers the desk's token."""
        answer = self._client(token=True).get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: object = None) -> httpx2.Response:
        """Ask the API to do something."""
        return self._client(token=True).post(path, json=body)

    def page(self, path: str = "/") -> str:
        """A page of the console, as the owner sees it."""
        answer = self._client(token=False).get(path)
        assert answer.status_code == 200, answer.text
        self.must_be_clean(answer.text)
        return answer.text

    def desk(self) -> str:
        """The first page's list of what needs a person."""
        return self.page().partition('id="person"')[2].partition("</section>")[0]

    def workers(self) -> int:
        """How many workers the first page says are at work."""
        shown = self.page().partition('id="workers"')[2].partition(" at work")[0]
        return int(shown.rpartition("</span>")[2]) if "No worker gives" not in shown else 0

    def waiting_jobs(self) -> list[dict[str, Any]]:
        """Failed jobs as the API lists them."""
        return self.get("/api/jobs/issues")["issues"]

    def run_again(self) -> None:
        """Press "run again" on every failed job, and let it happen."""
        for issue in self.waiting_jobs():
            assert self.post("/api/jobs/retry", {"key": issue["key"]}).status_code < 300
        self.play()

    def must_be_clean(self, text: str) -> None:
        """No traceback, no secret, no patient's value."""
        assert "Traceback" not in text, text
        assert [value for value in self.private_values() if value in text] == []

    def private_values(self) -> list[str]:
        token = self.office.token.reveal(Purpose.SHOW)
        return [*self.world.secrets(), *self.world.private_values(), token]

    def _client(self, *, token: bool) -> httpx2.Client:
        if not self.clients:
            bearer = {"authorization": f"Bearer {self.office.token.reveal(Purpose.AUTHENTICATE)}"}
            self.clients.append(httpx2.Client(base_url=self.address, headers=bearer, timeout=30))
            person = httpx2.Client(base_url=self.address, timeout=30)
            form = {"email": self.world.desk_email, "password": self.world.desk_password}
            assert person.post("/sign-in", data=form).status_code == 303
            self.clients.append(person)
        return self.clients[0 if token else 1]

    # --- between two tests --------------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Leave no failed job and no timer to the next test."""
        with self.services.database.system() as work:
            work.execute(job_issue.delete())
            work.execute(timer.delete())

    def must_have_kept_secrets(self) -> None:
        """Search every file that any process wrote. Databases are encrypted, so they are searched too."""
        values = [value.encode() for value in self.private_values()]
        files = [file for file in self.folder.rglob("*") if file.is_file() and file.suffix != ".key"]
        assert any(file.name == "worker.jsonl" for file in files)
        leaks = [(file.name, file.read_bytes().find(value)) for file in files for value in values]
        assert [(name, place) for name, place in leaks if place >= 0] == []


class Nursed(Process):
    """A process that need not import everything first; what it writes must still be searched."""

    def start(self) -> None:
        self.output.parent.mkdir(parents=True, exist_ok=True)
        if self.ready is not None:
            self.ready.unlink(missing_ok=True)
        module, *arguments = self.arguments
        child = NURSERY.start(module, *arguments, output=self.output, environment=self.environment)
        self.handle = cast("subprocess.Popen[bytes]", child)


def eventually(true: Callable[[], object], seconds: float = 90.0) -> None:
    """As ``until``, for questions that cost a request: asked ten times a second."""
    until(true, seconds, pause=0.1)


def environment_of(settings: Settings) -> dict[str, str]:
    """The same settings for a process of its own."""
    given = {
        "DATA": settings.data,
        "DATABASE": settings.database,
        "CLOCK": settings.clock,
        "WORKER_THREADS": str(settings.worker_threads),
        "POLL_SECONDS": str(settings.poll_seconds),
        "HEARTBEAT_SECONDS": str(settings.heartbeat_seconds),
        "DEAD_AFTER_SECONDS": str(settings.dead_after_seconds),
        "HTTP_TIMEOUT_SECONDS": str(settings.http_timeout_seconds),
        "VENDOR_HOSTS": ",".join(settings.vendor_hosts),
    }
    return {f"CHARTLINE_{name}": value for name, value in given.items()}


def process(folder: Path, name: str, *words: str, environment: dict[str, str] | None = None) -> Process:
    """A process of ours that writes ``<name>.ready`` once it works."""
    ready = folder / f"{name}.ready"
    return Nursed(name, [*words, "--ready", str(ready)], folder / "out" / f"{name}.out", environment or {}, ready)


def vendor_process(folder: Path, vendor: str) -> Process:
    """A simulator that keeps its state; it has the same port every time it is started."""
    option, nothing = SEEDS[vendor]
    empty = folder / f"{vendor}.empty.json"
    empty.write_text(nothing)
    made = process(
        folder,
        vendor,
        *(f"chartline.connectors.{vendor}.simulator", "--clock", str(folder / "clock.json")),
        *("--state", str(folder / f"{vendor}.db"), option, str(empty)),
    )
    made.start()
    made.arguments += ["--port", str(made.wait_ready()["port"])]
    return made


@contextmanager
def installation(
    folder: Path,
    *,
    template: Path | None = None,
    database: str = "",
    start: datetime | None = None,
    patients: Collection[int] | None = FEW,
    worker: bool = True,
) -> Generator[Installation]:
    """An installation at work. Nothing runs by itself: its schedules are taken away, as in a house."""
    keeper = ClockKeeper(folder / "clock.json")
    keeper.start(start or at(5, 30), SPEED)
    settings = Settings(
        data=str(folder / "data"),
        database=database,
        clock=str(folder / "clock.json"),
        worker_threads=8,
        poll_seconds=0.05,
        heartbeat_seconds=0.2,
        dead_after_seconds=1.0,
        http_timeout_seconds=TIMEOUT,
        vendor_hosts=("127.0.0.1",),
    )
    settings.data_path.mkdir(parents=True, exist_ok=True)
    if template is not None:
        shutil.copy(template, settings.data_path / "chartline.db")
    world: World = some(make_world(), patients)
    with ExitStack() as stack:
        processes = {vendor: vendor_process(folder, vendor) for vendor in SEEDS}
        for each in processes.values():
            stack.callback(each.kill)
        ports = {vendor: int(each.arguments[-1]) for vendor, each in processes.items()}
        vendors = Vendors(world, ports["advancedmd"], ports["claimmd"])
        stack.callback(vendors.close)
        vendors.seed()
        services = open_services(settings)
        stack.callback(services.close)
        office = set_up(services, world, vendors, ports)
        with services.database.system() as work:
            for plan in services.schedules.list(work, office.organisation):
                services.schedules.remove(work, office.organisation, plan.name)
        simulators = {vendor: Simulator(f"http://127.0.0.1:{port}") for vendor, port in ports.items()}
        made = Installation(folder, world, services, keeper, vendors, simulators, office, processes=processes)
        environment = environment_of(settings)
        processes["worker"] = process(folder, "worker", "chartline.cli.main", "worker", environment=environment)
        stack.callback(processes["worker"].kill)
        if worker:
            made.start_worker()
        made.address = stack.enter_context(serving(services))
        yield made
        for client in made.clients:
            client.close()
        made.stop_worker()
        made.must_have_kept_secrets()
