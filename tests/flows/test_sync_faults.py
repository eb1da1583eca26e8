"""Every fault of the vendor's menu, struck while records go out: each arrives once, or waits for a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.flows.house import ACTOR, House, at, coverage_of
from tests.flows.plain_office import person

from chartline.connect.facts import VisitStatus
from chartline.connect.transport import LEFT_ALONE
from chartline.connectors.advancedmd.problems import DUPLICATE_SSN, FAULT, SLOT_TAKEN
from chartline.domains.sync.changes import waiting
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.letters import LetterFilter, list_letters, retry_letters
from chartline.domains.sync.log import Happened
from chartline.flows.front_desk import (
    book,
    change_coverage,
    change_patient,
    move_visit,
    new_patient,
    set_status,
)
from chartline.flows.practice_sync import PUSH
from chartline.platform.jobs import Issues
from chartline.platform.records import Criterion
from chartline.sandbox.world import DAY

SETTLED = ("drop", "cut", "empty", "empty_results", "html", "refuse", "expire_tokens", "move_cluster")
"""Faults after which a record arrives by itself: by looking, by trying again, or by signing in anew."""
FOR_A_PERSON = {"string_error": FAULT.code, "duplicate_ssn": DUPLICATE_SSN.code}


def push(home: House, times: int = 4) -> None:
    """Push until nothing is due any more; what waits for a moment is waited for."""
    for _ in range(times):
        home.do(PUSH, connection=home.advancedmd)
        if not left(home):
            return
        home.pass_by(minutes=3)


def left(home: House) -> int:
    with home.work() as work:
        return sum(waiting(work).values())


def letters(home: House) -> list[tuple[Kind, str]]:
    with home.work() as work:
        return [(one.kind, one.code) for one in list_letters(work, LetterFilter()).letters]


def counters(home: House) -> dict[str, int]:
    return home.vendors.office_counters()


def strangers(home: House, number: int) -> list[str]:
    """Invented people whom nobody knows yet."""
    return [
        new_patient(home.ground, home.organisation, ACTOR, person(given=f"Odalys{'abcdefghijkl'[one]}"))
        for one in range(number)
    ]


def test_every_fault_of_the_menu_leaves_each_new_patient_there_once(home: House) -> None:
    kinds = (*SETTLED, *FOR_A_PERSON)
    for kind in kinds:
        home.break_next("advancedmd", "addpatient", kind)
    strangers(home, len(kinds))
    push(home)
    assert sorted(letters(home)) == sorted((Kind.PATIENT, code) for code in FOR_A_PERSON.values())
    assert (counters(home)["patients_added"], left(home)) == (len(SETTLED), 0)
    with home.work() as work:
        assert retry_letters(work, LetterFilter()) == len(FOR_A_PERSON)
    push(home)
    assert (counters(home)["patients_added"], letters(home)) == (len(kinds), [])
    assert {("done", 1)} >= {(state, min(sends, 1)) for state, sends, _ in home.intents("add_patient")}
    assert home.codes() == []


def test_faults_while_looking_write_nothing_and_are_tried_again(home: House) -> None:
    for kind in ("refuse", "html", "cut", "empty", "drop"):
        home.break_next("advancedmd", "lookuppatient", kind)
    strangers(home, 3)
    push(home)
    assert (counters(home)["patients_added"], left(home), letters(home)) == (3, 0, [])


@pytest.mark.parametrize("kind", ["drop", "cut", "html", "empty_results"])
def test_a_change_that_meets_a_fault_arrives_with_its_last_value(home: House, kind: str) -> None:
    (patient,) = strangers(home, 1)
    push(home)
    home.break_next("advancedmd", "updatepatient", kind)
    for city in ("FIRSTON", "LASTON"):
        change_patient(home.ground, home.organisation, ACTOR, patient, person(given="Odalysa", city=city))
        home.do(PUSH, connection=home.advancedmd)
    push(home)
    assert [row["address"]["city"] for row in stood(home, "patients") if "ODALYSA" in row["name"]] == ["LASTON"]
    assert (left(home), letters(home), home.codes()) == (0, [], [])


def test_insurance_that_ends_and_visits_that_change_meet_faults_and_happen_once(home: House) -> None:
    with home.work() as work:
        options = home.services.connections.get(work, home.advancedmd).options
        home.services.connections.set_options(work, home.advancedmd, {**options, "unverified": "yes"})
    patient = home.register(39)
    coverage = coverage_id(home, patient)
    provider = next(iter(home.office.providers.values()))
    visits = [book(home.ground, home.organisation, ACTOR, patient, at(9 + hour), 50, provider) for hour in range(3)]
    push(home)
    for operation in ("addinsurance", "scheduler.move", "scheduler.cancel", "scheduler.noshow"):
        home.break_next("advancedmd", operation, "drop")
    ends = replace(coverage_of(home.patient(39)), end=DAY)
    change_coverage(home.ground, home.organisation, ACTOR, patient, coverage, ends)
    move_visit(home.ground, home.organisation, ACTOR, visits[0], at(14), 50)
    set_status(home.ground, home.organisation, ACTOR, visits[1], VisitStatus.CANCELLED)
    set_status(home.ground, home.organisation, ACTOR, visits[2], VisitStatus.NO_SHOW)
    push(home)
    (there,) = [row for row in stood(home, "patients") if row["plans"] and row["plans"][0]["enddate"]]
    assert len(there["plans"]) == 1
    mine = sorted(row["ApptStatus"] for row in stood(home, "visits") if str(row["PatientID"]) == str(there["id"]))
    assert mine == ["0", "10", "12"]
    assert (left(home), letters(home), home.codes()) == (0, [], [])
    assert {state for state, _, _ in home.intents("change_visit")} == {"done"}


def test_a_slot_that_is_taken_is_a_dead_letter_with_the_vendors_reason(home: House) -> None:
    first, second = strangers(home, 2)
    provider = next(iter(home.office.providers.values()))
    for patient in (first, second):
        book(home.ground, home.organisation, ACTOR, patient, at(9, 10), 50, provider)
    push(home)
    assert letters(home) == [(Kind.VISIT, SLOT_TAKEN.code)]
    assert len(home.events(outcome=Happened.REFUSED)) == 1


def test_a_vendor_that_is_away_is_one_entry_on_the_desk_and_everything_goes_out_when_it_is_back(home: House) -> None:
    home.break_next("advancedmd", "lookuppatient", "refuse", times=15, status=503)
    strangers(home, 3)
    home.do(PUSH, connection=home.advancedmd)
    with home.services.database.system() as work:
        (told,) = Issues().list(work, home.organisation, resolved=True)
    assert (told.problem.code, told.times > 1, told.connection) == (LEFT_ALONE.code, True, home.advancedmd)
    assert (counters(home)["patients_added"], left(home), letters(home), home.codes()) == (3, 0, [], [])


def stood(home: House, what: str) -> list[dict[str, Any]]:
    """What the vendor has, in its own words."""
    return home.simulators["advancedmd"].ask(what)


def coverage_id(home: House, patient: str) -> str:
    """The id of a patient's only coverage."""
    with home.work() as work:
        page = home.services.records.search(work, "Coverage", [Criterion("beneficiary", f"Patient/{patient}")], limit=5)
    (one,) = page.found
    return one.id
