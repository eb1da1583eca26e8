from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.practice_world import AMD, VISIT, World

from chartline.connect.facts import VisitFact, VisitStatus
from chartline.domains.practice.encounters import follow_visit
from chartline.domains.practice.visits import (
    encounter_id,
    participant_id,
    read_visit,
    visit_status,
    write_encounter,
    write_visit,
)
from chartline.formats.fhir import require_shape
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id

NUMBER = st.none() | st.text("abc123", min_size=1, max_size=5)
VISITS = st.builds(
    VisitFact,
    vendor_id=st.none(),
    patient_vendor_id=st.just("900"),
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - hypothesis takes naive bounds
        lambda moment: moment.replace(microsecond=0)
    ),
    minutes=st.integers(0, 600),
    status=st.sampled_from(list(VisitStatus)),
    provider_vendor_id=NUMBER,
    column_vendor_id=NUMBER,
    facility_vendor_id=NUMBER,
)


def as_kept(visit: VisitFact) -> VisitFact:
    raw = "7" if visit.status is VisitStatus.OTHER else ""
    return replace(visit, deleted=visit.status is VisitStatus.DELETED, raw_status=raw)


@given(VISITS, VISITS, st.none() | st.just("dr1"))
def test_a_visit_comes_back_as_it_went_in(one: VisitFact, other: VisitFact, provider: str | None) -> None:
    one, other = as_kept(one), as_kept(other)
    first = write_visit(one, "a1", "p1", provider, None, AMD)
    require_shape(first)
    assert one == read_visit(first, "900", AMD)
    second = write_visit(other, "a1", "p1", provider, first, AMD)
    require_shape(second)
    assert other == read_visit(second, "900", AMD)


def test_writing_over_an_appointment_keeps_further_participants_and_a_check_in() -> None:
    existing = write_visit(replace(VISIT, status=VisitStatus.ARRIVED), "a1", "p1", "dr1", None, AMD)
    existing["status"] = "checked-in"
    friend = {"actor": {"reference": "RelatedPerson/r1"}, "status": "accepted"}
    existing["participant"] = [*existing["participant"], friend]  # ty: ignore[not-iterable]
    existing["comment"] = "kept"
    again = write_visit(
        replace(VISIT, status=VisitStatus.ARRIVED, column_vendor_id="9"), "a1", "p1", "dr1", existing, AMD
    )
    assert again["status"] == "checked-in"
    assert friend in again["participant"]  # ty: ignore[unsupported-operator]
    assert again["comment"] == "kept"
    assert (participant_id(again, "Patient"), participant_id(again, "Practitioner")) == ("p1", "dr1")
    assert read_visit(again, "900", AMD).column_vendor_id == "9"


def test_a_moved_visit_is_not_a_cancelled_one() -> None:
    moved = write_visit(replace(VISIT, status=VisitStatus.MOVED), "a1", "p1")
    assert (moved["status"], visit_status(moved)) == ("cancelled", VisitStatus.MOVED)
    cancelled = write_visit(replace(VISIT, status=VisitStatus.CANCELLED), "a1", "p1", existing=moved)
    assert VisitStatus.CANCELLED is visit_status(cancelled)


def test_an_appointment_without_a_start_cannot_be_exchanged() -> None:
    appointment = write_visit(VISIT, "a1", "p1")
    del appointment["start"]
    with pytest.raises(ChartlineError, match=r"practice\.visit_incomplete"):
        read_visit(appointment, "900")


@pytest.mark.parametrize(
    ("status", "encounter"),
    [
        (VisitStatus.BOOKED, None),
        (VisitStatus.ARRIVED, "arrived"),
        (VisitStatus.SEEN, "finished"),
        (VisitStatus.CANCELLED, None),
        (VisitStatus.NO_SHOW, None),
        (VisitStatus.DELETED, None),
        (VisitStatus.OTHER, None),
    ],
)
def test_an_encounter_begins_with_the_arrival(status: VisitStatus, encounter: str | None) -> None:
    made = write_encounter(write_visit(replace(VISIT, status=status), "a1", "p1", "dr1"), new_id(), None)
    assert encounter == (made["status"] if made else None)
    if made:
        require_shape(made)


def test_the_encounter_follows_its_appointment(world: World) -> None:
    appointment_id = new_id()
    seen = write_visit(replace(VISIT, status=VisitStatus.SEEN), appointment_id, "p1", "dr1")
    called_off = write_visit(replace(VISIT, status=VisitStatus.DELETED), appointment_id, "p1", "dr1")
    identity = encounter_id(world.organisation, appointment_id)
    with world.work() as work:
        assert follow_visit(work, world.records, write_visit(VISIT, appointment_id, "p1")) is None
        assert identity == follow_visit(work, world.records, seen)
        encounter = world.body(work, "Encounter", identity)
        assert (encounter["status"], encounter["subject"]["reference"]) == ("finished", "Patient/p1")  # ty: ignore[not-subscriptable]
        assert [{"reference": f"Appointment/{appointment_id}"}] == encounter["appointment"]
        world.records.put(work, {**encounter, "class": {"code": "VR"}, "reasonCode": [{"text": "kept"}]})
        follow_visit(work, world.records, called_off)
        encounter = world.body(work, "Encounter", identity)
        assert (encounter["status"], encounter["class"]) == ("entered-in-error", {"code": "VR"})
        assert encounter["reasonCode"] == [{"text": "kept"}]
