"""Servers in processes of their own, and what they and their PostgreSQL take of the processor.

Refuses to go on when a server does not begin to listen within a minute.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

_TICK = os.sysconf("SC_CLK_TCK")
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Cpu:
    """Seconds of processor time of a server's process and of its PostgreSQL (0 without one)."""

    server: float
    database: float

    def since(self, before: Cpu) -> Cpu:
        """What was taken in between."""
        return Cpu(self.server - before.server, self.database - before.database)


@dataclass(frozen=True, slots=True)
class Running:
    """A server: its port, its process, and the first process of its PostgreSQL, if any."""

    port: int
    pid: int
    postgresql: int | None

    def cpu(self) -> Cpu:
        """What both have taken so far."""
        return Cpu(_seconds(self.pid), _family(self.postgresql) if self.postgresql else 0.0)


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _seconds(pid: int, *, children: bool = False) -> float:
    fields = _fields(pid)
    return sum(int(one) for one in fields[11 : 15 if children else 13]) / _TICK


def _family(first: int) -> float:
    """A process, its living children, and those that have ended."""
    total = _seconds(first, children=True)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            pid = int(folder.name)
            if int(_fields(pid)[1]) == first:
                total += _seconds(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total


def postmaster(url: str) -> int | None:
    """The first process of the PostgreSQL that an address leads to; None for SQLite."""
    home = sa.make_url(url).query.get("host")
    if not url.startswith("postgresql") or not isinstance(home, str):
        return None
    file = Path(home) / "data" / "postmaster.pid"
    return int(file.read_text().split("\n", 1)[0])


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def served(command: list[str], url: str, port: int, log: Path) -> Generator[Running]:
    """Run a server until the block ends; its output goes to a file."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        _await(process, port, log)
        yield Running(port, process.pid, postmaster(url))
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not begin to listen: {log.read_text()[-2000:]}")


@contextmanager
def chartline(url: str, folder: Path, *, worker: bool = False) -> Generator[Running]:
    """Our whole server, as ``chartline serve`` starts it."""
    port = free_port()
    command = [sys.executable, "-m", "chartline.cli.main", "serve", "--data", str(folder), "--port", str(port)]
    command += ["--database", url, "--worker" if worker else "--no-worker"]
    with served(command, url, port, folder / "serve.log") as running:
        yield running


@contextmanager
def floor(url: str, folder: Path) -> Generator[Running]:
    """The floor: an empty application on the same web server around a bare database."""
    port = free_port()
    command = [sys.executable, "-m", "fhir_load_parts.floor", url, str(port)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent.parent), *sys.path[1:]])}
    with _in(environment), served(command, url, port, folder / "floor.log") as running:
        yield running


@contextmanager
def _in(environment: dict[str, str]) -> Generator[None]:
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
