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
    HELD,
    encounter_id,
    participant_id,
    read_visit,
    visit_status,
    write_encounter,
    write_visit,
)
from chartline.domains.sync.fields import visit_fields
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
    cancel_reason=st.sampled_from(["", "pat", "prov", "R-7"]),
)


def as_kept(visit: VisitFact) -> VisitFact:
    raw = "7" if visit.status is VisitStatus.OTHER else ""
    why = visit.cancel_reason if visit.status in (VisitStatus.CANCELLED, VisitStatus.NO_SHOW) else ""
    return replace(visit, deleted=visit.status is VisitStatus.DELETED, raw_status=raw, cancel_reason=why)


@given(VISITS, VISITS, st.none() | st.just("dr1"))
def test_a_visit_comes_back_as_it_went_in(one: VisitFact, other: VisitFact, provider: str | None) -> None:
    one, other = as_kept(one), as_kept(other)
    first = write_visit(one, "a1", "p1", provider, None, AMD)
    require_shape(first)
    assert one == read_visit(first, "900", AMD)
    second = write_visit(other, "a1", "p1", provider, first, AMD)
    require_shape(second)
    kept = read_visit(first, "900", AMD).cancel_reason
    if other.status in (VisitStatus.CANCELLED, VisitStatus.NO_SHOW) and not other.cancel_reason:
        # Who tells no reason does not take away the one that is known.
        other = replace(other, cancel_reason=kept)
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
        (VisitStatus.CONFIRMED, None),
        (VisitStatus.SEEN, "finished"),
        (VisitStatus.CHECKED_OUT, "finished"),
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


@pytest.mark.parametrize(
    ("status", "code", "mark"),
    [
        (VisitStatus.BOOKED, "booked", None),
        (VisitStatus.CONFIRMED, "booked", "confirmed"),
        (VisitStatus.ARRIVED, "arrived", None),
        (VisitStatus.SEEN, "fulfilled", None),
        (VisitStatus.CHECKED_OUT, "fulfilled", "checked-out"),
        (VisitStatus.MOVED, "cancelled", None),
        (VisitStatus.CANCELLED, "cancelled", None),
        (VisitStatus.NO_SHOW, "noshow", None),
        (VisitStatus.DELETED, "entered-in-error", None),
        (VisitStatus.OTHER, "pending", None),
    ],
)
def test_every_state_has_its_own_spelling_and_comes_back(status: VisitStatus, code: str, mark: str | None) -> None:
    made = write_visit(replace(VISIT, status=status), "a1", "p1")
    require_shape(made)
    marks = [one.get("valueCode") for one in made.get("extension", [])]  # ty: ignore[not-iterable]
    assert (made["status"], marks) == (code, [mark] if mark else [])
    assert status is visit_status(made)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("proposed", VisitStatus.OTHER),
        ("pending", VisitStatus.OTHER),
        ("booked", VisitStatus.BOOKED),
        ("arrived", VisitStatus.ARRIVED),
        ("fulfilled", VisitStatus.SEEN),
        ("cancelled", VisitStatus.CANCELLED),
        ("noshow", VisitStatus.NO_SHOW),
        ("entered-in-error", VisitStatus.DELETED),
        ("checked-in", VisitStatus.ARRIVED),
        ("waitlist", VisitStatus.OTHER),
    ],
)
def test_every_status_of_fhir_is_read_and_stays_while_it_means_the_same(code: str, status: VisitStatus) -> None:
    appointment = {**write_visit(VISIT, "a1", "p1"), "status": code}
    assert status is visit_status(appointment)
    told = replace(read_visit(appointment, "900"), minutes=20)
    assert write_visit(told, "a1", "p1", existing=appointment)["status"] == code


def test_a_confirmed_visit_that_is_held_is_not_confirmed_any_more() -> None:
    confirmed = write_visit(replace(VISIT, status=VisitStatus.CONFIRMED), "a1", "p1")
    held = write_visit(replace(VISIT, status=VisitStatus.SEEN), "a1", "p1", existing=confirmed)
    assert (VisitStatus.SEEN, "extension" in held) == (visit_status(held), False)
    assert {VisitStatus.SEEN, VisitStatus.CHECKED_OUT} == HELD


def test_a_reason_is_a_code_and_words_never_leave() -> None:
    told = replace(VISIT, status=VisitStatus.CANCELLED, cancel_reason="pat")
    cancelled = write_visit(told, "a1", "p1", existing={"cancelationReason": {"text": "moved to another time"}})
    coding = cancelled["cancelationReason"]["coding"][0]  # ty: ignore[not-subscriptable]
    assert coding == {"system": "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason", "code": "pat"}
    own = write_visit(replace(told, cancel_reason="R7"), "a1", "p1", None, None, AMD)
    assert own["cancelationReason"]["coding"][0]["system"] == f"urn:chartline:connection:{AMD}:cancel-reason"  # ty: ignore[not-subscriptable]
    words = {"coding": [{"code": "she was crying"}], "text": "private matters"}
    assert read_visit({**cancelled, "cancelationReason": words}, "900").cancel_reason == ""
    beside = {"coding": [coding], "text": "ill"}
    kept = write_visit(told, "a1", "p1", existing={**cancelled, "cancelationReason": beside})
    assert kept["cancelationReason"] == beside


def test_notes_and_clinical_texts_of_a_visit_are_not_among_what_is_exchanged() -> None:
    secret = "private matters"
    appointment = {
        **write_visit(VISIT, "a1", "p1", "dr1", None, AMD),
        "comment": secret,
        "description": secret,
        "patientInstruction": secret,
        "reasonCode": [{"text": secret}],
        "appointmentType": {"text": secret},
        "serviceType": [{"text": secret}],
        "cancelationReason": {"text": secret},
        "note": [{"text": secret}],
        "text": {"status": "generated", "div": f"<div>{secret}</div>"},
        "extension": [{"url": "urn:note", "valueString": secret}],
    }
    for status in ("booked", "cancelled", "noshow", "fulfilled", "waitlist"):
        fact = read_visit({**appointment, "status": status}, "900", AMD)
        fields = visit_fields(fact)
        assert set(fields) == {"start", "minutes", "status", "provider", "column", "facility"}
        assert secret not in " ".join(fields.values())
        assert not [name for name in VisitFact.__slots__ if secret in str(getattr(fact, name))]
