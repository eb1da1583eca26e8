"""kill -9 in the middle of a bulk import and of an export: nothing is lost, nothing is there twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from os import environ
from pathlib import Path

import pytest
from tests.support.fhir import Site
from tests.support.waiting import until

from chartline.platform.bulk import Bulk, BulkRequest

pytestmark = pytest.mark.faults
LINES = 6000
ASYNC = {"Prefer": "respond-async"}
Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(fhir: Site, tmp_path: Path) -> Iterator[Start]:
    """Start ``chartline worker``; those that live at the end are killed."""
    settings = fhir.services.settings
    given = {
        "DATA": settings.data,
        "DATABASE": settings.database,
        "HEARTBEAT_SECONDS": "0.2",
        "DEAD_AFTER_SECONDS": "1",
        "WORKER_THREADS": "4",
    }
    environment = {**environ, **{f"CHARTLINE_{name}": value for name, value in given.items()}}
    processes: list[subprocess.Popen[bytes]] = []

    def go() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "chartline.cli.main", "worker"]
        with (tmp_path / f"worker{len(processes)}.out").open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        processes.append(process)
        return process

    yield go
    for process in processes:
        process.kill()
        process.wait()


def stands(fhir: Site, status: str) -> BulkRequest:
    """How a request stands."""
    with fhir.services.database.read(fhir.organisation) as work:
        return Bulk(fhir.services.vault).find(work, status.rpartition("/")[2])


def kill_midway(fhir: Site, status: str, start: Start) -> None:
    """Kill a worker after its first slices, and let another one finish."""
    first = start()
    until(lambda: stands(fhir, status).slice >= 2, pause=0.005)
    first.kill()
    first.wait()
    seen = stands(fhir, status)
    assert (seen.state, 0 < seen.done < seen.total) == ("working", True)
    start()
    until(lambda: stands(fhir, status).state == "done", pause=0.05)


def test_killed_workers_neither_lose_nor_repeat_lines(fhir: Site, start: Start) -> None:
    flag = {"resourceType": "Flag", "status": "active", "subject": {"reference": "Patient/nobody"}}
    body = b"".join(
        json.dumps({**flag, "code": {"text": f"line {number}"}}).encode() + b"\n" for number in range(LINES)
    )
    with fhir.client() as client:
        answer = client.post(
            "/Flag/$import", content=body, headers={**ASYNC, "Content-Type": "application/fhir+ndjson"}
        )
        kill_midway(fhir, answer.headers["content-location"], start)
        assert client.get(answer.headers["content-location"]).json()["extension"] == {"lines": LINES, "refused": 0}
        assert client.get("/Flag?_summary=count").json()["total"] == LINES
        asked = client.get("/$export?_type=Flag", headers=ASYNC).headers["content-location"]
        until(lambda: stands(fhir, asked).state == "done", pause=0.05)
        exported = [json.loads(line) for line in _lines(fhir, asked)]
    assert sorted(int(one["code"]["text"].removeprefix("line ")) for one in exported) == list(range(LINES))


def test_a_killed_export_is_gone_on_with(fhir: Site, start: Start) -> None:
    with fhir.client() as client:
        asked = client.get("/$export?_type=Flag", headers=ASYNC).headers["content-location"]
        kill_midway(fhir, asked, start)
        ids = [json.loads(line)["id"] for line in _lines(fhir, asked)]
    assert (len(ids), len(set(ids))) == (LINES, LINES)


def _lines(fhir: Site, status: str) -> list[str]:
    with fhir.client() as client:
        return [
            line for file in client.get(status).json()["output"] for line in client.get(file["url"]).text.splitlines()
        ]
