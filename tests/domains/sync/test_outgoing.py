from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.domains.practice_world import ADA, AMD, DETAIL, PLAN, VISIT, World, detail, person

from chartline.connect.facts import VisitStatus
from chartline.domains.practice.coverages import write_coverage
from chartline.domains.practice.people import write_person
from chartline.domains.practice.visits import visit_status, write_visit
from chartline.domains.sync.changes import follow, note_change, waiting
from chartline.domains.sync.conflicts import Choice, list_conflicts
from chartline.domains.sync.fields import (
    Kind,
    coverage_fields,
    coverage_from,
    person_fields,
    person_from,
    visit_fields,
    visit_from,
)
from chartline.domains.sync.incoming import NO_VENDOR_ID, take_patient
from chartline.domains.sync.incoming_visits import take_visit
from chartline.domains.sync.letters import bury, bury_unfit
from chartline.domains.sync.links import link, vendor_of
from chartline.domains.sync.log import EventFilter, Happened, list_events
from chartline.domains.sync.outgoing import (
    ORDER,
    Pending,
    PendingPage,
    left_unknown,
    pending,
    pushed,
)
from chartline.domains.sync.resolution import resolve
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work

OURS = person(chart="", responsible_party=None)


def due(world: World, work: Work, kind: Kind = Kind.PATIENT, after: str = "", limit: int = 100) -> PendingPage:
    return pending(work, world.records, world.vault, AMD, kind, after, limit)


def write(world: World, work: Work, local_id: str, fact: object = OURS) -> None:
    """Store a patient of ours as the API does, with the change noted in the same transaction."""
    assert isinstance(fact, type(OURS))
    known = world.records.find(work, "Patient", local_id)
    body = world.body(work, "Patient", local_id) if known else None
    world.records.put(work, write_person(fact, local_id, body, AMD))
    note_change(work, Kind.PATIENT, local_id)


def test_new_records_go_out_patient_first(world: World) -> None:
    patient, coverage, visit, provider = new_id(), new_id(), new_id(), new_id()
    with world.work() as work:
        follow(work, AMD, ORDER)
        link(work, AMD, Kind.PROVIDER, provider, "prof1")
        write(world, work, patient)
        world.records.put(work, write_coverage(replace(PLAN, carrier_vendor_id=None), coverage, patient))
        note_change(work, Kind.COVERAGE, coverage)
        world.records.put(work, write_visit(VISIT, visit, patient, provider))
        note_change(work, Kind.VISIT, visit)
        assert [due(world, work, kind).waiting for kind in ORDER] == [0, 1, 1]
        (item,) = due(world, work).items
        assert (item.vendor_id, replace(person_from(item.after), vendor_id="900")) == (None, OURS)
        pushed(work, world.vault, item, "900", "x1")
        assert due(world, work).items == ()
        (item,) = due(world, work, Kind.COVERAGE).items
        assert replace(PLAN, vendor_id=None, carrier_vendor_id=None) == coverage_from(item.after)
        assert (patient, "900") == (item.patient_id, item.patient_vendor_id)
        pushed(work, world.vault, item, "ins1")
        (item,) = due(world, work, Kind.VISIT).items
        fact = visit_from(item.after, item.patient_vendor_id or "")
        assert ("900", "prof1", VISIT.start) == (fact.patient_vendor_id, fact.provider_vendor_id, fact.start)
        pushed(work, world.vault, item, "v800")
        assert waiting(work) == {}
        assert (
            vendor_of(work, AMD, Kind.PATIENT, patient),
            vendor_of(work, AMD, Kind.VISIT, visit),
        ) == ("900", "v800")
        # What comes back from the vendor afterwards is the same record with the vendor's own numbers.
        taken = take_patient(work, world.records, world.vault, AMD, DETAIL)
        assert (patient, Happened.CHANGED) == (taken.local_id, taken.happened)
        assert waiting(work) == {}


def test_only_real_changes_of_known_records_go_out(world: World) -> None:
    with world.work() as work:
        follow(work, AMD, ORDER)
        local_id = take_patient(work, world.records, world.vault, AMD, DETAIL).local_id or ""
        write(world, work, local_id, person(family="INVENTADO"))
        assert due(world, work).items == ()
        assert waiting(work) == {}
        write(world, work, local_id, person(city="Golden"))
        (item,) = due(world, work).items
        assert (item.vendor_id, item.changed) == ("900", ("city",))
        before, after = person_from(item.before, "900"), person_from(item.after, "900")
        assert (ADA, person(city="Golden")) == (before, after)
        pushed(work, world.vault, item, "900")
        assert list_events(work, EventFilter(outcome=Happened.CHANGED)).events[0].code == "city"
        taken = take_patient(work, world.records, world.vault, AMD, detail(city="Golden"))
        assert Happened.UNCHANGED is taken.happened


def test_a_field_that_we_emptied_is_not_blanked_there_but_asked_about_once(world: World) -> None:
    with world.work() as work:
        follow(work, AMD, ORDER)
        local_id = take_patient(work, world.records, world.vault, AMD, DETAIL).local_id or ""
        write(world, work, local_id, person(phone=""))
        assert due(world, work).items == ()
        (asked,) = list_conflicts(work, world.vault).conflicts
        assert (asked.field, asked.ours, asked.theirs) == ("phone", Sealed(""), ADA.phone)
        write(world, work, local_id, person(phone="", city="Golden"))
        assert [item.changed for item in due(world, work).items] == [("city",)]
        take_patient(work, world.records, world.vault, AMD, detail(unit="Apt 5"))
        assert [asked.id] == [one.id for one in list_conflicts(work, world.vault).conflicts]
        resolve(work, world.records, world.vault, asked.id, Choice.OURS, "u1")
        take_patient(work, world.records, world.vault, AMD, detail(unit="Apt 6"))
        write(world, work, local_id, person(phone="", city="Golden", unit="Apt 7"))
        (item,) = due(world, work).items
        assert (set(item.changed), list_conflicts(work, world.vault).conflicts) == ({"city", "unit"}, ())
        take_patient(work, world.records, world.vault, AMD, detail(phone="3035550177", unit="Apt 6"))
        assert [one.field for one in list_conflicts(work, world.vault).conflicts] == ["phone"]


def test_a_record_that_lacks_what_everybody_asks_for_is_not_sent(world: World) -> None:
    with world.work() as work:
        follow(work, AMD, ORDER)
        write(world, work, new_id(), replace(OURS, family=Sealed("")))
        page = due(world, work)
        assert (page.items, [problem.code for _, _, problem in page.unfit]) == ((), ["sync.lacks_fields"])
        assert page.unfit[0][2].fields["field"] == "family"


@pytest.mark.parametrize("status", [VisitStatus.CANCELLED, VisitStatus.DELETED, VisitStatus.OTHER])
def test_a_visit_that_is_called_off_or_only_proposed_is_not_booked_there(world: World, status: VisitStatus) -> None:
    with world.work() as work:
        follow(work, AMD, ORDER)
        patient = take_patient(work, world.records, world.vault, AMD, DETAIL).local_id or ""
        visit = new_id()
        world.records.put(work, write_visit(replace(VISIT, status=status), visit, patient))
        note_change(work, Kind.VISIT, visit)
        page = due(world, work, Kind.VISIT)
        assert (page.items, page.unfit, waiting(work)) == ((), (), {})


def test_a_new_visit_is_booked_there_first_and_its_state_follows(world: World) -> None:
    with world.work() as work:
        follow(work, AMD, ORDER)
        patient = take_patient(work, world.records, world.vault, AMD, DETAIL).local_id or ""
        visit = new_id()
        ours = replace(VISIT, provider_vendor_id=None, status=VisitStatus.ARRIVED)
        world.records.put(work, write_visit(ours, visit, patient, None, None, AMD))
        note_change(work, Kind.VISIT, visit)
        (item,) = due(world, work, Kind.VISIT).items
        pushed(work, world.vault, item, "v800")
        (item,) = due(world, work, Kind.VISIT).items
        assert (item.vendor_id, item.changed, item.before["status"]) == ("v800", ("status",), "booked")
        told = replace(ours, status=VisitStatus.BOOKED)
        assert Happened.UNCHANGED is take_visit(work, world.records, world.vault, AMD, told).happened
        assert VisitStatus.ARRIVED is visit_status(world.body(work, "Appointment", visit))


def test_a_change_made_while_a_push_is_under_way_goes_out_next(world: World) -> None:
    local_id = new_id()
    with world.work() as work:
        follow(work, AMD, ORDER)
        write(world, work, local_id)
        (item,) = due(world, work).items
    with world.work() as work:
        write(world, work, local_id, replace(OURS, sex="U"))
    with world.work() as work:
        pushed(work, world.vault, item, "900")
        (again,) = due(world, work).items
        assert (again.vendor_id, again.changed) == ("900", ("sex",))


def test_a_disputed_field_is_not_sent_but_the_rest_is(world: World) -> None:
    with world.work() as work:
        follow(work, AMD, ORDER)
        local_id = take_patient(work, world.records, world.vault, AMD, DETAIL).local_id or ""
        write(world, work, local_id, person(family="Ours", city="Golden"))
        take_patient(work, world.records, world.vault, AMD, detail(family="Theirs"))
        (item,) = due(world, work).items
        assert item.changed == ("city",)
        assert item.after["family"] == "Theirs"
        pushed(work, world.vault, item, "900")
        assert (
            Happened.UNCHANGED
            is take_patient(work, world.records, world.vault, AMD, detail(family="Theirs", city="Golden")).happened
        )


def test_a_refused_record_waits_for_its_next_change_and_an_unknown_one_stays_due(world: World) -> None:
    local_id = new_id()
    with world.work() as work:
        follow(work, AMD, ORDER)
        write(world, work, local_id)
        (item,) = due(world, work).items
        left_unknown(work, item, "x1")
        assert len(due(world, work).items) == 1
        bury(work, item, NO_VENDOR_ID.problem(evidence="x2"), 1)
        assert due(world, work).items == ()
        events = list_events(work, EventFilter(local_id=local_id)).events
        assert [(one.outcome, one.code, one.exchange_id) for one in events] == [
            ("refused", "sync.no_vendor_id", "x2"),
            ("unknown", "", "x1"),
        ]
        write(world, work, local_id)
        assert len(due(world, work).items) == 1


def test_records_that_cannot_be_sent_are_named_and_gone_ones_forgotten(world: World) -> None:
    half, gone = new_id(), new_id()
    with world.work() as work:
        follow(work, AMD, ORDER)
        world.records.put(work, {**write_person(OURS, half), "birthDate": "1984"})
        note_change(work, Kind.PATIENT, half)
        write(world, work, gone)
        world.records.delete(work, "Patient", gone)
        page = due(world, work)
        assert [(half, "practice.patient_incomplete")] == [(one, problem.code) for one, _, problem in page.unfit]
        assert waiting(work) == {(AMD, Kind.PATIENT): 1}
        for local_id, token, problem in page.unfit:
            bury_unfit(work, AMD, Kind.PATIENT, local_id, token, problem)
        assert waiting(work) == {}


def test_pages_cost_the_same_queries_however_long_they_are(world: World) -> None:
    with world.work() as work:
        follow(work, AMD, ORDER)
        for number in range(9):
            write(world, work, new_id(), replace(OURS, birth_date=ADA.birth_date.map(lambda day: date(day.year, 1, 1))))
            assert number >= 0
    with world.work() as work:
        with world.counted() as few:
            first = due(world, work, limit=2)
        with world.counted() as many:
            second = due(world, work, after=first.cursor, limit=7)
    assert (len(first.items), len(second.items), second.cursor) == (2, 7, "")
    assert len(few) == len(many)


def test_what_is_pending_does_not_show_its_values(world: World) -> None:
    with world.work() as work:
        follow(work, AMD, ORDER)
        write(world, work, new_id())
        assert "Inventado" not in repr(due(world, work))


def test_a_feed_may_bring_a_new_record_back_before_its_push_is_written_down(world: World) -> None:
    local_id = new_id()
    with world.work() as work:
        follow(work, AMD, ORDER)
        write(world, work, local_id)
        (item,) = due(world, work).items
        assert local_id == take_patient(work, world.records, world.vault, AMD, detail(city="AURORA CO")).local_id
        pushed(work, world.vault, item, "900")
        again = take_patient(work, world.records, world.vault, AMD, detail(city="AURORA CO"))
        assert (local_id, Happened.UNCHANGED) == (again.local_id, again.happened)
        assert waiting(work) == {}


def test_what_the_vendor_changed_during_a_push_is_still_news_afterwards(world: World) -> None:
    with world.work() as work:
        follow(work, AMD, ORDER)
        local_id = take_patient(work, world.records, world.vault, AMD, DETAIL).local_id or ""
        write(world, work, local_id, person(city="Golden"))
        (item,) = due(world, work).items
        take_patient(work, world.records, world.vault, AMD, detail(phone="3035550199"))
        pushed(work, world.vault, item, "900")
        told = detail(phone="3035550199", city="Golden")
        assert Happened.UNCHANGED is take_patient(work, world.records, world.vault, AMD, told).happened
        assert due(world, work).items == ()


@pytest.mark.parametrize(
    ("kind", "changes", "word"),
    [
        (Kind.PATIENT, {"city": "Golden"}, "update"),
        (Kind.COVERAGE, {"copay": "30.00"}, "update"),
        (Kind.COVERAGE, {"copay": "30.00", "end": "2026-06-30"}, "end_date"),
        (Kind.VISIT, {"start": "2026-03-03T17:00:00+00:00"}, "move"),
        (Kind.VISIT, {"minutes": "25"}, "move"),
        (Kind.VISIT, {"provider": "prof2"}, "move"),
        (Kind.VISIT, {"column": "col9", "status": "arrived"}, "move"),
        (Kind.VISIT, {"start": "2026-03-03T17:00:00+00:00", "status": "cancelled:pat"}, "cancel"),
        (Kind.VISIT, {"status": "deleted"}, "cancel"),
        (Kind.VISIT, {"status": "no_show"}, "no_show"),
        (Kind.VISIT, {"status": "checked_out"}, "status"),
        (Kind.VISIT, {"facility": "fac9"}, "update"),
    ],
)
def test_what_is_pending_says_in_one_word_what_is_asked_of_the_vendor(
    kind: Kind, changes: dict[str, str], word: str
) -> None:
    facts = {
        Kind.PATIENT: person_fields(ADA),
        Kind.COVERAGE: coverage_fields(PLAN),
        Kind.VISIT: visit_fields(VISIT),
    }
    before = facts[kind]
    item = Pending(AMD, kind, "r1", "t1", "v1", "p1", "900", before, {**before, **changes})
    assert (item.operation, set(item.changed)) == (word, set(changes))
    assert replace(item, vendor_id=None).operation == "create"
