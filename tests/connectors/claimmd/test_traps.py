"""One test for each of the sheet's 28 traps: what a naive client gets wrong, this one does not (sheet 14).

Most meet the simulator; where only the shape of an answer matters, a scripted account answers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import tomllib
from dataclasses import replace
from datetime import date
from importlib import resources
from urllib.parse import parse_qs

import pytest
from tests.connectors.claimmd.conftest import KEY as SCRIPTED_KEY
from tests.connectors.claimmd.conftest import Account
from tests.connectors.claimmd.direct import BASE, Meeting, file, sent
from tests.connectors.claimmd.simulator.world import KEY, TEST_KEY, claim
from tests.connectors.claimmd.test_against_simulator import QUESTION
from tests.support.vendor import Said

from chartline.connect import capabilities, clearing
from chartline.connect.clearing import Contact, Enrollment
from chartline.connect.facts import ClaimFile
from chartline.connectors.claimmd import wire
from chartline.connectors.claimmd.auth import ABOUT
from chartline.connectors.claimmd.services import TIER
from chartline.connectors.claimmd.simulator.seed import Options
from chartline.kernel.money import Money
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed


def said(**content: object) -> Said:
    return Said(json.dumps(content))


def form(meeting: Meeting, place: int = -1) -> dict[str, list[str]]:
    """The fields of a call that left."""
    return parse_qs(meeting.wire.sent[place].content.reveal(Purpose.EXCHANGE).decode())


def test_trap_01_calls_are_forms_to_the_service_host_with_the_key_inside() -> None:
    assert ABOUT.credentials.defaults["base_url"] == "https://svc.claim.md/services/"
    meeting = Meeting()
    meeting.connector().claim_reports("")
    (call,) = meeting.wire.sent
    assert (call.method, call.url) == ("POST", f"{BASE}response/")
    assert call.headers["content-type"] == "application/x-www-form-urlencoded"
    assert not {name for name in call.headers if name.lower() == "authorization"}
    assert form(meeting) == {"AccountKey": [KEY], "ResponseID": ["0"]}


@pytest.mark.parametrize(("spoken", "media"), [("json", "application/json"), ("xml", "application/xml")])
def test_trap_02_accept_is_always_said_and_the_answer_is_read_as_what_it_is(spoken: str, media: str) -> None:
    meeting = Meeting()
    assert isinstance(meeting.connector(format=spoken).claim_reports(""), Receipt)
    assert meeting.wire.sent[0].headers["accept"] == media
    same = {
        wire.read(b'<result last_responseid="7"/>').text("last_responseid"),
        wire.read(b'{"last_responseid": 7}').text("last_responseid"),
    }
    assert same == {"7"}


def test_trap_03_an_error_under_http_200_is_a_refusal() -> None:
    outcome = Meeting().connector(key="SIM-WRONG").claim_reports("")
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "claimmd.bad_key"


def test_trap_04_errors_are_read_by_error_mesg(account: Account) -> None:
    account.script["response"] = [said(error={"error_code": "", "error_mesg": "Invalid Account Key"})]
    outcome = account.connector().claim_reports("")
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "claimmd.bad_key"


def test_trap_05_one_thing_may_be_an_object_and_data_may_be_a_list(account: Account) -> None:
    account.script["response"] = [said(last_responseid=1, claim={"claimmd_id": 7, "status": "A"})]
    account.script["era835"] = [said(eraid=1, data=["ISA*1~"])]
    reports = account.connector().claim_reports("")
    raw = account.connector().remittance("1")
    assert isinstance(reports, Receipt)
    assert isinstance(raw, Receipt)
    assert ([row.vendor_id for row in reports.value.rows], raw.value.reveal(Purpose.MATCH)) == (["7"], b"ISA*1~")


def test_trap_06_ids_stay_whole_beyond_what_a_float_holds(account: Account) -> None:
    number = "9007199254740993"
    account.script["response"] = [Said(f'{{"last_responseid": {number}, "claim": [{{"claimmd_id": {number}}}]}}')]
    outcome = account.connector().claim_reports("")
    assert isinstance(outcome, Receipt)
    assert (outcome.value.cursor, outcome.value.rows[0].vendor_id) == (number, number)


def test_trap_07_payer_ids_keep_their_leading_zeros() -> None:
    payers = Meeting().connector().payers()
    assert isinstance(payers, Receipt)
    assert [each.id for each in payers.value.rows][:2] == ["00123", "0SIM7"]


def test_trap_08_parameter_names_have_the_case_of_their_service() -> None:
    meeting = Meeting()
    connector = meeting.connector()
    connector.remittances("41000")
    assert set(form(meeting, 0)) == {"AccountKey", "NewOnly", "ERAID"}
    connector.remittance("41001")
    assert set(form(meeting)) == {"AccountKey", "eraid"}
    connector.reports_on("7001")
    assert set(form(meeting)) == {"AccountKey", "ResponseID", "ClaimID"}
    connector.archive_claims(("7001", "7002"))
    assert form(meeting)["claimid"] == ["7001", "7002"]
    connector.claim_notes("5")
    connector.claim_edits("6")
    assert (form(meeting, -2)["NoteID"][0], form(meeting)["ModID"][0]) == ("5", "6")


def test_trap_09_the_key_is_in_no_address_no_header_and_no_repr() -> None:
    meeting = Meeting()
    connector = meeting.connector()
    sent(connector, "PCN-1")
    connector.check_coverage(QUESTION)
    for call in meeting.wire.sent:
        assert KEY not in call.url
        assert KEY not in repr(call) + str(call.headers)
    assert KEY not in repr(connector.__dict__)


def test_trap_10_an_a_at_upload_is_the_clearinghouses_and_each_claim_has_its_own_answer() -> None:
    outcome = Meeting().connector().submit_claims(file(claim("PCN-1"), claim("PCN-2", member="not an id")))
    assert isinstance(outcome, Receipt)
    assert [(row.status, row.from_payer) for row in outcome.value] == [("A", False), ("R", False)]


def test_trap_11_all_messages_are_kept_and_a_warning_is_no_rejection(account: Account) -> None:
    messages = [{"status": "W", "mesgid": "1"}, {"status": "A", "mesgid": "2"}, {"status": "W", "mesgid": "3"}]
    row = {"claimmd_id": "7", "status": "A", "messages": messages}
    account.script["response"] = [said(last_responseid="9", claim=[row])]
    outcome = account.connector().claim_reports("")
    assert isinstance(outcome, Receipt)
    (report,) = outcome.value.rows
    assert (report.status, [each.level for each in report.messages]) == ("A", ["W", "A", "W"])


@pytest.mark.parametrize("empty", [{}, {"last_responseid": "0"}, {"last_responseid": "88102"}, {"last_responseid": {}}])
def test_trap_12_an_empty_poll_never_turns_a_cursor_back(account: Account, empty: dict[str, object]) -> None:
    account.script["response"] = [said(**empty)]
    account.script["notes"] = [said(**({"LastNoteID": empty["last_responseid"]} if empty else {}))]
    account.script["modify"] = [said(**({"last_modid": empty["last_responseid"]} if empty else {}))]
    connector = account.connector()
    for read in (connector.claim_reports, connector.claim_notes, connector.claim_edits):
        outcome = read("88102")
        assert isinstance(outcome, Receipt)
        assert (outcome.value.cursor, outcome.value.rows, outcome.value.more) == ("88102", (), False)


def test_trap_13_asking_about_one_claim_moves_no_cursor() -> None:
    meeting = Meeting()
    connector = meeting.connector()
    first, second = sent(connector, "PCN-1", "PCN-2")
    before = dict(meeting.wire.kept)
    one = connector.reports_on(second.vendor_id)
    assert isinstance(one, Receipt)
    assert [row.vendor_id for row in one.value] == [second.vendor_id]
    assert meeting.wire.kept == before
    fed = connector.claim_reports("")
    assert isinstance(fed, Receipt)
    assert [row.vendor_id for row in fed.value.rows] == [first.vendor_id, second.vendor_id]


def test_trap_14_a_remittance_is_listed_again_after_it_was_downloaded() -> None:
    meeting = Meeting()
    connector = meeting.connector()
    sent(connector, "PCN-1")
    meeting.pass_by(days=20)
    listed = connector.remittances("")
    assert isinstance(listed, Receipt)
    connector.remittance(listed.value.rows[0].vendor_id)
    again = connector.remittances("")
    assert isinstance(again, Receipt)
    assert again.value == listed.value
    assert form(meeting)["NewOnly"] == ["0"]


def test_trap_15_an_upload_without_an_answer_is_looked_up_and_never_sent_again() -> None:
    meeting = Meeting()
    connector = meeting.connector()
    meeting.control("faults", operation="upload", kind="drop", times=1)
    handed = file(claim("PCN-1"))
    assert isinstance(connector.submit_claims(handed), Unknown)
    assert isinstance(connector.find_submission(handed), Receipt)
    assert isinstance(connector.find_submission(replace(handed, name="other.837")), Absent)
    assert meeting.wire.services().count("upload") == 1
    assert meeting.control("counters")["duplicates"] == 0


def test_trap_16_a_report_names_the_version_and_not_only_the_control_number() -> None:
    meeting = Meeting()
    connector = meeting.connector()
    handed = file(claim("PCN-1", remote="INT-1-V1"), claim("PCN-1", remote="INT-1-V2"))
    outcome = connector.submit_claims(handed)
    assert isinstance(outcome, Receipt)
    assert [(row.control_number, row.reference) for row in outcome.value] == [
        ("PCN-1", "INT-1-V1"),
        ("PCN-1", "INT-1-V2"),
    ]
    assert len({row.vendor_id for row in outcome.value}) == 2


def test_trap_17_a_remittance_bears_all_that_tells_it_from_another(account: Account) -> None:
    row = {"eraid": "5", "payerid": "00123", "check_number": "EFT1", "paid_amount": "96.00", "paid_date": "2026-01-20"}
    account.script["eralist"] = [said(era=[row, row])]
    outcome = account.connector().remittances("")
    assert isinstance(outcome, Receipt)
    (notice,) = outcome.value.rows
    assert (notice.vendor_id, notice.payer_id, notice.check_number, notice.paid) == ("5", "00123", "EFT1", Money(9600))


def test_trap_18_claim_level_adjustments_reversals_and_signs_are_read_and_provider_level_is_known_to_miss() -> None:
    meeting = Meeting()
    meeting.control(
        "rules",
        payerid="00123",
        rules=[
            {"action": "deny", "claim_prefix": "PCN-1", "claim_level": True},
            {"action": "reverse", "claim_prefix": "PCN-2", "after_days": 7},
        ],
        provider_adjustments=[{"reason": "WO", "amount": "12.50", "reference": "OVER1"}],
    )
    connector = meeting.connector()
    sent(connector, "PCN-1", "PCN-2")
    meeting.pass_by(days=40)
    listed = connector.remittances("")
    assert isinstance(listed, Receipt)
    first, second = (connector.remittance_outline(row.vendor_id) for row in listed.value.rows)
    assert isinstance(first, Receipt)
    assert isinstance(second, Receipt)
    denied = next(each for each in first.value.claims if each.control_number == "PCN-1")
    assert (denied.status, denied.paid, denied.adjusted) == ("4", Money(0), denied.charged)
    reversal = next(each for each in second.value.claims if each.status == "22")
    assert reversal.charged < Money(0)
    for outlined in (*first.value.claims, *second.value.claims):
        assert outlined.charged - outlined.adjusted == outlined.paid
    # What eradata loses: the sums of its claims are not the check, and the 835 says why.
    claims = Money.total([each.paid for each in first.value.claims])
    assert claims - first.value.paid == Money(1250)
    raw = connector.remittance(first.value.vendor_id)
    assert isinstance(raw, Receipt)
    assert b"PLB*" in raw.value.reveal(Purpose.EXCHANGE)


def test_trap_19_a_denial_is_in_the_remittance_and_not_in_the_feed() -> None:
    meeting = Meeting()
    meeting.control("rules", payerid="00123", rules=[{"action": "deny", "reason": "CO197"}])
    connector = meeting.connector()
    sent(connector, "PCN-1")
    meeting.pass_by(days=20)
    fed = connector.claim_reports("")
    listed = connector.remittances("")
    assert isinstance(fed, Receipt)
    assert isinstance(listed, Receipt)
    assert {row.status for row in fed.value.rows} == {"A"}
    outline = connector.remittance_outline(listed.value.rows[0].vendor_id)
    assert isinstance(outline, Receipt)
    assert outline.value.claims[0].status == "4"


@pytest.mark.parametrize("by", ["fields", "x12"])
def test_trap_20_a_payers_no_is_an_answer_410_is_not_supported_and_an_error_is_an_error(by: str) -> None:
    connector = Meeting().connector(eligibility_by=by)
    refused = connector.check_coverage(replace(QUESTION, member_id=Sealed("NOID")))
    assert isinstance(refused, Receipt)
    assert [reason for reason, _ in refused.value.payer_errors] == ["79"]
    unsupported = connector.check_coverage(replace(QUESTION, member_id=Sealed("NORT")))
    assert isinstance(unsupported, Refused)
    assert unsupported.problem.code == "claimmd.eligibility_not_supported"
    wrong = Meeting().connector(key="SIM-WRONG", eligibility_by=by).check_coverage(QUESTION)
    assert isinstance(wrong, Refused)
    assert wrong.problem.code == "claimmd.bad_key"


def test_trap_21_each_service_gets_its_own_date_format() -> None:
    meeting = Meeting()
    connector = meeting.connector()
    connector.check_coverage(QUESTION)
    assert form(meeting)["fdos"] == ["20260302"]
    connector.uploads_on(date(2026, 3, 2))
    assert form(meeting)["UploadDate"] == ["2026-03-02"]
    connector.remittances("")
    assert not [name for name in form(meeting) if name.endswith("Date")]


@pytest.mark.parametrize("by", ["fields", "x12"])
def test_trap_22_a_test_account_answers_the_same_whatever_is_asked(by: str) -> None:
    connector = Meeting().connector(key=TEST_KEY, eligibility_by=by)
    one = connector.check_coverage(QUESTION)
    two = connector.check_coverage(replace(QUESTION, member_id=Sealed("GONE"), subscriber_family=Sealed("Else")))
    assert isinstance(one, Receipt)
    assert isinstance(two, Receipt)
    assert one.value.benefits == two.value.benefits
    assert any("canned" in quirk for quirk in (each["say"] for each in quirks()))


def quirks() -> list[dict[str, str]]:
    """The quirks in about.toml."""
    return tomllib.loads((resources.files("chartline.connectors.claimmd") / "about.toml").read_text("utf-8"))["quirks"]


def test_trap_23_nothing_is_promised_that_does_not_exist() -> None:
    connector = Meeting().connector()
    for absent in (clearing.Authorizes, clearing.AsksClaimStatus, clearing.ChecksCoverageLater):
        assert not isinstance(connector, absent)
    assert not isinstance(connector, capabilities.ReceivesHooks)
    body = json.dumps({"events": [{"eventid": "1", "event_type": "era", "event_data": {}}]}).encode()
    told = connector.enrollment_news(signed(KEY, body), Sealed(body))
    assert isinstance(told, tuple)
    assert [(each.kind, each.happened) for each in told] == [("era", "")]


def test_trap_24_one_budget_for_every_service_and_a_pause_when_it_is_spent() -> None:
    assert {each.tier for each in ABOUT.operations} == {TIER}
    assert [(tier.limit, tier.period_seconds) for tier in ABOUT.limits.tiers.values()] == [(90, 60)]
    meeting = Meeting()
    meeting.options(Options(limit=2))
    connector = meeting.connector()
    connector.claim_reports("")
    connector.payers()
    assert isinstance(connector.remittances(""), Later)
    assert {call.tier for call in meeting.wire.sent} == {TIER}


def test_trap_25_charge_is_a_list_and_inside_a_line_an_amount(account: Account) -> None:
    line = {"chgid": "L1", "charge": "150.00", "paid": "96.00", "adjustment": {"group": "CO", "code": "45",
            "amount": "54.00"}}  # fmt: skip
    row = {"pcn": "PCN-7", "status_code": "1", "total_charge": "150.00", "total_paid": "96.00", "charge": line}
    account.script["eradata"] = [said(eraid="1", paid_amount="96.00", claim=row)]
    outcome = account.connector().remittance_outline("1")
    assert isinstance(outcome, Receipt)
    (claim_,) = outcome.value.claims
    assert (claim_.lines, claim_.charged, claim_.adjusted, claim_.paid) == (1, Money(15000), Money(5400), Money(9600))


@pytest.mark.parametrize("count", [0, 2001])
def test_trap_26_a_file_with_no_claim_or_too_many_is_not_sent(count: int) -> None:
    meeting = Meeting()
    handed = ClaimFile("a.837", Sealed(b"ISA*"), tuple(f"R{number}" for number in range(count)))
    empty = ClaimFile("a.837", Sealed(b""), ("R1",))
    for wrong in (handed, empty):
        outcome = meeting.connector().submit_claims(wrong)
        assert isinstance(outcome, Refused)
        assert outcome.problem.code == "claimmd.bad_file"
        assert "2000" in outcome.problem.do
    assert meeting.wire.sent == []


def signed(key: str, body: bytes) -> dict[str, str]:
    """The header as the sheet describes it, written apart from the connector."""
    digest = hmac.new(key.encode(), body, hashlib.sha256).digest()
    return {"auth-signature-base64": base64.b64encode(digest).decode()}


def test_trap_27_the_signature_is_over_the_raw_bytes(account: Account) -> None:
    body = b'{ "acct_number":"70001",\n  "events":[{"eventid":"1","event_type":"enroll","event_data":{}}] }'
    connector = account.connector()
    assert isinstance(connector.enrollment_news(signed(SCRIPTED_KEY, body), Sealed(body)), tuple)
    written_again = json.dumps(json.loads(body)).encode()
    for headers in (signed(SCRIPTED_KEY, written_again), signed("other", body), {}):
        outcome = connector.enrollment_news(headers, Sealed(body))
        assert isinstance(outcome, Refused)
        assert outcome.problem.code == "claimmd.hook_unsigned"


def test_trap_28_links_are_handed_on_sealed_and_never_opened() -> None:
    meeting = Meeting()
    connector = meeting.connector()
    (report,) = sent(connector, "PCN-1")
    links = (
        connector.enroll(Enrollment("0SIM7", "remittance", "999999999", "1999999984")),
        connector.appeal_form(report.vendor_id, "", Contact()),
    )
    for link in links:
        assert isinstance(link, Receipt)
        assert link.value is not None
        assert "/person/" in link.value.address.reveal(Purpose.SHOW)
        assert "/person/" not in repr(link)
    assert not [call for call in meeting.wire.sent if "/person/" in call.url]
    assert meeting.control("hook")["tries"] == 0
