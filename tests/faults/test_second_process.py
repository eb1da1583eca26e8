"""A second process on the same embedded file is refused with the reason, and the first one does not notice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.faults.installation import Installation, environment_of, process

from chartline.flows.practice_sync import PUSH
from chartline.platform.jobs.lock import ProcessLock

pytestmark = pytest.mark.faults
IN_USE = "database.in_use: Another process of Chartline already works on this SQLite file."
NEXT = "Next step: Stop the process with the id in the fields, or use PostgreSQL"


def refused(process_id: int, code: int, err: str) -> None:
    assert (code, err.splitlines()[0]) == (1, IN_USE)
    assert NEXT in err
    assert f'"process": "{process_id}"' in err


def goes_on(place: Installation) -> None:
    """The first worker is alive and works."""
    place.newcomer()
    place.do(PUSH, connection=place.advancedmd)
    place.must_have_arrived()


def test_a_second_worker_is_refused(place: Installation) -> None:
    told = place.cli("worker")
    refused(place.processes["worker"].pid, told.code, told.err)


def test_a_server_with_a_worker_beside_a_worker_is_refused(place: Installation) -> None:
    told = place.cli("serve", "--port", "0")
    refused(place.processes["worker"].pid, told.code, told.err)


def test_a_second_server_is_refused_also_without_a_worker(place: Installation) -> None:
    first = process(place.folder, "serve", "chartline.cli.main", "serve", "--no-worker", "--port", "0")
    first.environment.update(environment_of(place.services.settings))
    first.start()
    try:
        first.wait_ready()
        told = place.cli("serve", "--no-worker", "--port", "0")
        refused(first.pid, told.code, told.err)
        first.kill()
        # What is left of a lock that nobody holds stops nobody.
        first.start()
        first.wait_ready()
    finally:
        first.stop()


def test_a_port_that_is_taken_is_told(place: Installation) -> None:
    port = place.address.rpartition(":")[2]
    told = place.cli("serve", "--no-worker", "--port", port)
    assert (told.code, told.err.splitlines()[0]) == (1, "serve.port_taken: Another program listens on this port.")
    assert "Next step: Stop it, or choose another port with --port." in told.err


def test_the_first_worker_goes_on_and_other_commands_work_beside_it(place: Installation) -> None:
    assert place.cli("sync", "status").code == 0
    goes_on(place)


def test_a_second_demo_in_the_same_folder_is_refused(place: Installation, tmp_path: Path) -> None:
    lock = ProcessLock(tmp_path, "demo")
    try:
        told = place.cli("demo", "--once", "--data", str(tmp_path))
        refused(os.getpid(), told.code, told.err)
    finally:
        lock.close()
    assert [file.name for file in tmp_path.iterdir()] == ["demo.lock"]
