"""Starts the processes of the demonstration, plays the day, kills the worker on the way, and sums up."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from chartline.app.demonstration.setup import Office, set_up
from chartline.app.demonstration.summary import Summary, sum_up
from chartline.app.demonstration.watch import StateWatch
from chartline.app.services import Services, open_services
from chartline.app.stage import Stage
from chartline.app.upgrade import upgrade
from chartline.kernel.settings import Settings
from chartline.platform.logs import set_up_logs
from chartline.sandbox.day import SPEED, Day
from chartline.sandbox.desk import Desk
from chartline.sandbox.processes import Process
from chartline.sandbox.vendors import Vendors
from chartline.sandbox.world import DAY, ZONE, World, make_world


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the command line tells of the run."""

    summary: Summary
    address: str
    sign_in: Path


class Demonstration:
    """One run of the demonstration on a data folder. Raises ``database.in_use`` when another one has the folder."""

    def __init__(self, settings: Settings, *, seed: int, workers: int, progress: Callable[[str, float], None]) -> None:
        self._stage = Stage(settings, "demo")
        self.settings, self._folder, self._keeper = self._stage.settings, self._stage.folder, self._stage.keeper
        self._progress, self._workers = progress, workers
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

        Raises the errors of the sandbox.
        """
        set_up_logs(self.settings.log_level, self._folder / "logs" / "demo.jsonl")
        self._remember()
        self._keeper.start(datetime.combine(DAY, time(5, 30), ZoneInfo(ZONE)), SPEED)
        services: Services | None = None
        try:
            self._progress("Starting the database, the simulators, the web server and a worker", 0.0)
            upgrade(self.settings)
            services = open_services(self.settings)
            ports = self._stage.start_vendors("advancedmd", "claimmd")
            vendors = Vendors(self._world, ports["advancedmd"], ports["claimmd"])
            vendors.seed()
            office = set_up(services, self._world, vendors, ports)
            address, workers = self._stage.start_house(self._workers)
            if not self._state().get("played", False):
                self._play(services, office, vendors, address, workers[0])
            summary = sum_up(services, office.organisation, self._world, vendors, killed=bool(self._killed))
            self._remember(played=True)
            self._progress("Done", 1.0)
            yield Outcome(summary, address, self._stage.write_sign_in(self._world))
            vendors.close()
        finally:
            if services is not None:
                services.close()
            self._stage.close()

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
