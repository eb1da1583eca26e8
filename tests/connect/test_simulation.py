"""The ground of the simulators: kept state, faults that strike as said, loopback only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import msgspec
import pytest

from chartline.connect.simulation.faults import Fault, Faults, after_work, before_work
from chartline.connect.simulation.shelf import Counters, Shelf, Store
from chartline.connect.simulation.web import Answer

ECHO = """
import sys
from pathlib import Path
from chartline.connect.simulation.runner import serve
from chartline.connect.simulation.web import Answer, Request
from chartline.kernel.clock import SystemClock


class Echo:
    def handle(self, request: Request) -> Answer:
        answer = Answer(200, request.body, headers={"X-Path": request.path, "X-Query": request.query.get("q", "")})
        how = request.headers.get("x-how", "")
        answer.drop = how == "drop"
        answer.cut = 3 if how == "cut" else None
        answer.delay = 0.05 if how == "delay" else 0.0
        return answer


serve(Echo(), SystemClock(), port=int(sys.argv[1]), ready=Path(sys.argv[2]))
"""


class Item(msgspec.Struct):
    name: str
    count: int = 0


@contextmanager
def echo(folder: Path, port: int = 0) -> Generator[tuple[httpx2.Client, dict[str, int]]]:
    ready = folder / "ready.json"
    process = subprocess.Popen([sys.executable, "-c", ECHO, str(port), str(ready)])
    try:
        while not ready.exists():
            assert process.poll() is None
            time.sleep(0.02)
        facts = json.loads(ready.read_text())
        with httpx2.Client(base_url=f"http://127.0.0.1:{facts['port']}", trust_env=False) as client:
            yield client, facts
    finally:
        process.terminate()
        process.wait(10)


# --- kept state -----------------------------------------------------------------------------------------------------


def test_what_was_put_is_there_after_a_restart_in_the_same_order(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state.db"
    store = Store(file)
    shelf, counters = Shelf(store, "item", Item), Counters(store)
    for name in "cab":
        shelf.put(name, Item(name))
    shelf.put("a", Item("a", 2))
    shelf.remove("b")
    assert (counters.next("id", 10), counters.next("id", 10)) == (10, 11)
    counters.add("calls", 3)
    # Not closed: the process was killed.
    again = Store(file)
    kept = Shelf(again, "item", Item)
    assert [Item("c"), Item("a", 2)] == list(kept)
    assert (len(kept), "c" in kept, "b" in kept, kept.get("b")) == (2, True, False, None)
    assert Counters(again).all() == {"id": 11, "calls": 3}
    assert list(Shelf(again, "other", Item)) == []


def test_changes_stand_or_fall_together(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.db")
    shelf = Shelf(store, "item", Item)
    with store.whole():
        shelf.put("a", Item("a"))
        assert list(Shelf(Store(tmp_path / "state.db"), "item", Item)) == []
        shelf.put("b", Item("b"))
    assert len(Shelf(Store(tmp_path / "state.db"), "item", Item)) == 2


def test_kept_values_cannot_be_read_nor_moved(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    store = Store(file)
    Shelf(store, "item", Item).put("a", Item("OKAFORPATIENT"))
    store.close()
    assert all(b"OKAFOR" not in each.read_bytes() for each in tmp_path.iterdir())
    assert oct(os.stat(file.with_suffix(".key")).st_mode)[-3:] == "600"


# --- faults ---------------------------------------------------------------------------------------------------------


def test_a_fault_strikes_its_operation_as_often_as_it_says() -> None:
    faults = Faults()
    faults.add(Fault(operation="AddPatient", kind="drop", times=2))
    faults.add(Fault(operation="*", kind="html"))
    struck = [faults.take(each) for each in ("addpatient", "ADDPATIENT", "other", "addpatient")]
    assert [each and each.kind for each in struck] == ["drop", "drop", "html", None]


def test_faults_strike_before_the_work_or_after_it() -> None:
    assert before_work(None) is None
    refused = before_work(Fault(operation="a", kind="refuse", status=429))
    gateway = before_work(Fault(operation="a", kind="html"))
    assert refused is not None
    assert gateway is not None
    assert (refused.status, refused.body, gateway.status, gateway.content_type) == (429, b"", 502, "text/html")
    for kind in ("drop", "cut", "empty", "delay"):
        assert before_work(Fault(operation="a", kind=kind)) is None
    spoilt = {kind: after_work(Fault(operation="a", kind=kind, seconds=2), Answer(200, b"0123456789"))
              for kind in ("drop", "cut", "empty", "delay", "html")}  # fmt: skip
    assert (spoilt["drop"].drop, spoilt["cut"].cut, spoilt["empty"].body, spoilt["delay"].delay) == (True, 5, b"", 2)
    assert spoilt["html"] == Answer(200, b"0123456789") == after_work(None, Answer(200, b"0123456789"))


# --- on a real socket -----------------------------------------------------------------------------------------------


def test_answers_go_out_whole_dropped_cut_or_late(tmp_path: Path) -> None:
    with echo(tmp_path) as (client, _):
        whole = client.post("/some/path?q=a+b", content=b"0123456789")
        assert (
            whole.content,
            whole.headers["x-path"],
            whole.headers["x-query"],
        ) == (b"0123456789", "/some/path", "a b")
        assert client.post("/", content=b"late", headers={"x-how": "delay"}).content == b"late"
        for how in ("drop", "cut"):
            with pytest.raises(httpx2.RemoteProtocolError):
                client.post("/", content=b"0123456789", headers={"x-how": how})
        assert client.post("/", content=b"and on").content == b"and on"


def test_a_simulator_is_reached_from_this_machine_only(tmp_path: Path) -> None:
    with echo(tmp_path) as (_, facts):
        listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        port = f"{facts['port']:04X}"
        bound = {fields[1] for fields in listening if fields[3] == "0A" and fields[1].endswith(f":{port}")}
        assert {f"0100007F:{port}"} == bound


def test_a_port_that_is_taken_is_an_error(tmp_path: Path) -> None:
    with echo(tmp_path) as (_, facts):
        (tmp_path / "second").mkdir()
        command = [sys.executable, "-c", ECHO, str(facts["port"]), str(tmp_path / "second" / "ready.json")]
        second = subprocess.run(command, capture_output=True, timeout=30)
        assert second.returncode != 0
        assert not (tmp_path / "second" / "ready.json").exists()
