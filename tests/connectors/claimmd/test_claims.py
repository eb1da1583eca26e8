"""Handing in claims, finding them again, and what is said of them (vendor sheet 5)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.connectors.claimmd.conftest import KEY, Account
from tests.support.vendor import Said

from chartline.connect.facts import ClaimFile, ClaimReport, Page
from chartline.connectors.claimmd.submission import LOOK_BACK_DAYS
from chartline.kernel.errors import ChartlineError
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown
from chartline.kernel.sealed import Sealed

FILE = ClaimFile("chartline-0a1b2c.837", Sealed(b"ISA*00*~IEA*1*1~"), ("INT-7", "INT-8"))


def row(reference: str = "INT-7", status: str = "A", **more: object) -> dict[str, object]:
    return {"claimmd_id": "7001", "claimid": "7001", "pcn": "PCN-7", "remote_claimid": reference, "status": status,
            "filename": FILE.name, "messages": [], **more}  # fmt: skip


def said(**content: object) -> Said:
    return Said(json.dumps(content))


def code(outcome: object) -> str:
    assert isinstance(outcome, Refused)
    return outcome.problem.code.removeprefix("claimmd.")


def test_an_upload_answers_for_each_claim_with_all_its_messages_traps_10_and_11(account: Account) -> None:
    messages = [
        {"status": "R", "mesgid": "A7:164", "message": "Subscriber not found", "fields": "ins_number"},
        {"status": "W", "mesgid": "W1", "message": "Check the zip", "fields": "pat_zip"},
    ]
    account.script["upload"] = [said(messages="Received 2", claim=[row(), row("INT-8", "R", messages=messages)])]
    outcome = account.connector().submit_claims(FILE)
    assert isinstance(outcome, Receipt)
    first, second = outcome.value
    assert [(report.reference, report.status, report.from_payer) for report in (first, second)] == [
        ("INT-7", "A", False),
        ("INT-8", "R", False),
    ]
    assert [(m.level, m.fields) for m in second.messages] == [("R", "ins_number"), ("W", "pat_zip")]


def test_an_upload_is_multipart_under_the_files_own_name_with_the_key_in_the_form_only_trap_9(account: Account) -> None:
    account.script["upload"] = [said(claim=row())]
    account.connector().submit_claims(FILE)
    assert account.served is not None
    (heard,) = account.served.heard
    assert heard.path == "/services/upload/"
    assert f'filename="{FILE.name}"'.encode() in heard.body
    assert b"ISA*00*~IEA*1*1~" in heard.body
    assert KEY.encode() in heard.body
    assert KEY not in str(heard.headers)
    assert heard.headers["accept"] == "application/json"
    assert account.wire.sent == [("upload", "account")]


@pytest.mark.parametrize(
    "answer",
    [
        Said(cut=True),
        Said("", 502),
        Said("<html>502</html>"),
        Said('{"claim": [{"cl'),
        Said(""),
        said(messages="Received"),
    ],
)
def test_an_upload_without_a_clear_answer_is_unknown_and_sent_once_trap_15(account: Account, answer: Said) -> None:
    account.script["upload"] = [answer]
    assert isinstance(account.connector().submit_claims(FILE), Unknown)
    assert account.wire.operations() == ["upload"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (said(error={"error_code": "1", "error_mesg": "Invalid Account Key"}), "bad_key"),
        (said(error={"error_code": "99", "error_mesg": "Unknown account key"}), "bad_key"),
        (said(error=[{"error_code": "", "error_mesg": "0 claims detected in file"}]), "no_claims_found"),
        (said(error={"error_code": "777", "error_mesg": "Something about Jane Doe"}), "error"),
        (Said("<html>forbidden</html>", 403), "bad_key"),
        (Said("<html>gone</html>", 404), "http_refused"),
        (said(error={"error_code": "1", "error_mesg": "x"}), "bad_key"),
    ],
)
def test_each_no_of_the_vendor_has_our_code_traps_3_and_4(account: Account, answer: Said, expected: str) -> None:
    account.script["upload"] = [answer]
    outcome = account.connector().submit_claims(FILE)
    assert expected == code(outcome)
    assert "Doe" not in repr(outcome)


@pytest.mark.parametrize(
    "answer", [Said("{}", 429), said(error={"error_code": "", "error_mesg": "Too many requests, wait"})]
)
def test_a_pause_asked_for_is_later_trap_24(account: Account, answer: Said) -> None:
    account.script["upload"] = [answer]
    assert isinstance(account.connector().submit_claims(FILE), Later)


@pytest.mark.parametrize(
    "file",
    [
        replace(FILE, references=()),
        replace(FILE, references=tuple(map(str, range(2001)))),
        replace(FILE, content=Sealed(b"")),
        replace(FILE, name='a".837'),
    ],
)
def test_a_file_the_vendor_would_refuse_is_not_sent_trap_26(account: Account, file: ClaimFile) -> None:
    assert code(account.connector().submit_claims(file)) == "bad_file"
    assert account.wire.sent == []


def uploads(day: int, *names: str) -> Callable[[dict[str, str]], Said]:
    """Answers names on the day-th asked day, nothing on others."""
    days: list[str] = []

    def answer(form: dict[str, str]) -> Said:
        if form["UploadDate"] not in days:
            days.append(form["UploadDate"])
        there = len(days) - 1 == day
        return said(file=[{"inboundid": str(n), "filename": name} for n, name in enumerate(names)] if there else [])

    return answer


def test_a_lost_answer_is_settled_by_the_files_name_trap_15(account: Account) -> None:
    account.script["uploadlist"] = [uploads(2, "other.837", f"in/{FILE.name}")]
    account.script["response"] = [
        said(last_responseid="50", claim=[row("INT-8", "R"), row("INT-7", filename="older.837"), row("PORTAL")]),
        said(last_responseid="50"),
    ]
    outcome = account.connector().find_submission(FILE)
    assert isinstance(outcome, Receipt)
    # The row of INT-7 came with an older file: a corrected claim bears its reference again.
    assert [(report.reference, report.status) for report in outcome.value] == [("INT-8", "R")]


def test_a_file_that_no_day_lists_is_absent_whatever_the_feed_says_of_its_claims_trap_16(account: Account) -> None:
    account.script["uploadlist"] = [uploads(1, "other.837")]
    account.script["response"] = [said(last_responseid="50", claim=[row(filename="older.837")])]
    assert isinstance(account.connector().find_submission(FILE), Absent)
    assert len(account.wire.sent) == LOOK_BACK_DAYS + 3
    assert "response" not in account.wire.operations()


def test_the_look_up_reads_the_feed_from_the_last_poll_and_a_few_pages_only(account: Account) -> None:
    account.script["uploadlist"] = [uploads(0, FILE.name)]
    account.script["response"] = [said(last_responseid="9000"), lambda form: said(
        last_responseid=str(int(form["ResponseID"]) + 1), claim=[row("PORTAL", filename="p.837")])]  # fmt: skip
    connector = account.connector()
    connector.claim_reports("8000")
    assert isinstance(connector.find_submission(FILE), Receipt)
    asked = [form["ResponseID"] for service, form in account.asked if service == "response"]
    assert asked == ["8000", "8000", "8001", "8002", "8003", "8004"]


def test_an_unreadable_list_of_uploads_proves_nothing(account: Account) -> None:
    account.script["uploadlist"] = [Said("<html/>")]
    assert code(account.connector().find_submission(FILE)) == "unreadable"


def page(outcome: object) -> Page[ClaimReport]:
    assert isinstance(outcome, Receipt)
    return outcome.value


@pytest.mark.parametrize(
    ("answer", "cursor"),
    [
        ({"last_responseid": "88102"}, "88102"),
        ({"last_responseid": "500"}, "500"),
        ({"last_responseid": "0"}, "500"),
        ({"last_responseid": "499"}, "500"),
        ({}, "500"),
        ({"last_responseid": {}}, "500"),
        ({"claim": [row(messages=[{"responseid": "510"}, {"responseid": 512}])]}, "512"),
    ],
)
def test_the_cursor_never_goes_back_trap_12(account: Account, answer: dict[str, object], cursor: str) -> None:
    account.script["response"] = [said(**answer)]
    assert cursor == page(account.connector().claim_reports("500")).cursor


def test_the_feed_is_asked_by_position_alone_trap_13(account: Account) -> None:
    account.script["response"] = [said(last_responseid="1")]
    account.connector().claim_reports("")
    assert account.asked == [("response", {"AccountKey": KEY, "ResponseID": "0"})]


def test_a_payers_report_is_told_from_the_clearinghouses_trap_10(account: Account) -> None:
    rows = [row(sender_name="Claim.MD"), row(), row(sender_name="EXAMPLE PAYER", sender_icn="P99"), row(status="q")]
    account.script["response"] = [said(last_responseid="4", claim=rows)]
    got = page(account.connector().claim_reports("")).rows
    assert [report.from_payer for report in got] == [False, False, True, False]
    assert [report.status for report in got] == ["A", "A", "A", "Q"]
    assert got[2].payer_number == "P99"


def test_a_full_page_asks_for_more(account: Account) -> None:
    rows = [row(messages=[])] * 20_000
    account.script["response"] = [said(last_responseid="20000", claim=rows)]
    assert page(account.connector().claim_reports("")).more


def test_a_cursor_of_somebody_else_is_refused(account: Account) -> None:
    assert code(account.connector().claim_reports("2026-01-01")) == "bad_cursor"
    assert code(account.connector().remittances("x")) == "bad_cursor"


def test_xml_is_spoken_when_it_is_asked_for_trap_2(account: Account) -> None:
    account.script["response"] = [
        Said(
            '<result last_responseid="7"><claim remote_claimid="INT-7" status="R"><messages status="R" mesgid="1"/>'
            '<messages status="W" mesgid="2"/></claim></result>',
            media="application/xml",
        )
    ]
    got = page(account.connector(format="xml").claim_reports(""))
    assert [(report.reference, report.status, len(report.messages)) for report in got.rows] == [("INT-7", "R", 2)]
    assert account.served is not None
    assert account.served.heard[0].headers["accept"] == "application/xml"


@pytest.mark.parametrize("options", [{"format": "csv"}, {"base_url": "api.claim.md"}, {"base_url": "https://x/?k=1"}])
def test_a_wrong_option_is_an_error_at_once(account: Account, options: dict[str, str]) -> None:
    with pytest.raises(ChartlineError):
        account.connector(**options)


def test_the_check_says_what_is_wrong(account: Account) -> None:
    account.script["uploadlist"] = [said(file=[]), said(error={"error_code": "1", "error_mesg": "Invalid Account Key"})]
    connector = account.connector()
    assert connector.check().ok
    assert connector.check().code == "claimmd.bad_key"
