"""Two workers at the same write in the same moment: one sends, the other waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.clocks import jump, shared_clock

from chartline.connect.intents import Intents, Write
from chartline.connect.transport import HOST_NOT_ALLOWED
from chartline.kernel.clock import Clock
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused, Unknown
from chartline.platform.database import Database

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
WRITE = Write("c1", "save_charges", "visit-1", b"lines")
WORKERS = 6


class Vendor:
    """Works for a moment, so that callers overlap."""

    def __init__(self, answer: Callable[[], Outcome[str]] = lambda: Receipt("vst1")) -> None:
        self.sends = 0
        self.answer = answer
        self.busy = threading.Event()
        self.gate = threading.Event()
        self._count = threading.Lock()

    def send(self) -> Outcome[str]:
        with self._count:
            self.sends += 1
        self.busy.set()
        self.gate.wait(5)
        return self.answer()

    def look(self) -> Looked[str]:
        return Absent()


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return shared_clock(tmp_path / "clock.json", START)


def together(database: Database, organisation: str, vendor: Vendor, number: int = WORKERS) -> list[Outcome[str]]:
    barrier = threading.Barrier(number)

    def work(_: int) -> Outcome[str]:
        barrier.wait(10)
        return Intents(database, 5.0).once(organisation, WRITE, vendor.send, vendor.look)

    with ThreadPoolExecutor(number) as pool:
        running = [pool.submit(work, each) for each in range(number)]
        assert vendor.busy.wait(10)
        vendor.gate.set()
        return [each.result(20) for each in running]


def test_of_many_workers_one_sends(database: Database) -> None:
    for _ in range(4):
        vendor = Vendor()
        outcomes = together(database, new_id(), vendor)
        assert vendor.sends == 1
        assert all(isinstance(each, Receipt | Later) for each in outcomes)
        assert sum(isinstance(each, Receipt) for each in outcomes) >= 1


def test_of_many_workers_one_sends_again_after_an_absence_is_proven(database: Database, tmp_path: Path) -> None:
    organisation = new_id()
    lost = Vendor(lambda: Unknown(None))
    lost.gate.set()
    Intents(database, 5.0).once(organisation, WRITE, lost.send, lost.look)
    jump(tmp_path / "clock.json", START + timedelta(hours=1), 1.0)
    vendor = Vendor()
    together(database, organisation, vendor)
    assert vendor.sends == 1


def test_what_a_look_up_found_is_not_undone_by_a_late_answer(sqlite_database: Database) -> None:
    organisation, intents = new_id(), Intents(sqlite_database, 5.0)
    slow = Vendor(lambda: Refused(HOST_NOT_ALLOWED.problem()))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(intents.once, organisation, WRITE, slow.send, slow.look)
        assert slow.busy.wait(10)
        found = intents.once(organisation, WRITE, slow.send, lambda: Receipt("vst1", "e2"))
        slow.gate.set()
        first.result(20)
    assert found == intents.once(organisation, WRITE, slow.send, slow.look) == Receipt("vst1", "e2")
    assert slow.sends == 1
