"""Routes, keys, encodings, budget, faults and journal (sheet 2, 3; rows 1 to 6 and 21 to 24 of section 15)."""

from __future__ import annotations

import itertools
from typing import Any
from xml.etree import ElementTree

import httpx2
import msgspec
import pytest
from tests.connectors.claimmd.simulator.world import ENVELOPE, KEY, TEST_KEY, Vendor, build_837p, claim

from chartline.connectors.claimmd.simulator.seed import Account, Options, Shapes

JSON = {"accept": "application/json"}


def reseed(vendor: Vendor, **options: Any) -> None:
    account = Account(key=KEY, acct_number="70001", mode="production", options=Options(**options))
    vendor.control("accounts", {"accounts": [account]})


def test_a_service_answers_post_with_and_without_the_last_slash_row_1(vendor: Vendor) -> None:
    for path in ("/services/payerlist/", "/services/payerlist"):
        answer = vendor.http.post(path, data={"AccountKey": KEY}, headers=JSON)
        assert "payer" in answer.json()


def test_other_methods_get_405_and_other_names_404_rows_1_and_23(vendor: Vendor) -> None:
    assert vendor.http.get("/services/response/").status_code == 405
    for name in ("priorauth", "278", "status", "claimstatus", "276", "token", "webhook", "eligxml", "claimmdapi"):
        assert vendor.http.post(f"/services/{name}/", data={"AccountKey": KEY}).status_code == 404
    assert vendor.http.post("/v1/claims", data={"AccountKey": KEY}).status_code == 404


def test_a_wrong_key_is_an_error_envelope_under_http_200_row_2(vendor: Vendor) -> None:
    answer = vendor.call("payerlist", key="SIM-NOBODY")
    assert answer == {"error": {"error_code": "1", "error_mesg": "Invalid Account Key"}}


def test_a_json_body_or_a_bearer_token_carries_no_key_trap_1(vendor: Vendor) -> None:
    answer = vendor.http.post("/services/payerlist/", json={"AccountKey": KEY}, headers=JSON)
    assert answer.json()["error"]["error_code"] == "1"
    answer = vendor.http.post("/services/payerlist/", headers={"authorization": f"Bearer {KEY}", **JSON})
    assert answer.json()["error"]["error_code"] == "1"


def test_accounts_are_isolated_row_2(vendor: Vendor) -> None:
    vendor.send(claim())
    assert "claim" in vendor.call("response", ResponseID="0")
    assert "claim" not in vendor.call("response", key=TEST_KEY, ResponseID="0")
    assert "file" not in vendor.call("uploadlist", key=TEST_KEY)


def test_xml_is_the_default_with_attributes_and_child_elements_rows_3_and_4(vendor: Vendor) -> None:
    vendor.send(claim())
    answer = vendor.http.post("/services/response/", data={"AccountKey": KEY, "ResponseID": "0"})
    assert answer.headers["content-type"].startswith("application/xml")
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "result"
    assert root.attrib["last_responseid"] == "88001"
    assert [row.attrib["pcn"] for row in root.findall("claim")] == ["PCN-7"]
    assert [row.attrib["mesgid"] for row in root.findall("claim/messages")] == ["ACK"]


def test_both_encodings_say_the_same_row_3(vendor: Vendor) -> None:
    vendor.send(claim())
    xml = ElementTree.fromstring(
        vendor.http.post("/services/response/", data={"AccountKey": KEY, "ResponseID": "0"}).content
    )
    json = vendor.call("response", ResponseID="0")["claim"][0]
    messages = json.pop("messages")
    assert [json] == [element.attrib for element in xml.findall("claim")]
    assert messages == [element.attrib for element in xml.findall("claim/messages")]


@pytest.mark.parametrize("quoted", [True, False])
@pytest.mark.parametrize("end", [b"--B--\r\n", b"--B--", b""])
def test_lenient_multipart_is_read_row_5(vendor: Vendor, quoted: bool, end: bytes) -> None:
    name = b'"a1.837"' if quoted else b"a1.837"
    body = (
        b'--B\r\nContent-Disposition: form-data; name="AccountKey"\r\n\r\n' + KEY.encode() + b"\r\n"
        b'--B\r\nContent-Disposition: form-data; name="File"; filename=' + name + b"\r\n\r\n"
    )
    body += build_837p([claim()], ENVELOPE) + b"\r\n" + end
    headers = {"content-type": "multipart/form-data; boundary=B", **JSON}
    answer = vendor.http.post("/services/upload", content=body, headers=headers).json()
    assert answer["messages"] == "Received 1 claim in file: a1.837"
    assert answer["claim"][0]["status"] == "A"


def test_plain_fields_may_be_multipart_too_row_5(vendor: Vendor) -> None:
    fields = {"AccountKey": (None, KEY), "ResponseID": (None, "0")}
    answer = vendor.http.post("/services/response/", files=fields, headers=JSON)
    assert answer.json() == {"last_responseid": "0"}


SHAPES = itertools.product(
    ("none", "object", "array"), ("array", "object"), ("quoted", "plain"), ("text", "object", "absent")
)


def test_json_takes_every_shape_row_6(vendor: Vendor) -> None:
    vendor.send(claim())
    for wrapper, singles, numbers, empties in SHAPES:
        shapes = {"wrapper": wrapper, "singles": singles, "numbers": numbers, "empties": empties}
        reseed(vendor, limit=1000, shapes=msgspec.convert(shapes, Shapes))
        fields = {"AccountKey": KEY, "ResponseID": "0"}
        body = vendor.http.post("/services/response/", data=fields, headers=JSON).json()
        if wrapper != "none":
            body = body["result"]
        if wrapper == "array":
            (body,) = body
        row = body["claim"] if singles == "object" else body["claim"][0]
        assert row["claimmd_id"] == ("700100200" if numbers == "quoted" else 700100200)
        assert row["payerid"] == "00123"
        assert row.get("sender_icn", "nothing") == {"text": "", "object": {}, "absent": "nothing"}[empties]


def test_the_hundred_and_first_request_of_a_minute_is_turned_away_row_21(vendor: Vendor) -> None:
    reseed(vendor, limit=100)
    for _ in range(100):
        vendor.call("payerlist")
    answer = vendor.http.post("/services/eralist/", data={"AccountKey": KEY}, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["error_code"]) == (429, "2")
    assert "retry-after" not in answer.headers
    assert "payer" in vendor.call("payerlist", key=TEST_KEY)
    vendor.clock.move(seconds=60)
    assert "payer" in vendor.call("payerlist")
    assert vendor.control("counters")["excess_calls"] == 1


@pytest.mark.parametrize(("mode", "answered"), [("200", False), ("meter", True)])
def test_the_limit_can_answer_200_or_only_count_row_21(vendor: Vendor, mode: str, answered: bool) -> None:
    reseed(vendor, limit=1, limit_mode=mode)
    vendor.call("payerlist")
    assert ("payer" in vendor.call("payerlist")) is answered
    assert vendor.control("counters")["excess_calls"] == 1


def test_an_upload_whose_answer_is_lost_was_taken_all_the_same_row_22(vendor: Vendor) -> None:
    vendor.control("faults", {"operation": "upload", "kind": "drop"})
    with pytest.raises(httpx2.HTTPError):
        vendor.send(claim())
    assert vendor.call("response", ResponseID="0")["claim"][0]["remote_claimid"] == "INT-PCN-7"
    assert vendor.control("counters")["claims_by_remote_id"] == {"INT-PCN-7": 1}


def test_a_gateway_page_means_nothing_was_done_row_22(vendor: Vendor) -> None:
    vendor.control("faults", [{"operation": "upload", "kind": "html"}])
    answer = vendor.http.post(
        "/services/upload/", data={"AccountKey": KEY}, files={"File": ("a", build_837p([claim()], ENVELOPE))}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
    assert vendor.control("counters")["claims_received"] == 0


def test_an_answer_can_be_cut_delayed_and_emptied_row_22(vendor: Vendor) -> None:
    vendor.control("faults", [{"operation": "payerlist", "kind": "cut"}, {"operation": "*", "kind": "empty"}])
    with pytest.raises(httpx2.RemoteProtocolError):
        vendor.call("payerlist")
    assert vendor.http.post("/services/payerlist/", data={"AccountKey": KEY}).content == b""
    vendor.control("faults", {"operation": "payerlist", "kind": "delay", "seconds": 20})
    assert "payer" in vendor.call("payerlist")


def test_an_answer_can_have_another_media_type_or_end_in_the_middle_row_22(vendor: Vendor) -> None:
    vendor.control("faults", {"operation": "payerlist", "kind": "mistype"})
    answer = vendor.http.post("/services/payerlist/", data={"AccountKey": KEY}, headers=JSON)
    assert (answer.headers["content-type"], "payer" in answer.json()) == ("text/html", True)
    vendor.control("faults", {"operation": "payerlist", "kind": "torn"})
    answer = vendor.http.post("/services/payerlist/", data={"AccountKey": KEY}, headers=JSON)
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"(?i)json|unterminated|expecting"):
        answer.json()


def test_the_journal_knows_every_request_and_no_key_row_24(vendor: Vendor) -> None:
    vendor.call("payerlist")
    vendor.http.post(f"/services/payerlist/?AccountKey={KEY}")
    vendor.call("payerlist", key="sk-looks-real")
    vendor.http.get("/services/nothing/")
    text = vendor.http.get("/_control/journal").text
    entries = msgspec.json.decode(text)["entries"]
    assert KEY not in text
    assert "sk-looks-real" not in text
    assert [entry["account"] for entry in entries] == ["70001", "70001", "", ""]
    assert [entry["warning"] for entry in entries] == ["", "key in the address", "", ""]
    assert [entry["status"] for entry in entries] == [200, 200, 200, 404]


def test_a_bad_control_body_is_refused_with_a_reason(vendor: Vendor) -> None:
    for name, body in (
        ("accounts", b'{"accounts": [{"key": "sk-real", "acct_number": "1"}]}'),
        ("faults", b"[1]"),
        ("rules", b'{"payerid": "99999", "strangers": [{"pcn": "X", "charge": "1", "paid": "1"}]}'),
    ):
        answer = vendor.http.post(f"/_control/{name}", content=body)
        assert answer.status_code == 400
        assert "sk-real" not in answer.text
