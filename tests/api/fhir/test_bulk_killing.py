"""kill -9 in the middle of a bulk import and of an export: nothing is lost, nothing is there twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.fhir import Site
from tests.support.nursery import NURSERY, Child
from tests.support.waiting import until

from chartline.platform.bulk import Bulk, BulkRequest

pytestmark = pytest.mark.faults
LINES = 2500
ASYNC = {"Prefer": "respond-async"}
Start = Callable[[], Child]


@pytest.fixture
def start(fhir: Site, tmp_path: Path) -> Iterator[Start]:
    """Start a worker process; those that live at the end are killed."""
    settings = fhir.services.settings
    given = {
        "DATA": settings.data,
        "DATABASE": settings.database,
        "HEARTBEAT_SECONDS": "0.2",
        "DEAD_AFTER_SECONDS": "1",
        "WORKER_THREADS": "4",
    }
    environment = {f"CHARTLINE_{name}": value for name, value in given.items()}
    children: list[Child] = []

    def go() -> Child:
        output = tmp_path / f"worker{len(children)}.out"
        children.append(NURSERY.start("chartline.cli.main", "worker", output=output, environment=environment))
        return children[-1]

    yield go
    for child in children:
        child.kill()
        child.wait()


def stands(fhir: Site, status: str) -> BulkRequest:
    """How a request stands."""
    with fhir.services.database.read(fhir.organisation) as work:
        return Bulk(fhir.services.vault).find(work, status.rpartition("/")[2])


def killed_midway(fhir: Site, status: str, worker: Child) -> bool:
    """Kill a worker after the first slice; False when it was at the end already."""
    until(lambda: stands(fhir, status).slice >= 1, pause=0.002)
    worker.kill()
    worker.wait()
    seen = stands(fhir, status)
    assert seen.done > 0
    return seen.state == "working" and seen.done < seen.total


def done(fhir: Site, status: str) -> None:
    """Wait for the end of a request."""
    until(lambda: stands(fhir, status).state == "done", pause=0.05)


def test_killed_workers_neither_lose_nor_repeat_lines(fhir: Site, start: Start) -> None:
    flag = {"resourceType": "Flag", "status": "active", "subject": {"reference": "Patient/nobody"}}
    lines = [{**flag, "code": {"text": f"line {number}"}} for number in range(LINES)]
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    with fhir.client() as client:
        sent = {**ASYNC, "Content-Type": "application/fhir+ndjson"}
        taken = client.post("/Flag/$import", content=body, headers=sent).headers["content-location"]
        assert killed_midway(fhir, taken, start())
        worker = start()
        done(fhir, taken)
        assert client.get(taken).json()["extension"] == {"lines": LINES, "refused": 0}
        assert client.get("/Flag?_summary=count").json()["total"] == LINES
        for _ in range(5):
            asked = client.get("/$export?_type=Flag", headers=ASYNC).headers["content-location"]
            midway = killed_midway(fhir, asked, worker)
            worker = start()
            if midway:
                break
        assert midway
        done(fhir, asked)
        files = [client.get(file["url"]).text for file in client.get(asked).json()["output"]]
    found = [json.loads(line)["code"]["text"] for file in files for line in file.splitlines()]
    assert sorted(found) == sorted(f"line {number}" for number in range(LINES))
