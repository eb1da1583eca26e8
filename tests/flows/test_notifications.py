"""A worker that is killed between a write and its delivery loses nothing: every event arrives, in order."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from tests.support.fhir import Json, Site, patient, sqlite_site
from tests.support.receiver import Receiver, receiver
from tests.support.waiting import until

from chartline.platform.subscriptions import ACTIVE

pytestmark = pytest.mark.faults
PATH = "/hook"
WORK = "from chartline.app.work import run; from chartline.kernel.settings import load_settings; run(load_settings())"
URL = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-max-count"


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path) -> Iterator[Site]:
    """A server without a worker."""
    with sqlite_site(sqlite_template, tmp_path, vendor_hosts=("127.0.0.1",)) as made:
        yield made


@contextmanager
def worker(place: Site) -> Generator[subprocess.Popen[bytes]]:
    """A worker process; killed at the end of the block."""
    settings = {"CHARTLINE_DATA": place.services.settings.data, "CHARTLINE_VENDOR_HOSTS": "127.0.0.1"}
    process = subprocess.Popen([sys.executable, "-c", WORK], env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def subscription(address: str) -> Json:
    return {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "An invented practice is watched",
        "criteria": "urn:chartline:topic:patient-changed",
        "channel": {
            "type": "rest-hook",
            "endpoint": f"{address}{PATH}",
            "payload": "application/fhir+json",
            "extension": [{"url": URL, "valuePositiveInt": 1}],
        },
    }


def register(client: httpx2.Client, number: int) -> None:
    for _ in range(number):
        assert client.post("/Patient", json=patient()).status_code == 201


def in_order(kept: Receiver) -> list[int]:
    """The numbers as a receiver keeps them: what came twice counts once."""
    return list(dict.fromkeys(kept.numbers(PATH)))


def test_a_killed_worker_loses_no_event_and_keeps_the_order(place: Site) -> None:
    with place.client() as client, receiver() as kept:
        identity = client.post("/Subscription", json=subscription(kept.address)).json()["id"]
        with place.services.database.work(place.organisation) as work:
            place.services.subscriptions.states.turn(work, identity, ACTIVE)
        # Nobody delivers yet.
        register(client, 3)
        assert kept.numbers(PATH) == []
        kept.slow = 0.4
        with worker(place):
            until(lambda: len(kept.of(PATH)) >= 2)  # killed while the receiver still thinks about the second event
        kept.slow = 0.0
        register(client, 2)
        with worker(place):
            until(lambda: in_order(kept)[-1:] == [5])
        assert in_order(kept) == [1, 2, 3, 4, 5]
        assert kept.numbers(PATH) == sorted(kept.numbers(PATH))
