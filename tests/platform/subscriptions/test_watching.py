"""Who is told of a write, and what it costs: events in the writing transaction, none where nobody waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import event
from tests.support.fhir import Json, observation, patient

from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Database
from chartline.platform.jobs import Jobs
from chartline.platform.jobs.durable import migrate
from chartline.platform.records import Records
from chartline.platform.records.reach import Reach
from chartline.platform.subscriptions import ACTIVE, Author, Subscriptions, writing_as
from chartline.platform.subscriptions.definition import public, require_public
from chartline.platform.subscriptions.watching import criteria
from chartline.platform.vault import Vault
from chartline.platform.vault.keys import Key, KeyRing

TOPIC = "urn:chartline:topic:"


class Room:
    """Records with subscriptions over them, of one practice."""

    def __init__(self, database: Database) -> None:
        migrate(database.engine.url.render_as_string(hide_password=False))
        self.database, self.organisation, self.jobs = database, new_id(), Jobs(database)
        self.vault = Vault(KeyRing((Key.generate(),)))
        self.subscriptions = Subscriptions(self.vault, self.jobs, ("127.0.0.1",))
        self.records = Records(self.vault, self.subscriptions)

    def store(self, resource: Json) -> str:
        with self.database.work(self.organisation) as work:
            return self.records.create(work, resource).id

    def change(self, resource: Json) -> None:
        with self.database.work(self.organisation) as work:
            self.records.put(work, resource)

    def subscribe(self, wanted: str, *filters: str) -> str:
        url = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria"
        made: Json = {
            "resourceType": "Subscription",
            "status": "requested",
            "reason": "An invented practice is watched",
            "criteria": wanted,
            "channel": {"type": "rest-hook", "endpoint": "http://127.0.0.1:9/hook", "payload": "application/fhir+json"},
        }
        if filters:
            made["_criteria"] = {"extension": [{"url": url, "valueString": one} for one in filters]}
        identity = self.store(made)
        with self.database.work(self.organisation) as work:
            self.subscriptions.states.turn(work, identity, ACTIVE)
        return identity

    def events(self, identity: str) -> list[tuple[int, str, int, str]]:
        """Number, type, version and interaction of each event."""
        with self.database.work(self.organisation) as work:
            self.subscriptions.states.find(work, identity, lock=True)
            self.subscriptions.states.number(work, identity)
            found = self.subscriptions.states.events(work, identity, 1, None, 1000)
        return [(one.number, one.rtype, one.version, one.interaction) for one in found]


@pytest.fixture
def room(database: Database) -> Iterator[Room]:
    made = Room(database)
    yield made
    made.jobs.close()


def appointment(status: str, **more: object) -> Json:
    who = [{"actor": {"reference": "Patient/someone"}, "status": "accepted"}]
    return {"resourceType": "Appointment", "status": status, "participant": who, **more}


def test_a_booking_is_told_once_however_often_it_is_changed(room: Room) -> None:
    booked, cancelled = room.subscribe(f"{TOPIC}appointment-booked"), room.subscribe(f"{TOPIC}appointment-cancelled")
    identity = room.store(appointment("proposed"))
    for status, comment in (("booked", "a"), ("booked", "b"), ("cancelled", "c"), ("noshow", "d"), ("booked", "e")):
        room.change(appointment(status, id=identity, comment=comment))
    assert room.events(booked) == [(1, "Appointment", 2, "update"), (2, "Appointment", 6, "update")]
    # From one of the states into another one is no news.
    assert room.events(cancelled) == [(1, "Appointment", 4, "update")]


def test_filters_look_at_the_content_that_is_told_and_at_the_last_one_of_a_deletion(room: Room) -> None:
    watch = room.subscribe(f"{TOPIC}patient-changed", "Patient?gender=female", "Patient?active=true")
    one = room.store(patient(active=True))
    room.store(patient(active=False))
    with room.database.work(room.organisation) as work:
        room.records.delete(work, "Patient", one)
    assert [event[3] for event in room.events(watch)] == ["create", "delete"]


def test_classic_criteria_are_a_search_on_what_is_stored(room: Room) -> None:
    watch = room.subscribe("Observation?code=http://loinc.org|29463-7&status=final,amended")
    identity = room.store(observation("Patient/x"))
    room.store(observation("Patient/x", status="preliminary"))
    with room.database.work(room.organisation) as work:
        room.records.delete(work, "Observation", identity)
    assert room.events(watch) == [(1, "Observation", 1, "create")]


@pytest.mark.parametrize(
    ("rtype", "query"),
    [
        ("Observation", "patient.name=x"),
        ("Observation", "code:in=http://value.example/set"),
        ("Nothing", "a=b"),
        ("Subscription", "status=active"),
        ("Patient", "_sort=name"),
        ("Patient", "_has:Observation:patient:code=1"),
    ],
)
def test_what_cannot_be_decided_on_one_resource_is_refused(rtype: str, query: str) -> None:
    with pytest.raises(ChartlineError, match=r"subscription\.bad_filter"):
        criteria(rtype, query)


def test_nothing_is_told_of_what_was_undone(room: Room) -> None:
    watch = room.subscribe(f"{TOPIC}patient-changed")
    with pytest.raises(ZeroDivisionError), room.database.work(room.organisation) as work:
        room.records.create(work, patient())
        raise ZeroDivisionError
    room.store(patient())
    assert room.events(watch) == [(1, "Patient", 1, "create")]
    assert room.jobs.counts(room.organisation)["queued"] == 2  # the handshake's and the event's


def test_an_author_is_told_of_nothing_outside_of_its_reach(room: Room) -> None:
    mine, other = room.store(patient()), room.store(patient())
    with writing_as(Author("token:one", Reach(mine, None))):
        watch = room.subscribe(f"{TOPIC}observation-changed")
    with writing_as(Author("token:two", Reach(None, frozenset({"Patient"})))):
        blind = room.subscribe(f"{TOPIC}observation-changed")
    for subject in (other, mine, other):
        room.store(observation(f"Patient/{subject}"))
    assert (len(room.events(watch)), room.events(blind)) == (1, [])


def test_a_write_that_nobody_waits_for_asks_the_database_nothing_more(room: Room) -> None:
    plain = Records(room.vault)

    def statements(records: Records) -> int:
        seen: list[str] = []

        def note(*arguments: object) -> None:
            seen.append(str(arguments[2]))

        event.listen(room.database.engine, "before_cursor_execute", note)
        try:
            with room.database.work(room.organisation) as work:
                records.create(work, patient())
        finally:
            event.remove(room.database.engine, "before_cursor_execute", note)
        return len(seen)

    assert statements(room.records) == statements(plain)
    room.subscribe(f"{TOPIC}observation-changed")
    room.store(patient())
    assert statements(room.records) == statements(plain)


def test_another_process_learns_of_a_subscription_with_its_next_write(room: Room) -> None:
    elsewhere = Records(room.vault, Subscriptions(room.vault, room.jobs))
    with room.database.work(room.organisation) as work:
        elsewhere.create(work, patient())
    watch = room.subscribe(f"{TOPIC}patient-changed")
    with room.database.work(room.organisation) as work:
        elsewhere.create(work, patient())
    assert len(room.events(watch)) == 1


def test_numbers_have_no_gap_when_many_write_at_once(room: Room) -> None:
    watch = room.subscribe(f"{TOPIC}patient-changed")

    def write() -> None:
        for _ in range(5):
            room.store(patient())
            room.events(watch)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event[0] for event in room.events(watch)] == list(range(1, 21))


def test_one_job_sends_at_a_time_and_a_new_beginning_takes_over(room: Room) -> None:
    watch, states = room.subscribe(f"{TOPIC}patient-changed"), room.subscriptions.states
    with room.database.work(room.organisation) as work:
        assert [states.claim(work, watch, job) for job in ("a", "b", "a")] == [True, False, True]
        states.release(work, watch)
        assert states.claim(work, watch, "b")
        resource = room.records.read(work, "Subscription", watch).reveal(Purpose.MATCH)
        room.records.put(work, {**resource, "reason": "Another", "status": "requested"})
        assert states.claim(work, watch, "c")


@pytest.mark.parametrize(
    ("endpoint", "fine"),
    [
        ("https://receiver.example/hook?x=1", True),
        ("https://receiver.example:8443/", True),
        ("http://receiver.example/hook", False),
        ("https://localhost/hook", False),
        ("https://intranet/hook", False),
        ("https://192.168.1.4/hook", False),
        ("https://169.254.169.254/latest", False),
        ("https://[::1]/", False),
        ("https://[fd00::1]/", False),
        ("https://2130706433/", False),
        ("https://0x7f.0.0.1/", False),
        ("https://user@receiver.example/", False),
        ("ftp://receiver.example/", False),
        ("http://127.0.0.1:80/", True),
        ("", False),
    ],
)
def test_endpoints_are_public_or_on_the_list(endpoint: str, fine: bool) -> None:
    if fine:
        require_public(endpoint, ("127.0.0.1",))
        return
    with pytest.raises(ChartlineError, match=r"subscription\.bad_endpoint"):
        require_public(endpoint, ("127.0.0.1",))


def test_private_addresses_behind_other_spellings_are_not_public() -> None:
    assert not any(map(public, ("::ffff:10.0.0.1", "10.1.2.3", "100.64.0.1", "224.0.0.1", "0.0.0.0")))
    assert public("93.184.215.14")
