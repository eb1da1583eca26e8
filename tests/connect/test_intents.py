"""One external effect, wherever the process dies: intent first, outcome after, look-up before another send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chartline.connect.intents import Intents, Write, intent, unsettled
from chartline.kernel.clock import Clock
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused, Unknown
from chartline.platform.database import Database
from chartline.platform.vault import Vault
from chartline.sandbox.clock import ClockKeeper

NO = ErrorKind("test.refused", Blame.VENDOR, Again.AFTER_FIX, "The vendor said no.", "Mend it.")
START = datetime(2026, 3, 10, 12, tzinfo=UTC)


class Killed(BaseException):
    """Stands for the end of the process."""


class Vendor:
    """Keeps what it was told, and answers as the test says."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.looks = 0
        self.answer: Outcome[str] | type[Killed] | None = None
        self.kills_after_work = False
        self.blind = False

    def send(self) -> Outcome[str]:
        if isinstance(self.answer, type):
            raise self.answer
        if self.answer is None or isinstance(self.answer, Unknown):
            self.done.append("x")
        if self.kills_after_work:
            raise Killed
        return self.answer or Receipt("vst1", "e1")

    def look(self) -> Looked[str]:
        self.looks += 1
        if self.blind:
            return Unknown("e3")
        return Receipt("vst1", "e2") if self.done else Absent("e2")


@pytest.fixture
def keeper(tmp_path: Path) -> ClockKeeper:
    keeper = ClockKeeper(tmp_path / "clock.json")
    keeper.start(START, 1.0)
    return keeper


@pytest.fixture
def clock(keeper: ClockKeeper) -> Clock:
    return keeper.clock


@pytest.fixture
def organisation() -> str:
    return new_id()


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    yield Vendor()


WRITE = Write("c1", "save_charges", "visit-1", b"lines")


def test_a_write_happens_once_however_often_it_is_asked(database: Database, organisation: str, vendor: Vendor) -> None:
    intents = Intents(database, 5.0)
    for _ in range(3):
        assert intents.once(organisation, WRITE, vendor.send, vendor.look) == Receipt("vst1", "e1")
    assert vendor.done == ["x"]
    assert vendor.looks == 0


def test_a_process_that_dies_after_the_effect_is_settled_by_looking(
    database: Database, organisation: str, vendor: Vendor
) -> None:
    intents = Intents(database, 5.0)
    vendor.kills_after_work = True
    with pytest.raises(Killed):
        intents.once(organisation, WRITE, vendor.send, vendor.look)
    with database.read(organisation) as work:
        assert [o.once_key for o in unsettled(work)] == ["visit-1"]
    vendor.kills_after_work = False
    assert intents.once(organisation, WRITE, vendor.send, vendor.look) == Receipt("vst1", "e2")
    assert vendor.done == ["x"]


def test_a_process_that_dies_before_the_effect_sends_again_only_after_the_absence_is_proven(
    database: Database, organisation: str, vendor: Vendor, keeper: ClockKeeper
) -> None:
    intents = Intents(database, 5.0)
    vendor.answer = Killed
    with pytest.raises(Killed):
        intents.once(organisation, WRITE, vendor.send, vendor.look)
    vendor.answer = None
    early = intents.once(organisation, WRITE, vendor.send, vendor.look)
    assert isinstance(early, Later)
    assert vendor.done == []
    keeper.jump(early.at + timedelta(seconds=1), 1.0)
    assert isinstance(intents.once(organisation, WRITE, vendor.send, vendor.look), Receipt)
    assert vendor.done == ["x"]


def test_no_answer_is_never_sent_again_while_the_look_up_cannot_tell(
    database: Database, organisation: str, vendor: Vendor, keeper: ClockKeeper
) -> None:
    intents = Intents(database, 5.0)
    vendor.answer, vendor.blind = Unknown("e9"), True
    for day in range(4):
        assert isinstance(intents.once(organisation, WRITE, vendor.send, vendor.look), Unknown)
        keeper.jump(START + timedelta(days=day + 1), 1.0)
    assert vendor.done == ["x"]
    vendor.blind = False
    assert intents.once(organisation, WRITE, vendor.send, vendor.look) == Receipt("vst1", "e2")


def test_a_fast_clock_waits_for_the_longest_call_in_real_time(
    database: Database, organisation: str, vendor: Vendor, keeper: ClockKeeper
) -> None:
    intents = Intents(database, 30.0)
    keeper.set_speed(1000.0)
    vendor.answer = Killed
    with pytest.raises(Killed):
        intents.once(organisation, WRITE, vendor.send, vendor.look)
    vendor.answer = None
    early = intents.once(organisation, WRITE, vendor.send, vendor.look)
    assert isinstance(early, Later)
    assert early.at - START > timedelta(seconds=25_000)


def test_a_refusal_frees_the_key_for_a_mended_payload(database: Database, organisation: str, vendor: Vendor) -> None:
    intents = Intents(database, 5.0)
    vendor.answer = Refused(NO.problem())
    assert isinstance(intents.once(organisation, WRITE, vendor.send, vendor.look), Refused)
    vendor.answer = None
    mended = Write("c1", "save_charges", "visit-1", b"other lines")
    assert isinstance(intents.once(organisation, mended, vendor.send, vendor.look), Receipt)


def test_another_payload_is_refused_while_the_first_is_not_settled(
    database: Database, organisation: str, vendor: Vendor
) -> None:
    intents = Intents(database, 5.0)
    vendor.answer, vendor.blind = Unknown(None), True
    intents.once(organisation, WRITE, vendor.send, vendor.look)
    other = intents.once(organisation, Write("c1", "save_charges", "visit-1", b"other"), vendor.send, vendor.look)
    assert isinstance(other, Refused)
    assert other.problem.code == "connect.payload_changed"


def test_no_budget_leaves_the_intent_free(database: Database, organisation: str, vendor: Vendor) -> None:
    intents = Intents(database, 5.0)
    vendor.answer = Later(START, "budget")
    assert isinstance(intents.once(organisation, WRITE, vendor.send, vendor.look), Later)
    vendor.answer = None
    assert isinstance(intents.once(organisation, WRITE, vendor.send, vendor.look), Receipt)
    assert vendor.looks == 0


def test_organisations_do_not_share_keys(database: Database, vendor: Vendor) -> None:
    intents = Intents(database, 5.0)
    for _ in range(2):
        intents.once(new_id(), WRITE, vendor.send, vendor.look)
    assert vendor.done == ["x", "x"]


def kept(payload: bytes, key: str = "patient-1") -> Write:
    return Write("c1", "add_patient", key, payload, kept=True)


def test_what_was_sent_can_be_looked_for_after_the_record_changed(
    database: Database, organisation: str, vendor: Vendor, tmp_path: Path
) -> None:
    intents = Intents(database, 5.0, Vault.open(tmp_path))
    vendor.kills_after_work = True
    with pytest.raises(Killed):
        intents.once(organisation, kept(b"first"), vendor.send, vendor.look)
    (earlier,) = intents.open_writes(organisation, "c1", "add_patient", "patient-1")
    assert (earlier.payload, earlier.payload_hash) == (b"first", kept(b"first").payload_hash)
    assert isinstance(intents.settle(organisation, earlier, vendor.look), Receipt)
    assert intents.open_writes(organisation, "c1", "add_patient", "patient-1") == []
    assert vendor.done == ["x"]


def test_an_open_write_that_never_arrived_frees_its_key_once_its_absence_is_proven(
    database: Database, organisation: str, vendor: Vendor, keeper: ClockKeeper, tmp_path: Path
) -> None:
    intents = Intents(database, 5.0, Vault.open(tmp_path))
    vendor.answer = Killed
    with pytest.raises(Killed):
        intents.once(organisation, kept(b"first"), vendor.send, vendor.look)
    vendor.answer = None
    (earlier,) = intents.open_writes(organisation, "c1", "add_patient", "patient-1")
    early = intents.settle(organisation, earlier, vendor.look)
    assert isinstance(early, Later)
    keeper.jump(early.at + timedelta(seconds=1), 1.0)
    assert isinstance(intents.settle(organisation, earlier, vendor.look), Absent)
    assert isinstance(intents.once(organisation, kept(b"second"), vendor.send, vendor.look), Receipt)
    assert vendor.done == ["x"]


def test_open_writes_are_those_of_the_record_and_of_nobody_else(
    database: Database, organisation: str, vendor: Vendor, tmp_path: Path
) -> None:
    intents = Intents(database, 5.0, Vault.open(tmp_path))
    vendor.answer = Unknown(None)
    for key in ("patient-1/t1", "patient-1/t2", "patient-12/t3", "patient_1/t4"):
        intents.once(organisation, kept(b"x", key), vendor.send, vendor.look)
    found = intents.open_writes(organisation, "c1", "add_patient", "patient-1")
    assert [each.once_key for each in found] == ["patient-1/t1", "patient-1/t2"]
    assert intents.open_writes(new_id(), "c1", "add_patient", "patient-1") == []


def test_what_was_sent_is_kept_sealed_and_only_until_it_is_settled(
    database: Database, organisation: str, vendor: Vendor, tmp_path: Path
) -> None:
    intents = Intents(database, 5.0, Vault.open(tmp_path))
    vendor.answer = Unknown(None)
    intents.once(organisation, kept(b"Brightwater"), vendor.send, vendor.look)
    with database.read(organisation) as work:
        content = work.scalar(work.select(intent, intent.c.content))
    assert content
    assert b"Brightwater" not in bytes(content)
    vendor.answer = None
    assert isinstance(intents.once(organisation, kept(b"Brightwater"), vendor.send, vendor.look), Receipt)
    with database.read(organisation) as work:
        assert work.scalar(work.select(intent, intent.c.content)) is None
