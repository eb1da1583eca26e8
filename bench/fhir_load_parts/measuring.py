"""One cell of the table: a workload with so many clients against one server. And the two special loads."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from random import Random

from chartline.formats.fhir import encode, parse
from fhir_load_parts import world
from fhir_load_parts.driver import Asked, Run, at_once, load, one
from fhir_load_parts.servers import Cpu, Running
from fhir_load_parts.workloads import Place, Workload, total_of

_PATH = re.compile(rb"\r\ncontent-location: *(?:https?://[^/]+)?([^\r]+)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://[^/]+)?(/.*)")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one workload measured against one server."""

    workload: Workload
    clients: int
    run: Run
    cpu: Cpu

    @property
    def server_us(self) -> float:
        """Microseconds of processor time of the server for one answer."""
        return self.cpu.server / len(self.run.times) * 1e6

    @property
    def database_us(self) -> float:
        """The same of PostgreSQL."""
        return self.cpu.database / len(self.run.times) * 1e6

    @property
    def total_us(self) -> float:
        """Both."""
        return self.server_us + self.database_us


def measure(running: Running, place: Place, workload: Workload, clients: int, seconds: float) -> Cell:
    """Load a server; a short load before warms it."""

    def mind(random: Random) -> Asked:
        return workload.talk(place, random)

    load(running.port, mind, 1, seconds / 10, (200, 201), 99)
    before = running.cpu()
    run = load(running.port, mind, clients, seconds, (200, 201), clients)
    return Cell(workload, clients, run, running.cpu().since(before))


@dataclass(frozen=True, slots=True)
class Race:
    """Conditional creates at the same moment: how many made one, found one, conflicted, and what is there twice."""

    asked: int
    made: int
    found: int
    conflicts: int
    twice: int
    seconds: float


def race(running: Running, place: Place, rounds: int, clients: int = 32) -> Race:
    """So many clients create the same person at the same moment, for some persons one after the other."""
    statuses: list[int] = []
    twice = 0
    begun = time.perf_counter()
    for number in range(90_000_000, 90_000_000 + rounds):
        made = world.patient(number)
        del made["id"]
        query = f"identifier={world.MRN}|{world.identifier(number)}"
        request = place.request("POST", "Patient", encode(made), if_none_exist=query)
        statuses += [status for status, _ in at_once(running.port, [request] * clients)]
        _, _, body = one(running.port, place.request("GET", f"Patient?{query}"))
        twice += total_of(body) != 1
    seconds = time.perf_counter() - begun
    conflicts = sum(status not in (200, 201) for status in statuses)
    return Race(len(statuses), statuses.count(201), statuses.count(200), conflicts, twice, seconds)


@dataclass(frozen=True, slots=True)
class Export:
    """An export: resources, bytes, real seconds until the last file was read, and processor time."""

    resources: int
    size: int
    seconds: float
    cpu: Cpu


def export(running: Running, place: Place) -> Export | None:
    """Everything as files; None when the server does not offer it."""
    before, begun = running.cpu(), time.perf_counter()
    status, head, body = one(running.port, place.request("GET", "$export", prefer="respond-async"))
    if status == 202:
        match = _PATH.search(head)
        if match is None:
            return None
        body = _ready(running, place, match[1].decode())
        count, size = _files(running, place, body)
    elif status == 200:
        count, size = body.count(b"\n") + 1, len(body)
    else:
        return None
    return Export(count, size, time.perf_counter() - begun, running.cpu().since(before))


def _ready(running: Running, place: Place, path: str) -> bytes:
    while True:
        time.sleep(1.0)
        status, _, body = one(running.port, place.request("GET", path))
        if status == 200:
            return body
        if status not in (202, 429):
            raise RuntimeError(f"the export ended with {status}")


def _files(running: Running, place: Place, manifest: bytes) -> tuple[int, int]:
    count = size = 0
    output = parse(manifest).get("output", [])
    for file in output if isinstance(output, list) else []:
        match = _ADDRESS.fullmatch(str(file["url"]))
        if match is None:
            raise RuntimeError("the manifest names no address")
        _, _, body = one(running.port, place.request("GET", match[1]))
        count, size = count + body.count(b"\n"), size + len(body)
    return count, size
