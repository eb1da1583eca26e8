"""What every played story of the sandbox stands on: a folder, one clock, and real processes on loopback.

Simulators, the web server and the workers are processes of their own, each with its output in ``logs/``. Refuses to
reach anything but loopback. Closing it ends what it started, and nothing else.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from chartline.kernel.settings import Settings
from chartline.platform.jobs.lock import ProcessLock
from chartline.sandbox.clock import ClockKeeper
from chartline.sandbox.processes import Process
from chartline.sandbox.world import World

VENDOR_MODULES = {
    "advancedmd": ("chartline.connectors.advancedmd.simulator", "--offices", "[]"),
    "claimmd": ("chartline.connectors.claimmd.simulator", "--accounts", "{}"),
}
"""Each vendor's simulator, its option for a world, and an empty world: the sandbox seeds it through its back door."""
HTTP_TIMEOUT = 5.0
"""Real seconds; a simulator on loopback that has not answered by then will not."""


class Stage:
    """One folder with its clock and its processes. Raises ``database.in_use`` when another run has the folder."""

    def __init__(self, settings: Settings, name: str) -> None:
        self.folder = settings.data_path
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = ProcessLock(self.folder, name)
        clock = self.folder / "clock.json"
        self.keeper = ClockKeeper(clock)
        self.settings = msgspec.structs.replace(
            settings, clock=str(clock), http_timeout_seconds=HTTP_TIMEOUT, vendor_hosts=("127.0.0.1",)
        )
        self._started: list[Process] = []

    def start_vendors(self, *names: str) -> dict[str, int]:
        """Start simulators side by side; the port of each."""
        started = {name: self._begin_vendor(name) for name in names}
        return {name: process.wait_ready()["port"] for name, process in started.items()}

    def start_house(self, workers: int) -> tuple[str, list[Process]]:
        """Start the web server and so many workers side by side; the server's address, and the workers."""
        web = self._begin("web", "serve", "--no-worker", "--port", str(self.settings.port))
        working = [self._begin(f"worker-{n}", "worker") for n in range(1, workers + 1)]
        port = web.wait_ready()["port"]
        for worker in working:
            worker.wait_ready()
        return f"http://{self.settings.host}:{port}", working

    def _begin_vendor(self, name: str) -> Process:
        module, option, nothing = VENDOR_MODULES[name]
        empty = self.folder / "simulators" / f"{name}.empty.json"
        empty.parent.mkdir(parents=True, exist_ok=True)
        empty.write_text(nothing)
        return self._start(
            name,
            [
                *(module, "--port", "0", "--clock", self.settings.clock, option, str(empty)),
                *("--state", str(self.folder / "simulators" / f"{name}.db"), "--ready", str(self._ready(name))),
            ],
        )

    def _begin(self, name: str, *command: str) -> Process:
        return self._start(name, ["chartline.cli.main", *command, "--ready", str(self._ready(name))])

    def _ready(self, name: str) -> Path:
        return self.folder / f"{name}.ready"

    def _start(self, name: str, arguments: list[str]) -> Process:
        settings = self.settings
        environment = {
            "CHARTLINE_DATA": settings.data,
            "CHARTLINE_DATABASE": settings.database,
            "CHARTLINE_CLOCK": settings.clock,
            "CHARTLINE_POLL_SECONDS": str(settings.poll_seconds),
            "CHARTLINE_HTTP_TIMEOUT_SECONDS": str(settings.http_timeout_seconds),
            "CHARTLINE_VENDOR_HOSTS": ",".join(settings.vendor_hosts),
            "CHARTLINE_HOST": settings.host,
            "CHARTLINE_LOG_LEVEL": settings.log_level,
        }
        process = Process(name, arguments, self.folder / "logs" / f"{name}.out", environment, self._ready(name))
        self._started.append(process)
        process.start()
        return process

    def write_sign_in(self, world: World) -> Path:
        """The console's e-mail and password, in a file that only its owner can read; nowhere else is it written."""
        file = self.folder / "sign-in.txt"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(f"e-mail:   {world.desk_email}\npassword: {world.desk_password}\n")
        return file

    def close(self) -> None:
        """End the processes, last started first, and stop the clock."""
        for process in reversed(self._started):
            process.stop()
        self.keeper.stop()
        self._lock.close()
