"""Feeds by cursor (vendor sheet 7, 9.2)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.connectors.advancedmd.conftest import Office, fault, results
from tests.connectors.advancedmd.test_auth import StillClock
from tests.support.vendor import Said
from tests.support.wire import LoopbackWire

from chartline.connect.facts import Page, VisitFact
from chartline.connectors.advancedmd.feeds import Position
from chartline.connectors.advancedmd.tree import Node
from chartline.kernel.outcome import Receipt, Refused

NOW = datetime(2026, 3, 4, 16, 5, 8, tzinfo=UTC)
"""09:05:08 in Denver."""


@pytest.fixture(autouse=True)
def still(office: Office) -> None:
    office.wire = LoopbackWire(StillClock(NOW))


def visits(count: int, rows: list[dict[str, object]], server: str = "2026-03-04T09:05:07.617") -> Said:
    content: dict[str, object] = {"visit": rows[0] if len(rows) == 1 else rows} if rows else {}
    return results(**{"@visitcount": str(count), "@servertime": server, "visitlist": content})


def full(number: int, **more: str) -> dict[str, object]:
    return {
        "@id": str(number),
        "@start": "2026-03-05T14:00:00",
        "@minutes": "30",
        "@status": "0",
        "patientlist": {"patient": {"@id": "900"}},
        **{f"@{name}": value for name, value in more.items()},
    }


def page(outcome: object) -> Page[VisitFact]:
    assert isinstance(outcome, Receipt)
    return outcome.value


def test_the_first_reading_starts_at_the_beginning_and_ends_at_the_servers_time_trap_14(office: Office) -> None:
    office.script["getupdatedvisits"] = [visits(1, [full(8, updatestatus="C")])]
    got = page(office.connector().changed_visits(""))
    assert [row.vendor_id for row in got.rows] == ["8"]
    assert (got.cursor, got.more) == ("2026-03-04T09:05:07.617", False)
    assert office.asked[0].get("datechanged") == "1900-01-01T00:00:00"


def test_the_next_reading_goes_a_few_minutes_back(office: Office) -> None:
    office.script["getupdatedvisits"] = [visits(0, [])]
    office.connector().changed_visits("2026-03-04T08:00:00.5")
    assert office.asked[0].get("datechanged") == "2026-03-04T07:55:00"
    assert office.asked[0].get("msgtime") == "03/04/2026 09:05:08 AM"


def test_a_feed_can_begin_at_a_moment_on_the_offices_clock(office: Office) -> None:
    office.script["getupdatedvisits"] = [visits(0, [])]
    connector = office.connector()
    cursor = connector.cursor_at(datetime(2026, 3, 1, 7, 0, tzinfo=UTC))
    assert cursor == "2026-03-01T00:00:00"
    connector.changed_visits(cursor)
    assert office.asked[0].get("datechanged") == "2026-02-28T23:55:00"


def test_the_doubled_hour_of_autumn_is_read_twice(office: Office) -> None:
    office.script["getupdatedvisits"] = [visits(0, [])]
    office.connector().changed_visits("2026-11-01T01:30:00")
    assert office.asked[0].get("datechanged") == "2026-11-01T00:25:00"


def test_a_slow_clock_of_ours_does_not_step_over_rows_trap_14(office: Office) -> None:
    # The window ended at our 09:05:08; the server is at 09:20 and its rows in between were not in the answer.
    office.script["getupdatedvisits"] = [visits(0, [], server="2026-03-04T09:20:00")]
    assert page(office.connector().changed_visits("")).cursor == "2026-03-04T09:05:08"


def test_an_answer_without_server_time_leaves_the_cursor_where_it_was(office: Office) -> None:
    office.script["getupdatedvisits"] = [visits(0, [], server="")]
    assert page(office.connector().changed_visits("2026-03-04T08:00:00")).cursor == "2026-03-04T08:00:00"


def test_the_template_maps_our_alias_to_their_column_trap_13(office: Office) -> None:
    office.script["getupdatedvisits"] = [visits(0, [])]
    office.script["getupdatedpatients"] = [results(**{"@servertime": "2026-03-04T09:05:07"})]
    connector = office.connector()
    connector.changed_visits("")
    connector.changed_patients("")
    visit, patient = office.asked[0].first("visit"), office.asked[1].first("patient")
    assert (visit.get("start"), visit.get("status")) == ("VisitStartDateTime", "ApptStatus")
    assert patient.get("name") == "Name"
    assert "SSN" not in patient.attributes.values()
    assert {"high"} == {tier for operation, tier in office.wire.sent if operation.startswith("getupdated")}


def test_over_a_thousand_rows_the_ids_wait_in_the_cursor_and_come_in_chunks_trap_15(office: Office) -> None:
    ids: list[dict[str, object]] = [{"@id": str(n)} for n in range(1, 1202)]
    ids[4]["@updatestatus"] = "D"

    def chunk(message: Node) -> Said:
        wanted = [node.get("id") for node in message.first("visitlist").every("visit")]
        assert len(wanted) <= 400
        return visits(len(wanted), [full(int(each)) for each in wanted if each != "5"])

    office.script["getupdatedvisits"] = [visits(1201, ids), chunk]
    connector = office.connector()
    cursor, seen, calls, left = "", dict[str, VisitFact](), 0, list[int | None]()
    more = True
    while more:
        got = page(connector.changed_visits(cursor))
        cursor, more = got.cursor, got.more
        seen.update({str(row.vendor_id): row for row in got.rows})
        left.append(got.left)
        calls += 1
    assert calls == 5
    assert left == [1201, 801, 401, 1, 0]
    assert {str(n) for n in range(1, 1202)} == set(seen)
    assert [number for number, row in seen.items() if row.deleted] == ["5"]
    assert cursor == "2026-03-04T09:05:07.617"


def test_a_crash_between_two_chunks_repeats_only_the_chunk(office: Office) -> None:
    cursor = Position("2026-03-04T09:05:07", ("7", "8")).write()
    office.script["getupdatedvisits"] = [visits(2, [full(7), full(8)])]
    connector = office.connector()
    assert page(connector.changed_visits(cursor)) == page(connector.changed_visits(cursor))


def test_a_deleted_patient_is_told_as_deleted_trap_15(office: Office) -> None:
    rows = {"patient": {"@id": "900", "@updatestatus": "D"}}
    office.script["getupdatedpatients"] = [
        results(**{"@patientcount": "1", "@servertime": "2026-03-04T09:05:07", "patientlist": rows})
    ]
    outcome = office.connector().changed_patients("")
    assert isinstance(outcome, Receipt)
    assert [(row.vendor_id, row.deleted) for row in outcome.value.rows] == [("900", True)]


@pytest.mark.parametrize("cursor", ["yesterday", "{", '{"since": 1}', '{"pending": []}', "{}"])
def test_a_cursor_of_somebody_else_is_refused(office: Office, cursor: str) -> None:
    outcome = office.connector().changed_visits(cursor)
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "advancedmd.bad_cursor"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (fault("", "User does not have privilege to getupdatedvisits"), "privilege_missing"),
        (Said("Invalid column name 'StartTime'", 400), "bad_request"),
        (fault("4154"), "too_many_records"),
        (Said("<html>gateway</html>"), "unreadable"),
        (Said('{"PPMDResults": {"Res'), "unreadable"),
        (Said('{"PPMDResults": {"Results": ""}}'), "unreadable"),
        (Said("", 503), "down"),
        (fault("-2147217403"), "slot_taken"),
        (fault("-2147000000"), "fault"),
    ],
)
def test_each_no_of_the_vendor_has_our_code_trap_10(office: Office, said: Said, code: str) -> None:
    office.script["getupdatedvisits"] = [said]
    outcome = office.connector().changed_visits("")
    assert isinstance(outcome, Refused)
    assert f"advancedmd.{code}" == outcome.problem.code
