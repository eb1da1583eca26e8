"""Links for a person and the news that follows when one is opened (rows 18, 19 and 23 of sheet section 15)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.connectors.claimmd.simulator.world import KEY, TEST_KEY, Json, Vendor, claim

ENROLL = {"payerid": "0SIM7", "enroll_type": "era", "prov_taxid": "999999999", "prov_npi": "1999999984"}


class Practice:
    """Where the news goes: a small server that keeps every post and answers as it was told, then 200."""

    def __init__(self) -> None:
        self.posts: list[tuple[bytes, str]] = []
        self.statuses: list[int] = []
        self.arrived = threading.Condition()
        practice = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                with practice.arrived:
                    practice.posts.append((body, self.headers["Auth-Signature-Base64"]))
                    status = practice.statuses.pop(0) if practice.statuses else 200
                    practice.arrived.notify_all()
                self.send_response(status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/token"

    def wait_for(self, count: int) -> list[Json]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.posts) >= count, timeout=10)
            return [json.loads(body) for body, _ in self.posts]


@pytest.fixture
def practice() -> Iterator[Practice]:
    made = Practice()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def link(vendor: Vendor, service: str = "enroll", **fields: str) -> str:
    answer = vendor.call(service, **(fields or ENROLL))
    return answer["link"][0]["url"]


def opened(vendor: Vendor, url: str) -> int:
    assert url.startswith(vendor.url)
    return vendor.http.get(url).status_code


def settled(vendor: Vendor) -> dict[str, int]:
    for _ in range(500):
        numbers = vendor.control("hook")
        if not numbers["in_line"]:
            return numbers
        time.sleep(0.01)
    raise AssertionError("the news does not get through")


def test_an_enrolment_link_is_local_stays_the_same_and_completes_when_opened_row_18(
    vendor: Vendor, practice: Practice
) -> None:
    vendor.control("hook", {"account": "70001", "url": practice.url})
    url = link(vendor)
    assert link(vendor) == url
    assert opened(vendor, url) == 200
    (post,) = practice.wait_for(1)
    (event,) = post["events"]
    assert (post["acct_number"], event["event_type"]) == ("70001", "enroll")
    assert event["event_data"] == {"enroll": {"event": "enrolled", **ENROLL}}
    # Opening it again completes nothing again, and asking again finds nothing to do.
    assert opened(vendor, url) == 200
    assert vendor.call("enroll", **ENROLL) == {"success": "1"}
    assert settled(vendor)["delivered"] == 1


def test_an_appeal_link_needs_a_claim_of_the_account_row_18(vendor: Vendor, practice: Practice) -> None:
    vendor.control("hook", {"account": "70001", "url": practice.url})
    (sent,) = vendor.send(claim())
    url = link(vendor, "appeal", claimid=sent["claimid"], contact_name="Ana")
    assert link(vendor, "appeal", remote_claimid="INT-PCN-7") == url
    opened(vendor, url)
    (post,) = practice.wait_for(1)
    about = post["events"][0]["event_data"]["appeal"]
    assert (about["event"], about["claimid"], about["pcn"]) == ("submitted", sent["claimid"], "PCN-7")
    for fields, code in (({"claimid": "1"}, "22"), ({}, "20"), ({"remote_claimid": "NONE"}, "22")):
        assert vendor.call("appeal", **fields)["error"]["error_code"] == code
    assert vendor.call("appeal", key=TEST_KEY, claimid=sent["claimid"])["error"]["error_code"] == "22"


def test_an_enrolment_is_checked_row_18(vendor: Vendor) -> None:
    for changes, code in (
        ({"payerid": ""}, "20"),
        ({"prov_taxid": ""}, "20"),
        ({"enroll_type": "500"}, "21"),
        ({"payerid": "404"}, "22"),
        ({"payerid": "77001", "enroll_type": "1500"}, "40"),
    ):
        assert vendor.call("enroll", **{**ENROLL, **changes})["error"]["error_code"] == code
    # A payer that needs no enrolment: yes, and nothing more to do.
    assert vendor.call("enroll", **{**ENROLL, "payerid": "00123"}) == {"success": "1"}


def test_a_wrong_link_leads_nowhere(vendor: Vendor) -> None:
    url = link(vendor)
    assert opened(vendor, url + "x") == 404
    assert opened(vendor, url.replace("/enroll/", "/appeal/")) == 404
    assert opened(vendor, f"{vendor.url}/person/enroll/") == 404
    assert vendor.http.post(url).status_code == 404


def test_news_is_signed_over_its_raw_body_with_the_accounts_key_row_19(vendor: Vendor, practice: Practice) -> None:
    vendor.control("hook", {"account": "70001", "url": practice.url})
    opened(vendor, link(vendor))
    practice.wait_for(1)
    ((body, signature),) = practice.posts
    assert signature == base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode()


def test_one_post_may_hold_several_events_backwards_twice_and_forged_row_19(vendor: Vendor, practice: Practice) -> None:
    target = {"account": "70001", "url": practice.url, "hold": True}
    vendor.control("hook", target)
    for enroll_type in ("era", "1500", "elig"):
        payer = "0SIM7" if enroll_type == "era" else "00123"
        answer = vendor.call("enroll", **{**ENROLL, "enroll_type": enroll_type, "payerid": payer})
        if "link" in answer:
            opened(vendor, answer["link"][0]["url"])
    (sent,) = vendor.send(claim())
    opened(vendor, link(vendor, "appeal", claimid=sent["claimid"]))
    assert vendor.control("hook")["events_held"] == 2
    assert practice.posts == []
    assert vendor.control("post", {"account": "70001"}) == {"events": 2}
    (post,) = practice.wait_for(1)
    in_order = [event["eventid"] for event in post["events"]]
    assert in_order == sorted(in_order)

    vendor.control("hook", {**target, "backwards": True, "twice": True, "forged": True})
    assert vendor.control("post", {"account": "70001"}) == {"events": 0}
    assert vendor.control("post", {"account": "70001", "again": True}) == {"events": 2}
    posts = practice.wait_for(3)
    assert [event["eventid"] for event in posts[1]["events"]] == in_order[::-1]
    assert practice.posts[1] == practice.posts[2]
    body, signature = practice.posts[1]
    assert signature != base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode()


def test_news_is_tried_again_until_it_is_taken_and_then_given_up_row_19(vendor: Vendor, practice: Practice) -> None:
    vendor.control("hook", {"account": "70001", "url": practice.url})
    practice.statuses = [500, 503]
    opened(vendor, link(vendor))
    practice.wait_for(3)
    assert settled(vendor) == {"delivered": 1, "given_up": 0, "tries": 3, "in_line": 0, "events_held": 0}
    assert len({body for body, _ in practice.posts}) == 1
    practice.statuses = [500] * 3
    vendor.control("post", {"account": "70001", "again": True})
    practice.wait_for(6)
    assert settled(vendor)["given_up"] == 1


@pytest.mark.parametrize("url", ["https://127.0.0.1:1/x", "http://example.com:80/x", "http://127.0.0.1/x", "http://["])
def test_news_goes_nowhere_but_to_loopback(vendor: Vendor, url: str) -> None:
    answer = vendor.http.post("/_control/hook", content=json.dumps({"account": "70001", "url": url}))
    assert answer.status_code == 400
    assert vendor.http.post("/_control/hook", content=json.dumps({"account": "1", "url": ""})).status_code == 400


def test_claims_and_remittances_are_never_news_row_23(vendor: Vendor, practice: Practice) -> None:
    vendor.control("hook", {"account": "70001", "url": practice.url})
    vendor.send(claim())
    vendor.clock.move(days=20)
    assert vendor.call("eralist", NewOnly="0")["era"]
    assert settled(vendor)["tries"] == 0
