"""notes/, modify/ and archive/ as the portal's people left them (row 20 of sheet section 15)."""

from __future__ import annotations

import json
from pathlib import Path

from tests.connectors.claimmd.simulator.world import (
    ENVELOPE,
    KEY,
    SEED,
    TEST_KEY,
    MovableClock,
    Vendor,
    build_837p,
    claim,
)

from chartline.connect.simulation.shelf import Store
from chartline.connect.simulation.web import Request
from chartline.connectors.claimmd.simulator import Simulator, create


def numbers(vendor: Vendor, *references: str) -> list[str]:
    return [row["claimid"] for row in vendor.send(*(claim(reference) for reference in references))]


def test_notes_come_after_a_cursor_and_by_claim_row_20(vendor: Vendor) -> None:
    one, two = numbers(vendor, "PCN-1", "PCN-2")
    for number, text in ((one, "Called"), (two, "Waiting"), (one, "Called again")):
        vendor.control("notes", {"claimid": number, "note": text, "username": "ana"})
    everything = vendor.call("notes")
    assert [note["note"] for note in everything["notes"]] == ["Called", "Waiting", "Called again"]
    assert (everything["LastNoteID"], everything["notes"][1]["pcn"]) == ("20003", "PCN-2")
    assert everything["notes"][0]["date_time"] == "2026-03-02 09:00:00"
    later = vendor.call("notes", NoteID="20002")
    assert [note["noteid"] for note in later["notes"]] == ["20003"]
    assert [note["noteid"] for note in vendor.call("notes", ClaimMD_ID=one)["notes"]] == ["20001", "20003"]
    assert vendor.call("notes", NoteID="20003") == {"LastNoteID": "20003"}
    assert "notes" not in vendor.call("notes", key=TEST_KEY)
    assert vendor.call("notes", NoteID="x")["error"]["error_code"] == "21"


def test_edits_come_after_a_cursor_by_claim_and_by_field_row_20(vendor: Vendor) -> None:
    one, two = numbers(vendor, "PCN-1", "PCN-2")
    for number, field in ((one, "ins_number"), (two, "diag_1"), (one, "diag_1")):
        vendor.control("edits", {"claimid": number, "field": field, "old_value": "A", "new_value": "B", "user": "ana"})
    everything = vendor.call("modify")
    assert [edit["modid"] for edit in everything["mod"]] == ["30001", "30002", "30003"]
    assert (everything["last_modid"], everything["mod"][0]["old_value"]) == ("30003", "A")
    assert [edit["modid"] for edit in vendor.call("modify", Field="diag_1")["mod"]] == ["30002", "30003"]
    assert [edit["modid"] for edit in vendor.call("modify", ModID="30001", ClaimMD_ID=one)["mod"]] == ["30003"]
    assert vendor.call("modify", ModID="30003") == {"last_modid": "30003"}
    assert "mod" not in vendor.call("modify", key=TEST_KEY)


def test_notes_links_and_addresses_survive_a_restart(tmp_path: Path) -> None:
    clock = MovableClock(tmp_path / "clock.json")
    store = Store(tmp_path / "state.db")
    first = create(clock, store, SEED)

    def say(simulator: Simulator, path: str, body: bytes) -> bytes:
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json", "host": "h"}
        return simulator.handle(Request("POST", path, headers, body)).body

    upload = {"content-type": "multipart/form-data; boundary=B"}
    part = b'--B\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
    file = part % (b"AccountKey", b"", KEY.encode()) + part % (
        b"File", b"; filename=a.837", build_837p([claim()], ENVELOPE)
    )  # fmt: skip
    first.handle(Request("POST", "/services/upload/", upload, file + b"--B--"))
    say(first, "/_control/notes", b'{"claimid": "700100200", "note": "Called"}')
    say(first, "/_control/hook", b'{"account": "70001", "url": "http://127.0.0.1:9/x", "hold": true}')
    enroll = f"AccountKey={KEY}&payerid=0SIM7&enroll_type=era&prov_taxid=999999999".encode()
    link = say(first, "/services/enroll/", enroll)
    store.close()
    again = create(clock, Store(tmp_path / "state.db"), SEED)
    assert b"Called" in say(again, "/services/notes/", f"AccountKey={KEY}".encode())
    assert say(again, "/services/enroll/", enroll) == link
    path = json.loads(link)["link"][0]["url"].removeprefix("http://h")
    assert again.handle(Request("GET", path, {}, b"")).status == 200
    assert b'"events_held":1' in again.handle(Request("GET", "/_control/hook", {}, b"")).body


def test_a_note_or_an_edit_needs_a_claim(vendor: Vendor) -> None:
    for name, body in (("notes", {"claimid": "1", "note": "x"}), ("edits", {"claimid": "1", "field": "x"})):
        assert vendor.http.post(f"/_control/{name}", content=json.dumps(body)).status_code == 400


def test_archiving_hides_nothing_from_the_feed_and_may_be_repeated_row_20(vendor: Vendor) -> None:
    (number,) = numbers(vendor, "PCN-1")
    for _ in range(2):
        (row,) = vendor.call("archive", claimid=number)["claim"]
        assert (row["delete_status"], row["success"]) == ("archived", "1")
    assert vendor.call("response", ResponseID="0")["claim"][0]["claimid"] == number
    (row,) = vendor.call("archive", key=TEST_KEY, claimid=number)["claim"]
    assert row["success"] == "0"
