"""Starts the processes of the demonstration, plays the day, kills the worker on the way, and sums up."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from chartline.app.demonstration.setup import Office, set_up
from chartline.app.demonstration.summary import Summary, sum_up
from chartline.app.demonstration.watch import StateWatch
from chartline.app.services import Services, open_services
from chartline.app.upgrade import upgrade
from chartline.kernel.settings import Settings
from chartline.platform.jobs.lock import ProcessLock
from chartline.platform.logs import set_up_logs
from chartline.sandbox.clock import ClockKeeper
from chartline.sandbox.day import SPEED, Day
from chartline.sandbox.desk import Desk
from chartline.sandbox.processes import Process
from chartline.sandbox.vendors import Vendors
from chartline.sandbox.world import DAY, ZONE, World, make_world

VENDOR_MODULES = {
    "advancedmd": ("chartline.connectors.advancedmd.simulator", "--offices"),
    "claimmd": ("chartline.connectors.claimmd.simulator", "--accounts"),
}
HTTP_TIMEOUT = 5.0
"""Real seconds; a simulator on loopback that has not answered by then will not."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the command line tells of the run."""

    summary: Summary
    address: str
    sign_in: Path


class Demonstration:
    """One run of the demonstration on a data folder."""

    def __init__(self, settings: Settings, *, seed: int, workers: int, progress: Callable[[str, float], None]) -> None:
        folder = settings.data_path
        folder.mkdir(parents=True, exist_ok=True)
        self._keeper = ClockKeeper(folder / "clock.json")
        self.settings = msgspec.structs.replace(
            settings,
            clock=str(folder / "clock.json"),
            http_timeout_seconds=HTTP_TIMEOUT,
            vendor_hosts=("127.0.0.1",),
        )
        self._folder, self._progress, self._workers = folder, progress, workers
        self._world = self._remembered_world(seed)
        self._killed = self._state().get("worker_killed", False)

    def _remembered_world(self, seed: int) -> World:
        """The world this folder was begun with; a kept folder keeps its seed."""
        return make_world(int(self._state().get("seed", seed)))

    def _state(self) -> dict[str, int | bool]:
        file = self._folder / "demonstration.json"
        return json.loads(file.read_text()) if file.exists() else {}

    def _remember(self, **facts: int | bool) -> None:
        file = self._folder / "demonstration.json"
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps({**self._state(), "seed": self._world.seed, **facts}))
        draft.replace(file)

    @contextmanager
    def run(self) -> Generator[Outcome, None, None]:
        """Play; yields the outcome while the server is still up, and stops everything afterwards.

        Raises ``database.in_use`` when another demonstration has the folder, and the errors of the sandbox.
        """
        lock = ProcessLock(self._folder, "demo")
        set_up_logs(self.settings.log_level, self._folder / "logs" / "demo.jsonl")
        self._remember()
        self._keeper.start(datetime.combine(DAY, time(5, 30), ZoneInfo(ZONE)), SPEED)
        started: list[Process] = []
        services: Services | None = None
        try:
            self._progress("Starting the database, the simulators, the web server and a worker", 0.0)
            upgrade(self.settings)
            services = open_services(self.settings)
            ports = self._start_vendors(started)
            vendors = Vendors(self._world, ports["advancedmd"], ports["claimmd"])
            vendors.seed()
            office = set_up(services, self._world, vendors, ports)
            web = self._start(started, "web", "serve", "--no-worker", "--port", str(self.settings.port))
            workers = [self._start(started, f"worker-{n}", "worker") for n in range(1, self._workers + 1)]
            port = web.wait_ready()["port"]
            for worker in workers:
                worker.wait_ready()
            address = f"http://{self.settings.host}:{port}"
            if not self._state().get("played", False):
                self._play(services, office, vendors, address, workers[0])
            summary = sum_up(services, office.organisation, self._world, vendors, killed=bool(self._killed))
            self._remember(played=True)
            self._progress("Done", 1.0)
            yield Outcome(summary, address, self._write_sign_in())
            vendors.close()
        finally:
            for process in reversed(started):
                process.stop()
            if services is not None:
                services.close()
            self._keeper.stop()
            lock.close()

    def _play(self, services: Services, office: Office, vendors: Vendors, address: str, worker: Process) -> None:
        def crash() -> None:
            worker.kill()
            worker.start()
            worker.wait_ready()
            self._killed = True
            self._remember(worker_killed=True)

        desk = Desk(address, office.token)
        try:
            Day(
                self._world,
                self._keeper,
                desk,
                vendors,
                StateWatch(services, office.organisation),
                providers=office.providers,
                crash=crash,
                progress=self._progress,
            ).play()
        finally:
            desk.close()

    def _start_vendors(self, started: list[Process]) -> dict[str, int]:
        processes: dict[str, Process] = {}
        for name, (module, seeds) in VENDOR_MODULES.items():
            # Begun without a world of its own: the sandbox seeds it through its back door.
            empty = self._folder / "simulators" / f"{name}.empty.json"
            empty.parent.mkdir(parents=True, exist_ok=True)
            empty.write_text("[]" if name == "advancedmd" else "{}")
            processes[name] = self._process(
                name,
                [
                    *(module, "--port", "0", "--clock", self.settings.clock, seeds, str(empty)),
                    *("--state", str(self._folder / "simulators" / f"{name}.db")),
                    *("--ready", str(self._folder / f"{name}.ready")),
                ],
            )
            started.append(processes[name])
            processes[name].start()
        return {name: process.wait_ready()["port"] for name, process in processes.items()}

    def _start(self, started: list[Process], name: str, *command: str) -> Process:
        ready = str(self._folder / f"{name}.ready")
        process = self._process(name, ["chartline.cli.main", *command, "--ready", ready])
        started.append(process)
        process.start()
        return process

    def _process(self, name: str, arguments: list[str]) -> Process:
        settings = self.settings
        environment = {
            "CHARTLINE_DATA": settings.data,
            "CHARTLINE_DATABASE": settings.database,
            "CHARTLINE_CLOCK": settings.clock,
            "CHARTLINE_HTTP_TIMEOUT_SECONDS": str(settings.http_timeout_seconds),
            "CHARTLINE_VENDOR_HOSTS": ",".join(settings.vendor_hosts),
            "CHARTLINE_HOST": settings.host,
            "CHARTLINE_LOG_LEVEL": settings.log_level,
        }
        output = self._folder / "logs" / f"{name}.out"
        return Process(name, arguments, output, environment, self._folder / f"{name}.ready")

    def _write_sign_in(self) -> Path:
        """The console's address and password, in a file that only its owner can read; nowhere else is it written."""
        file = self._folder / "sign-in.txt"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(f"e-mail:   {self._world.desk_email}\npassword: {self._world.desk_password}\n")
        return file
