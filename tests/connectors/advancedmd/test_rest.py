"""One REST call and the four words (vendor sheet 1.3, 4.1, 9.10)."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from tests.connectors.advancedmd.conftest import TOKEN, Office
from tests.connectors.advancedmd.test_patients import code
from tests.support.vendor import Said

from chartline.connectors.advancedmd.client import Client
from chartline.connectors.advancedmd.record import Record
from chartline.kernel.outcome import Later, Outcome, Receipt, Refused, Unknown

NINE = datetime(2026, 4, 13, 9, 0)  # noqa: DTZ001 - the office's wall clock


def client(office: Office) -> Client:
    return office.connector()._client


def booked(office: Office) -> Outcome[tuple[Record, ...]]:
    return client(office).book("pat900", "col2", "prof3", NINE, 45, kind="ap_type5", facility="fac1")


def test_a_call_goes_to_the_rest_base_with_a_bearer_and_bare_numbers_traps_3_and_23(office: Office) -> None:
    office.script["rest"] = [Said('{"id": 7001}', 201)]
    outcome = booked(office)
    assert isinstance(outcome, Receipt)
    assert outcome.value[0].text("id") == "7001"
    assert office.served is not None
    heard = office.served.heard[-1]
    assert heard.path == "/api/api-801/CHARTTEST/scheduler/Appointments"
    assert heard.headers["authorization"] == f"Bearer {TOKEN}"
    assert json.loads(heard.body) == {
        "patientid": 900, "columnid": 2, "profileid": 3, "startdatetime": "2026-04-13T09:00", "duration": 45,
        "type": [{"id": 5}], "facilityid": 1,
    }  # fmt: skip
    assert office.wire.sent[-1] == ("scheduler.book", "low")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Said('{"code": 4101, "message": "Can\'t add appointment"}', 409), "slot_taken"),
        (Said('{"code": "-2147217318"}', 409), "slot_taken"),
        (Said('{"message": "Error 4186: too many"}', 409), "slot_taken"),
        (Said("Can't add appointment: Overlaps existing appointment.", 409), "slot_taken"),
        (Said('{"code": 4106}', 409), "changed_meanwhile"),
        (Said("what?", 409), "slot_taken"),
        (Said("columnId is required", 400), "bad_request"),
        (Said("", 404), "not_found"),
    ],
)
def test_each_no_has_our_code(office: Office, said: Said, expected: str) -> None:
    office.script["rest"] = [said]
    assert code(booked(office)) == expected


@pytest.mark.parametrize(
    "said",
    [Said("", 200), Said("null", 200), Said("<html/>", 200), Said('{"id": 7', 200), Said("", 500), Said(cut=True)],
)
def test_a_write_without_a_clear_answer_is_unknown_and_sent_once_trap_24(office: Office, said: Said) -> None:
    office.script["rest"] = [said]
    assert isinstance(booked(office), Unknown)
    assert office.wire.operations().count("scheduler.book") == 1


def test_an_answer_that_is_meant_to_be_empty_is_a_yes(office: Office) -> None:
    office.script["rest"] = [Said("", 204)]
    assert isinstance(booked(office), Receipt)


def test_a_read_without_a_clear_answer_is_refused_or_asked_again_later(office: Office) -> None:
    office.script["rest"] = [Said("<html/>", 200), Said("", 503), Said("", 429)]
    asking = client(office)
    assert code(asking.openings({"duration": 2})) == "unreadable"
    assert code(asking.openings({"duration": 2})) == "down"
    assert isinstance(asking.openings({"duration": 2}), Later)


def test_a_dead_session_costs_one_login_and_one_resend_trap_29(office: Office) -> None:
    office.script["rest"] = [Said("", 401), Said('{"id": 1}', 201)]
    assert isinstance(booked(office), Receipt)
    assert office.wire.operations() == ["login", "login", "scheduler.book", "login", "login", "scheduler.book"]


def test_a_fresh_session_that_is_forbidden_lacks_the_privilege(office: Office) -> None:
    office.script["rest"] = [Said("", 403)]
    outcome = booked(office)
    assert code(outcome) == "privilege_missing"
    assert isinstance(outcome, Refused)
    assert outcome.problem.fields == {"action": "scheduler.book"}
