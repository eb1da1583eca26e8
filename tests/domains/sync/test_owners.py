from __future__ import annotations

from datetime import timedelta

import pytest
from tests.domains.practice_world import AMD, DETAIL, World, detail, person

from chartline.connect.facts import PersonFact
from chartline.domains.practice.people import read_person, write_person
from chartline.domains.sync.authors import our_changes
from chartline.domains.sync.fields import FIELDS, Kind
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.log import Direction, EventFilter, Happened, list_events
from chartline.domains.sync.merge import OWNERS, Owner
from chartline.domains.sync.owners import list_owners, owners_of, set_owner
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Purpose


def prepared(world: World, **ours: object) -> str:
    with world.work() as work:
        local_id = take_patient(work, world.records, world.vault, AMD, DETAIL).local_id or ""
    write(world, local_id, **ours)
    return local_id


def write(world: World, local_id: str, **ours: object) -> None:
    with world.work() as work:
        body = world.body(work, "Patient", local_id)
        world.records.put(work, write_person(person(**ours), local_id, body, AMD))


def known(world: World, local_id: str) -> PersonFact:
    with world.work() as work:
        return read_person(world.body(work, "Patient", local_id), AMD)


def test_a_connection_starts_with_the_policies_of_the_house(world: World) -> None:
    with world.work() as work:
        owners = owners_of(work, AMD)
        assert {kind: dict(owners[kind]) for kind in OWNERS} == OWNERS
        policies = list_owners(work, AMD)
    assert len(policies) == sum(len(names) for names in FIELDS.values())
    assert {one.owner for one in policies if one.field == "family"} == {Owner.ASK}
    assert all(one.owner is one.default and one.changed is None for one in policies)


def test_a_policy_is_of_one_connection_and_can_be_put_back(world: World) -> None:
    with world.work() as work:
        set_owner(work, AMD, Kind.PATIENT, "city", Owner.OURS, "user:u1")
        set_owner(work, AMD, Kind.PATIENT, "city", Owner.THEIRS, "user:u2")
        assert owners_of(work, AMD)[Kind.PATIENT]["city"] is Owner.THEIRS
        assert owners_of(work, "other")[Kind.PATIENT]["city"] is Owner.NEWEST
        policy = next(one for one in list_owners(work, AMD) if one.field == "city")
        assert (policy.owner, policy.default, policy.changed_by) == (Owner.THEIRS, Owner.NEWEST, "user:u2")
        set_owner(work, AMD, Kind.PATIENT, "city", None, "user:u1")
        assert owners_of(work, AMD)[Kind.PATIENT]["city"] is Owner.NEWEST


@pytest.mark.parametrize(("kind", "field"), [(Kind.PATIENT, "identity"), (Kind.PROVIDER, "npi"), (Kind.VISIT, "note")])
def test_what_is_not_exchanged_has_no_owner(sqlite_world: World, kind: Kind, field: str) -> None:
    with sqlite_world.work() as work, pytest.raises(ChartlineError, match=r"sync\.bad_owner"):
        set_owner(work, AMD, kind, field, Owner.OURS, "user:u1")


@pytest.mark.parametrize(("owner", "way"), [(Owner.OURS, Direction.OUT), (Owner.THEIRS, Direction.IN)])
def test_the_stored_policy_decides_and_the_log_says_who_lost(world: World, owner: Owner, way: Direction) -> None:
    local_id = prepared(world, family="Ours")
    with world.work() as work:
        set_owner(work, AMD, Kind.PATIENT, "family", owner, "user:u1")
        take_patient(work, world.records, world.vault, AMD, detail(family="Theirs"))
        take_patient(work, world.records, world.vault, AMD, detail(family="Theirs"))
        (line,) = list_events(work, EventFilter(outcome=Happened.OVERRULED)).events
    assert (line.code, line.direction, line.local_id) == ("family", way, local_id)
    winner = "Ours" if owner is Owner.OURS else "Theirs"
    assert known(world, local_id).family.reveal(Purpose.SHOW) == winner


def test_a_change_of_policy_reaches_what_stood_apart_before(sqlite_world: World) -> None:
    world = sqlite_world
    local_id = prepared(world, family="Ours")
    with world.work() as work:
        assert take_patient(work, world.records, world.vault, AMD, detail(family="Theirs")).happened == "conflict"
        set_owner(work, AMD, Kind.PATIENT, "family", Owner.THEIRS, "user:u1")
        assert take_patient(work, world.records, world.vault, AMD, detail(family="Theirs")).happened == "changed"
    assert known(world, local_id).family.reveal(Purpose.SHOW) == "Theirs"


def test_the_newest_is_the_newest_of_the_field_and_not_of_the_record(world: World) -> None:
    local_id = prepared(world, city="Ours")
    with world.work() as work:
        ours = our_changes(work, world.records, AMD, Kind.PATIENT, local_id, ["city", "state"])
    write(world, local_id, city="Ours", middle="Later")
    with world.work() as work:
        again = our_changes(work, world.records, AMD, Kind.PATIENT, local_id, ["city", "middle"])
        assert again["city"] == ours["city"]
        assert ours["state"].at < ours["city"].at < again["middle"].at
        told = detail(city="Theirs", changed_at=ours["city"].at + timedelta(seconds=2))
        take_patient(work, world.records, world.vault, AMD, told)
    assert known(world, local_id).city.reveal(Purpose.SHOW) == "Theirs"


@pytest.mark.parametrize(("seconds", "outcome"), [(-2, "unchanged"), (0, "conflict"), (2, "changed")])
def test_later_wins_and_a_tie_is_asked_about(sqlite_world: World, seconds: int, outcome: str) -> None:
    world = sqlite_world
    local_id = prepared(world, city="Ours")
    with world.work() as work:
        at = our_changes(work, world.records, AMD, Kind.PATIENT, local_id, ["city"])["city"].at
        told = detail(city="Theirs", changed_at=at + timedelta(seconds=seconds))
        assert take_patient(work, world.records, world.vault, AMD, told).happened == outcome


def test_where_the_vendor_tells_no_time_the_newest_is_asked_about(sqlite_world: World) -> None:
    prepared(sqlite_world, city="Ours")
    with sqlite_world.work() as work:
        told = detail(city="Theirs")
        assert take_patient(work, sqlite_world.records, sqlite_world.vault, AMD, told).happened == "conflict"
