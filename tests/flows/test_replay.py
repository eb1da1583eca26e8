"""A past exchange is played again from what was recorded; no vendor hears of it, and differences are named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows.house import ACTOR, House, house, person_of

from chartline.app.replaying import replay_recorded
from chartline.connect.recorded import RecordedWire
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.log import Direction, Happened, SyncEvent
from chartline.flows.front_desk import change_patient
from chartline.flows.practice_sync import PULL_PATIENTS, PULL_VISITS, PUSH
from chartline.flows.replay import NO_EVENT, Replayed
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[House]:
    """A house that has pulled everything and pushed a new patient, whose vendors are gone by now."""
    with house(tmp_path_factory.mktemp("replay"), template=sqlite_template) as made:
        made.do(PULL_PATIENTS, connection=made.advancedmd)
        made.do(PULL_VISITS, connection=made.advancedmd)
        made.book(39, made.register(39))
        made.do(PUSH, connection=made.advancedmd)
        made.stop_worker()
        yield made


def again(home: House, identity: str) -> tuple[Replayed, ...]:
    before = home.operations("advancedmd")
    found = replay_recorded(home.services, home.organisation, identity)
    assert home.operations("advancedmd") == before
    return found


def event_of(home: House, kind: Kind, direction: Direction, local_id: str | None = None) -> SyncEvent:
    events = home.events(kind=kind, direction=direction, local_id=local_id)
    return next(each for each in events if each.exchange_id and each.outcome is Happened.CREATED)


@pytest.mark.parametrize("kind", [Kind.PATIENT, Kind.COVERAGE, Kind.VISIT])
def test_what_came_in_and_was_not_touched_since_shows_no_difference(home: House, kind: Kind) -> None:
    (told,) = again(home, event_of(home, kind, Direction.IN).id)
    assert (told.now, told.fields, told.here) == ("receipt", (), True)
    assert told.served[-1] == told.event.exchange_id


@pytest.mark.parametrize("kind", [Kind.PATIENT, Kind.COVERAGE, Kind.VISIT])
def test_what_went_out_is_judged_as_it_was_then(home: House, kind: Kind) -> None:
    (told,) = again(home, event_of(home, kind, Direction.OUT).id)
    assert (told.now, told.then.split(":")[0]) == ("receipt", "created")


def test_a_record_that_changed_since_is_told_by_the_names_of_its_fields(home: House) -> None:
    patient_id = home.local_patient(1)
    event = event_of(home, Kind.PATIENT, Direction.IN, patient_id)
    ours = replace(person_of(home.patient(1)), city=Sealed("ELSEWHERE"))
    change_patient(home.ground, home.organisation, ACTOR, patient_id, ours)
    (told,) = again(home, event.id)
    (difference,) = told.differences
    assert (difference.field, difference.stored.reveal(Purpose.SHOW)) == ("city", "ELSEWHERE")
    assert "ELSEWHERE" not in repr(told)


def test_every_line_of_an_exchange_is_replayed_by_the_exchanges_id(home: House) -> None:
    exchange = event_of(home, Kind.PATIENT, Direction.IN, home.local_patient(2)).exchange_id
    assert exchange is not None
    assert {told.event.kind for told in again(home, exchange)} == {Kind.PATIENT, Kind.COVERAGE}


def test_an_id_that_is_nobodys_is_said(home: House) -> None:
    for identity in (new_id(), "nonsense"):
        with pytest.raises(ChartlineError) as raised:
            again(home, identity)
        assert raised.value.problem.code == NO_EVENT.code


def test_the_wire_of_a_replay_holds_nothing_that_could_reach_a_network() -> None:
    import chartline.connect.recorded as room

    names = {name.lower() for name in vars(room)}
    assert not names & {"httpx2", "socket", "urllib", "client", "transport", "requests"}
    assert {"anchor", "earlier", "read", "sessions"} == set(RecordedWire.__dataclass_fields__)
