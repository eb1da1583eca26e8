"""Row 24: clinical notes, whose fields go by numbers that each practice sets, and drafts among them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.connectors.advancedmd.simulator.caller import Caller, StillClock, listed

COLUMNS: Any = {
    "patientnote": {"@patient": "PatientID", "@signedbyuser": "SignedByUser", "@at": "NoteDateTime"},
    "page": {"@page": "PageName"},
    "field": {"@ordinal": "Ordinal", "@name": "Name", "@value": "Value"},
}


def note(ordinal: str = "17", value: str = "SLEEP <better> & more", **changes: str) -> dict[str, Any]:
    field = {
        "@pageindex": "0",
        "@ordinal": ordinal,
        "@fieldname": "GOAL",
        "@requiredflag": "0",
        "@enabledflag": "-1",
        "@type": "text",
        "@value": value,
    }
    page = {"@pageindex": "0", "@pagename": "MAIN", "fieldlist": {"field": field}}
    about = {"templatename": "Progress Note", "patientid": "pat1001", "profileid": "prof3"}
    return about | {"notedatetime": "3/3/2026 9:00:00 AM"} | changes | {"pagelist": {"page": page}}


def test_row_24_a_note_comes_back_under_its_ordinals_and_is_not_signed(caller: Caller) -> None:
    assert caller.ask("addehrnote", **note())["@id"] == "80001"
    row = caller.ask("getehrnotes", patientid="pat1001", **COLUMNS)["patientnotelist"]["patientnote"]
    assert (row["@id"], row["@patient"], row["@signedbyuser"]) == ("80001", "1001", "")
    field = row["pagelist"]["page"]["fieldlist"]["field"]
    assert field == {"@ordinal": "17", "@name": "GOAL", "@value": "SLEEP <better> & more"}


def test_row_24_a_signature_makes_a_draft_a_note(caller: Caller, clock: StillClock) -> None:
    caller.ask("addehrnote", **note())
    clock.forward(minutes=5)
    caller.control("POST", "edits", [{"note": 80001, "fields": {"signedbyuser": "IRIS"}}])
    since = "2026-03-03T10:04:00"
    row = caller.ask("getehrupdatednotes", datechanged=since, templateid="901", **COLUMNS)["patientnotelist"]
    assert row["patientnote"]["@signedbyuser"] == "IRIS"
    assert caller.ask("getehrupdatednotes", datechanged="2026-03-03T10:06:00")["@notecount"] == "0"
    assert caller.ask("getehrupdatednotes", datechanged=since, templateid="902")["@notecount"] == "0"


def test_row_24_the_id_may_stand_at_the_root(caller: Caller) -> None:
    caller.control("POST", "options", {"note_id_at_root": True})
    answer = caller.read(caller.send("addehrnote", "api", **note()))
    assert (answer["@newid"], answer["Results"]) == ("80001", {"@success": "1"})


def test_row_24_dates_bound_the_list(caller: Caller) -> None:
    caller.ask("addehrnote", **note())
    caller.ask("addehrnote", **note(notedatetime="3/1/2026"))
    since = caller.ask("getehrnotes", patientid="1001", notedatefrom="3/2/2026", notedateto="1/1/2999")
    assert (since["@notecount"], since["patientnotelist"]["patientnote"]["@id"]) == ("1", "80001")
    assert caller.ask("getehrnotes", patientid="1001", createdto="3/2/2026")["@notecount"] == "0"
    assert caller.ask("getehrnotes", patientid="1001", templateid="901")["@notecount"] == "2"


@pytest.mark.parametrize(
    "message",
    [
        note(ordinal="1"),
        note(templatename="ANOTHER NOTE"),
        note(patientid="pat9"),
        note(profileid="prof9"),
        note(notedatetime="soon"),
    ],
)
def test_row_24_a_note_outside_its_template_is_refused(caller: Caller, message: dict[str, Any]) -> None:
    assert caller.refused("addehrnote", **message) == "-2147219453"


def test_row_24_templates_name_their_fields(caller: Caller) -> None:
    template = caller.ask("getehrtemplates")["templatelist"]["template"]
    fields = listed(template["pagelist"]["page"]["fieldlist"]["field"])
    assert [(field["@ordinal"], field["@enabledflag"]) for field in fields] == [("17", "-1"), ("23", "-1")]
    names = caller.ask("getehrnotestemplate")
    assert names["field"]["@ordinal"] == "Ordinal"


def test_row_24_rest_reads_with_a_bearer_and_the_application(caller: Caller) -> None:
    caller.ask("addehrnote", **note())
    path, own = "/clinicalnotes/notes?patientId=1001", {"appname": "SIMAPP"}
    rows = caller.rest("GET", path, surface="ehr-api", headers=own).json()
    assert (rows[0]["id"], rows[0]["signedByUser"]) == (80001, "")
    assert rows[0]["pages"][0]["fields"] == [{"ordinal": "17", "name": "GOAL", "value": "SLEEP <better> & more"}]
    assert caller.rest("GET", path, surface="ehr-api").status_code == 400
    assert caller.rest("GET", "/clinicalnotes/notes", surface="ehr-api", headers=own).status_code == 400
    caller.token = "999001" + "0" * 64
    assert caller.rest("GET", path, surface="ehr-api", headers=own).status_code == 401
