"""The outgoing hook, which is ours alone: signed, retried, off by default, and never beyond loopback."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.connectors.advancedmd.simulator.caller import Caller

from chartline.connect.simulation.shelf import Store
from chartline.connectors.advancedmd.simulator.app import create
from chartline.connectors.advancedmd.simulator.hook import HookRefused, check_address
from chartline.connectors.advancedmd.simulator.options import Options
from chartline.kernel.clock import SystemClock

SECRET = "between the two of us"


@pytest.fixture
def stranger(origin: str) -> Iterator[Caller]:
    """REST and the control surface speak JSON whatever the encoding of messages, so one caller is enough."""
    with closing(Caller(origin, "json")) as caller:
        yield caller


class Receiver:
    """Takes posts on loopback and answers with the statuses it was told, then 200."""

    def __init__(self) -> None:
        self.posts: list[tuple[bytes, str]] = []
        self.statuses: list[int] = []
        self.arrived = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                with receiver.arrived:
                    receiver.posts.append((body, self.headers["x-signature"]))
                    status = receiver.statuses.pop(0) if receiver.statuses else 200
                    receiver.arrived.notify_all()
                self.send_response(status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/news"

    def wait_for(self, count: int) -> list[dict[str, str]]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.posts) >= count, timeout=10)
            return [json.loads(body) for body, _ in self.posts]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, args=(0.01,))
    thread.start()
    yield receiver
    receiver.server.shutdown()
    thread.join()
    receiver.server.server_close()


def settled(caller: Caller) -> dict[str, int]:
    while True:
        numbers = caller.counters()["hook"]
        if not numbers["waiting"]:
            return numbers


def test_a_change_is_told_signed_and_without_a_patient_value(caller: Caller, receiver: Receiver) -> None:
    caller.control("POST", "options", {"hook_url": receiver.url, "hook_secret": SECRET})
    caller.ask("updatepatient", patientlist={"patient": {"@id": "pat1001", "address": {"@city": "ELSEWHERE"}}})
    (event,) = receiver.wait_for(1)
    assert {name: event[name] for name in ("event", "officeKey", "objectId", "at")} == {
        "event": "patient.updated",
        "officeKey": "999001",
        "objectId": "1001",
        "at": "2026-03-03T17:00:00+00:00",
    }
    body, signature = receiver.posts[0]
    assert signature == "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert len(event["id"]) > 30
    assert b"ELSEWHERE" not in body
    assert settled(caller) == {"sent": 1, "failed": 0, "tries": 1, "waiting": 0}


def test_visits_charges_and_payments_are_told_once_a_request(caller: Caller, receiver: Receiver) -> None:
    caller.control("POST", "options", {"hook_url": receiver.url, "hook_secret": SECRET})
    line = {"@proccode": "pcode502", "@units": "1", "@diagcodes": "dcode701"}
    caller.ask("savecharges", patientid="1001", visit={"@id": "7001", "chargelist": {"charge": line}})
    caller.control("POST", "edits", [{"patient": 1001, "pays": {"amount": "5.00", "charge": "90001"}}])
    assert [event["event"] for event in receiver.wait_for(3)] == ["charge.updated", "visit.updated", "payment.updated"]


def test_an_unwilling_receiver_is_tried_three_times_with_the_same_bytes(caller: Caller, receiver: Receiver) -> None:
    caller.control("POST", "options", {"hook_url": receiver.url, "hook_secret": SECRET})
    receiver.statuses = [500, 302, 500]
    caller.control("POST", "visits/7001", {"apptstatus": "1"})
    receiver.wait_for(3)
    assert len(set(receiver.posts)) == 1
    assert settled(caller) == {"sent": 0, "failed": 1, "tries": 3, "waiting": 0}


def test_nothing_is_told_unless_asked_for(caller: Caller) -> None:
    caller.control("POST", "visits/7001", {"apptstatus": "1"})
    assert caller.counters()["hook"] == {"sent": 0, "failed": 0, "tries": 0, "waiting": 0}


def test_a_refused_call_tells_nothing(caller: Caller, receiver: Receiver) -> None:
    caller.control("POST", "options", {"hook_url": receiver.url, "hook_secret": SECRET})
    assert caller.refused("updatepatient", patientlist={"patient": {"@id": "pat9", "@sex": "F"}})
    assert settled(caller)["tries"] == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://hook.example:80/",
        "https://127.0.0.1:8443/",
        "http://127.0.0.1.example:80/",
        "http://localhost@10.0.0.1:80/",
        "http://127.0.0.1/",
        "http://user@127.0.0.1:80/",
        "http://127.0.0.1:99999/",
        "ftp://localhost:21/",
    ],
)
def test_only_loopback_is_told(url: str) -> None:
    with pytest.raises(HookRefused):
        check_address(url)
    with pytest.raises(HookRefused):
        create(SystemClock(), Store(None), options=Options(hook_url=url))


def test_the_control_surface_refuses_a_far_address_and_keeps_the_secret(caller: Caller) -> None:
    far = caller.http.post(f"{caller.origin}/_control/options", json={"hook_url": "http://hook.example:80/"})
    assert far.status_code == 422
    told = caller.control("POST", "options", {"hook_secret": SECRET})
    assert (told["hook_url"], told["hook_secret"]) == ("", "set")
    assert SECRET not in repr(Options(hook_secret=SECRET))
