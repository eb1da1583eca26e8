"""upload/, uploadlist/, response/ and the life of a claim (sheet 5; rows 7 to 11 and 20 of section 15)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tests.connectors.claimmd.simulator.world import ENVELOPE, KEY, TEST_KEY, Json, Vendor, build_837p, claim, line

from chartline.connectors.claimmd.simulator.checks import luhn
from chartline.connectors.claimmd.simulator.seed import Account, Options

JSON_CLAIM: Json = {
    "claim_form": "1500",
    "payerid": "00123",
    "pcn": "PCN-8",
    "remote_claimid": "INT-8",
    "pat_name_l": "OKAFOR",
    "pat_name_f": "LENA",
    "pat_dob": "1988-11-02",
    "pat_sex": "F",
    "pat_rel": "18",
    "ins_name_l": "OKAFOR",
    "ins_name_f": "LENA",
    "ins_number": "W1",
    "bill_name": "EXAMPLE PRACTICE",
    "bill_npi": "1999999984",
    "bill_taxid": "999999999",
    "bill_taxid_type": "E",
    "diag_1": "F411",
    "total_charge": "150.00",
    "accept_assign": "Y",
    "charge": [
        {
            "proc_code": "90834",
            "charge": "150.00",
            "units": "1",
            "from_date": "2026-03-02",
            "thru_date": "2026-03-02",
            "place_of_service": "11",
            "diag_ref": "A",
            "remote_chgid": "L1",
        }
    ],
}


def send_json(vendor: Vendor, **changes: object) -> Json:
    file = {"fileid": "F-1", "claim": [{**JSON_CLAIM, **changes}]}
    return vendor.upload(json.dumps(file).encode(), name="a.json")["claim"][0]


def messages(row: Json) -> dict[str, str]:
    return {each["mesgid"]: each["status"] for each in row["messages"]}


def reseed(vendor: Vendor, **options: Any) -> None:
    account = Account(key=KEY, acct_number="70001", mode="production", options=Options(**options))
    vendor.control("accounts", {"accounts": [account]})


def test_a_claim_file_gets_ids_and_one_row_for_each_claim_rows_7_and_8(vendor: Vendor) -> None:
    first, second = vendor.send(claim("PCN-1"), claim("PCN-2", remote="REMOTE-2"))
    assert (first["pcn"], first["remote_claimid"], first["status"]) == ("PCN-1", "INT-PCN-1", "A")
    assert (second["pcn"], second["remote_claimid"], second["status"]) == ("PCN-2", "REMOTE-2", "A")
    assert first["claimid"] == first["claimmd_id"] != second["claimid"]
    assert (first["batchid"], first["fileid"]) == (second["batchid"], second["fileid"])
    assert (first["fdos"], first["total_charge"], first["filename"]) == ("2026-03-02", "150.00", "a1.837")


def test_the_json_claim_file_is_read_row_7(vendor: Vendor) -> None:
    row = send_json(vendor)
    assert (row["status"], row["pcn"], row["remote_claimid"]) == ("A", "PCN-8", "INT-8")
    assert send_json(vendor, remote_claimid="INT-9", pcn="PCN-9")["status"] == "A"


def test_each_broken_rule_has_its_message_and_field_row_7(vendor: Vendor) -> None:
    charge = JSON_CLAIM["charge"][0]
    cases: list[tuple[str, str, Json]] = [
        ("PAYER1", "payerid", {"payerid": "99999"}),
        ("PAYER2", "payerid", {"payerid": "77001"}),
        ("INS1", "ins_number", {"ins_number": ""}),
        ("INS2", "ins_number", {"ins_number": "w 1"}),
        ("NPI1", "bill_npi", {"bill_npi": "1999999985"}),
        ("TAX1", "bill_taxid", {"bill_taxid": "12"}),
        ("DIAG1", "diag_1", {"diag_1": ""}),
        ("DIAG2", "diag_ref", {"charge": [{**charge, "diag_ref": "B"}]}),
        ("DATE1", "from_date", {"charge": [{**charge, "from_date": "2026-02-31"}]}),
        ("DATE2", "from_date", {"charge": [{**charge, "from_date": "2026-03-03"}]}),
        ("DOB1", "pat_dob", {"pat_dob": "2030-01-01"}),
        ("AMT1", "total_charge", {"total_charge": "a lot"}),
        ("AMT2", "total_charge", {"total_charge": "151.00"}),
        ("CHG1", "charge", {"charge": []}),
        ("CHR1", "pcn", {"pcn": "A*B"}),
    ]
    for code, field, changes in cases:
        row = send_json(vendor, **changes)
        assert ("R", code) == (row["status"], next(each for each in messages(row) if each == code))
        assert field in [each["fields"] for each in row["messages"]]
    assert vendor.control("counters")["claims_accepted"] == 0


def test_one_file_may_hold_good_and_bad_claims_row_7(vendor: Vendor) -> None:
    several = claim("PCN-1"), claim("PCN-2", npi="1999999985"), claim("PCN-3", payer="00999")
    rows = vendor.send(*several, unchecked=True)
    assert [row["status"] for row in rows] == ["A", "R", "R"]


def test_a_warning_does_not_reject_trap_11(vendor: Vendor) -> None:
    vendor.clock.move(days=500)
    row = send_json(vendor)
    assert (row["status"], messages(row)) == ("A", {"ACK": "A", "DATE3": "W"})


def test_a_file_without_a_claim_is_an_error_row_7(vendor: Vendor) -> None:
    truncated = build_837p([claim()], ENVELOPE)[:300]
    for body in (b"", b"hello", b"{}", b'{"claim": []}', b"{", b"ISA", truncated):
        assert vendor.upload(body)["error"]["error_code"] == "30"
    assert vendor.call("upload")["error"]["error_code"] == "20"
    assert "file" not in vendor.call("uploadlist")


def test_more_than_2000_claims_are_not_taken_row_7(vendor: Vendor) -> None:
    answer = vendor.upload(json.dumps({"claim": [JSON_CLAIM] * 2001}).encode())
    assert answer["error"]["error_code"] == "31"
    assert vendor.control("counters")["claims_received"] == 0


def test_a_duplicate_remote_claimid_is_refused_when_the_option_is_on_row_9(vendor: Vendor) -> None:
    reseed(vendor, refuse_duplicates=True)
    assert [[row["status"] for row in vendor.send(claim())] for _ in range(2)] == [["A"], ["R"]]
    counted = vendor.control("counters")
    assert (counted["duplicates_refused"], counted["duplicates"]) == (1, 0)


def test_a_duplicate_goes_through_and_is_counted_when_the_option_is_off_trap_15(vendor: Vendor) -> None:
    vendor.send(claim())
    vendor.send(claim())
    counted = vendor.control("counters")
    assert (counted["claims_by_remote_id"], counted["duplicates"]) == ({"INT-PCN-7": 2}, 1)


def test_a_rejected_claim_may_come_again_corrected(vendor: Vendor) -> None:
    reseed(vendor, refuse_duplicates=True)
    assert vendor.send(claim(member="w1"))[0]["status"] == "R"
    assert vendor.send(claim(member="W1"))[0]["status"] == "A"
    assert vendor.control("counters")["duplicates"] == 0


def test_the_feed_grows_and_the_cursor_moves_on_row_10(vendor: Vendor) -> None:
    vendor.send(claim("PCN-1"), claim("PCN-2"))
    first = vendor.call("response", ResponseID="0")
    positions = [int(each["responseid"]) for row in first["claim"] for each in row["messages"]]
    assert positions == sorted(set(positions))
    assert int(first["last_responseid"]) == positions[-1]
    vendor.clock.move(hours=4)
    second = vendor.call("response", ResponseID=first["last_responseid"])
    assert [row["sender_name"] for row in second["claim"]] == ["EXAMPLE HEALTH PLAN"] * 2
    assert all(row["sender_icn"] for row in second["claim"])
    assert second["claim"][0]["response_time"] == "2026-03-02 13:00:00"


def test_a_full_page_is_followed_by_the_rest_row_10(vendor: Vendor) -> None:
    reseed(vendor, response_page=2)
    vendor.send(claim("PCN-1"), claim("PCN-2"), claim("PCN-3"))
    cursor, seen = "0", []
    while rows := (page := vendor.call("response", ResponseID=cursor)).get("claim"):
        assert len(rows) <= 2
        seen += [row["pcn"] for row in rows]
        cursor = page["last_responseid"]
    assert seen == ["PCN-1", "PCN-2", "PCN-3"]


def test_an_empty_poll_repeats_leaves_out_or_zeroes_the_cursor_row_10(vendor: Vendor) -> None:
    vendor.send(claim())
    for behaviour, expected in (("repeat", "99999"), ("absent", None), ("zero", "0")):
        reseed(vendor, empty_poll=behaviour)
        assert expected == vendor.call("response", ResponseID="99999").get("last_responseid")


def test_a_claim_filter_changes_nothing_for_the_next_poll_row_10(vendor: Vendor) -> None:
    one, two = vendor.send(claim("PCN-1"), claim("PCN-2"))
    only = vendor.call("response", ResponseID="0", ClaimID=two["claimid"])
    assert [row["pcn"] for row in only["claim"]] == ["PCN-2"]
    assert [row["pcn"] for row in vendor.call("response", ResponseID="0")["claim"]] == ["PCN-1", "PCN-2"]
    assert one["claimid"] != two["claimid"]


def test_parameter_names_are_case_sensitive_trap_8(vendor: Vendor) -> None:
    assert vendor.call("response", responseid="0")["error"]["error_code"] == "20"
    assert vendor.call("response", ResponseID="x")["error"]["error_code"] == "21"


def test_a_trigger_word_makes_the_payer_reject_row_11(vendor: Vendor) -> None:
    assert vendor.send(claim(member="REJECT1"))[0]["status"] == "A"
    assert vendor.control("next") == {"next": "2026-03-02T19:00:00+00:00"}
    vendor.clock.move(hours=4)
    acknowledged, rejected = vendor.call("response", ResponseID="0")["claim"]
    assert (acknowledged["status"], acknowledged["sender_name"]) == ("A", "Claim.MD")
    assert (
        rejected["status"],
        rejected["sender_name"],
        rejected["messages"][0]["fields"],
    ) == ("R", "EXAMPLE HEALTH PLAN", "ins_number")
    assert vendor.control("next") == {"next": None}


def test_a_rule_can_make_claim_md_itself_reject_once_row_11(vendor: Vendor) -> None:
    rule = {
        "action": "refuse",
        "claim_prefix": "PCN-5",
        "times": 1,
        "mesgid": "EDIT9",
        "message": "Check the modifier",
        "fields": "mod1",
    }
    for _ in range(2):
        vendor.control("rules", {"payerid": "00123", "rules": [rule]})
    (row,) = vendor.send(claim("PCN-5"))
    assert (row["status"], messages(row)) == ("R", {"EDIT9": "R"})
    assert vendor.send(claim("PCN-5"))[0]["status"] == "A"
    assert vendor.send(claim("PCN-6"))[0]["status"] == "A"


def test_rules_can_ask_for_a_procedure_or_a_member_row_11(vendor: Vendor) -> None:
    rules = [{"action": "refuse", "procedure": "90999"}, {"action": "refuse", "member": "W9"}]
    vendor.control("rules", {"rules": rules})
    rows = vendor.send(claim("A"), claim("B", line(), line(code="90999")), claim("C", member="W9"))
    assert [row["status"] for row in rows] == ["A", "R", "R"]


def test_a_test_account_forwards_only_scripted_claims_section_10(vendor: Vendor) -> None:
    vendor.send(claim("PCN-1"), claim("PCN-2", member="DENY1"), key=TEST_KEY)
    vendor.clock.move(days=30)
    rows = vendor.call("response", key=TEST_KEY, ResponseID="0")["claim"]
    assert [row["pcn"] for row in rows] == ["PCN-1", "PCN-2", "PCN-2"]


def test_uploads_are_listed_by_day_row_20(vendor: Vendor) -> None:
    vendor.send(claim("PCN-1"), claim("PCN-2"))
    vendor.clock.move(days=1)
    vendor.upload(build_837p([claim("PCN-3")], ENVELOPE), name="b.837")
    files = vendor.call("uploadlist")["file"]
    assert [each["filename"] for each in files] == ["b.837", "a1.837"]
    (first,) = vendor.call("uploadlist", UploadDate="2026-03-02")["file"]
    assert (first["file_count"], first["file_amount"], first["file_type"]) == ("2", "300.00", "claim")
    assert int(first["uploadtime"]) == datetime(2026, 3, 2, 15, tzinfo=UTC).timestamp()
    assert vendor.call("uploadlist", UploadDate="03-02-2026")["error"]["error_code"] == "21"
    assert "file" not in vendor.call("uploadlist", Page="2")


def test_archive_answers_for_each_claim_row_20(vendor: Vendor) -> None:
    (row,) = vendor.send(claim())
    fields = {"AccountKey": KEY, "claimid": [row["claimid"], "5"]}
    answer = vendor.http.post("/services/archive/", data=fields, headers={"accept": "application/json"}).json()
    assert [each["success"] for each in answer["claim"]] == ["1", "0"]
    assert vendor.control("snapshot")["claims"][0]["archived"] is True


def test_notes_and_edits_are_empty_feeds_with_cursors_row_20(vendor: Vendor) -> None:
    assert vendor.call("notes", NoteID="17") == {"LastNoteID": "17"}
    assert vendor.call("modify") == {"last_modid": "0"}


def test_an_npi_is_checked_by_its_last_digit() -> None:
    assert luhn("1999999984")
    assert not luhn("1999999985")
    assert not luhn("199999998")
    assert not luhn("19999999٨4")
