from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.domains.practice_world import ADA, AMD, DETAIL, PLAN, VISIT, World, detail, person

from chartline.connect.facts import PatientDetail, VisitStatus
from chartline.domains.practice.people import read_person, write_person
from chartline.domains.practice.visits import read_visit
from chartline.domains.sync.changes import follow, waiting
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.incoming_visits import take_visit
from chartline.domains.sync.links import link
from chartline.domains.sync.log import Happened
from chartline.domains.sync.meeting import Reading, Taken
from chartline.domains.sync.shadow import read_met
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.exchange import Exchange, ExchangeLog, Word
from chartline.platform.vault import Vault

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def at(minutes: int, long: int = 0) -> Reading:
    """A call that began so many minutes after noon and was answered ``long`` minutes later."""
    began = NOON + timedelta(minutes=minutes)
    return Reading(began, began + timedelta(minutes=long))


def take(world: World, told: PatientDetail = DETAIL, reading: Reading | None = None) -> Taken:
    with world.work() as work:
        return take_patient(work, world.records, world.vault, AMD, told, reading=reading)


def take_one(world: World, visit: object = VISIT, reading: Reading | None = None) -> Taken:
    assert isinstance(visit, type(VISIT))
    with world.work() as work:
        return take_visit(work, world.records, world.vault, AMD, visit, reading=reading)


def city(world: World, taken: Taken) -> str:
    with world.work() as work:
        return read_person(world.body(work, "Patient", taken.local_id or "")).city.reveal(Purpose.SHOW)


def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables of which something is opened from now on."""
    seen: list[str] = []
    real = Vault.open_sealed

    def watched(self: Vault, organisation: str, table: str, row: str, sealed: bytes) -> bytes:
        seen.append(table)
        return real(self, organisation, table, row, sealed)

    monkeypatch.setattr(Vault, "open_sealed", watched)
    return seen


def test_what_says_nothing_new_opens_nothing_and_writes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    take(world)
    take_one(world)
    seen = opened(monkeypatch)
    for again in (lambda: take(world), lambda: take_one(world)):
        with world.counted() as statements:
            assert again().happened is Happened.UNCHANGED
        assert len([one for one in statements if one.startswith("SELECT")]) <= 4
        assert not [one for one in statements if one.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert seen == []


def test_our_own_change_makes_the_next_meeting_a_full_one(sqlite_world: World) -> None:
    world = sqlite_world
    with world.work() as work:
        follow(work, AMD, [Kind.PATIENT])
    taken = take(world)
    with world.work() as work:
        body = world.body(work, "Patient", taken.local_id or "")
        world.records.put(work, write_person(person(city="Golden"), taken.local_id or "", body, AMD))
    take(world)
    with world.work() as work:
        assert waiting(work) == {(AMD, Kind.PATIENT): 1}
    assert city(world, taken) == "Golden"


def test_only_the_plan_that_changed_is_merged(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    two = (PLAN, replace(PLAN, vendor_id="ins2", member_id=Sealed("OTHER2"), order=2))
    take(sqlite_world, PatientDetail(ADA, two))
    seen = opened(monkeypatch)
    ended = (two[0], replace(two[1], end=NOON.date()))
    taken = take(sqlite_world, PatientDetail(ADA, ended))
    assert [one.happened for one in taken.parts] == [Happened.UNCHANGED, Happened.CHANGED]
    assert taken.happened is Happened.UNCHANGED
    assert "shadow" in seen


def test_a_provider_that_is_linked_later_is_seen_though_the_visit_did_not_change(sqlite_world: World) -> None:
    take(sqlite_world)
    taken = take_one(sqlite_world)
    place = (Kind.VISIT, taken.local_id or "")
    with sqlite_world.work() as work:
        assert read_met(work, AMD, [place])[place].version == 1
        link(work, AMD, Kind.PROVIDER, new_id(), "prof1")
        assert read_met(work, AMD, [place])[place].version is None


@pytest.mark.parametrize("known_by", ["reading", "time of change"])
def test_news_that_comes_late_does_not_bring_old_values_back(world: World, known_by: str) -> None:
    def told(name: str, minutes: int) -> tuple[PatientDetail, Reading | None]:
        when = NOON + timedelta(minutes=minutes)
        by_time = known_by == "time of change"
        return detail(city=name, changed_at=when if by_time else None), None if by_time else at(minutes)

    for name, minutes in (("Aurora", 0), ("Boulder", 10)):
        taken = take(world, *told(name, minutes))
    assert take(world, *told("Aurora", 0)).happened is Happened.UNCHANGED
    assert city(world, taken) == "Boulder"
    assert take(world, *told("Aurora", 20)).happened is Happened.CHANGED


def test_calls_that_overlapped_are_both_taken(sqlite_world: World) -> None:
    take(sqlite_world, detail(city="Boulder"), at(5))
    taken = take(sqlite_world, detail(city="Golden"), at(0, long=10))
    assert city(sqlite_world, taken) == "Golden"


def test_our_own_clock_has_the_last_word_on_what_is_late(sqlite_world: World) -> None:
    # The vendor's wall clock was put back by an hour in between.
    take(sqlite_world, detail(city="Boulder", changed_at=NOON), at(0))
    taken = take(sqlite_world, detail(city="Golden", changed_at=NOON - timedelta(minutes=30)), at(30))
    assert city(sqlite_world, taken) == "Golden"


def test_a_visit_that_comes_late_does_not_go_back(sqlite_world: World) -> None:
    take(sqlite_world)
    take_one(sqlite_world, reading=at(0))
    taken = take_one(sqlite_world, replace(VISIT, status=VisitStatus.SEEN), at(10))
    assert take_one(sqlite_world, reading=at(0)).happened is Happened.UNCHANGED
    with sqlite_world.work() as work:
        told = read_visit(sqlite_world.body(work, "Appointment", taken.local_id or ""), "900", AMD)
    assert told.status is VisitStatus.SEEN


def test_two_plans_of_one_member_at_one_payer_are_told_apart(sqlite_world: World) -> None:
    last = replace(PLAN, vendor_id="ins1", begin=datetime(2025, 1, 1).date(), end=datetime(2025, 12, 31).date())  # noqa: DTZ001 - a day has no zone
    this = replace(PLAN, vendor_id="ins2")
    taken = take(sqlite_world, PatientDetail(ADA, (last, this)))
    other = "another-system"
    with sqlite_world.work() as work:
        link(work, other, Kind.PATIENT, taken.local_id or "", "A1")
        theirs = (replace(this, vendor_id="x2"), replace(last, vendor_id="x1"))
        told = PatientDetail(replace(ADA, vendor_id="A1"), theirs)
        again = take_patient(work, sqlite_world.records, sqlite_world.vault, other, told)
    assert [one.local_id for one in again.parts] == [one.local_id for one in reversed(taken.parts)]


def test_the_exchange_log_says_what_was_read_earlier(world: World) -> None:
    def logged(minutes: int) -> str:
        exchange = Exchange(
            connection=AMD,
            vendor="invented",
            operation="getdemographic",
            started=NOON + timedelta(minutes=minutes),
            duration_ms=1500,
            outcome=Word.RECEIPT,
            request=b"",
        )
        return ExchangeLog(world.database, world.vault).record_now(world.organisation, exchange)

    old, new = logged(0), logged(10)
    for name, exchange in (("Aurora", old), ("Boulder", new), ("Aurora", old)):
        with world.work() as work:
            told = detail(city=name)
            taken = take_patient(work, world.records, world.vault, AMD, told, exchange=exchange)
    assert city(world, taken) == "Boulder"
