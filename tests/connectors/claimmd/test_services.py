"""The services beside claims, remittances and eligibility, in the words of ``connect`` (sheet 5.5, 6, 7.2, 9)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connectors.claimmd.conftest import KEY, Account
from tests.connectors.claimmd.direct import BASE, Meeting, file, sent
from tests.connectors.claimmd.simulator.world import claim
from tests.support.vendor import Said

from chartline.connect.clearing import ClaimNoteFact, Contact, Enrollment, RemittanceSearch, SubmissionView, Support
from chartline.connect.facts import Page
from chartline.connectors.claimmd import claim_desk
from chartline.connectors.claimmd.client import Client, Notes
from chartline.connectors.claimmd.desk_rows import NoteRow
from chartline.connectors.claimmd.news import told
from chartline.connectors.claimmd.wire import read
from chartline.kernel.money import Money
from chartline.kernel.outcome import Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed


def said(**content: object) -> Said:
    return Said(json.dumps(content))


def code(outcome: object) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.problem.code.removeprefix("claimmd.")


# --- the claim desk -----------------------------------------------------------------------------------------------


def test_notes_and_edits_are_read_page_by_page_until_nothing_is_new() -> None:
    meeting = Meeting()
    connector = meeting.connector()
    first, second = sent(connector, "PCN-1", "PCN-2")
    meeting.control("notes", claimid=first.vendor_id, note="Called the payer", username="ana")
    meeting.control("edits", claimid=second.vendor_id, field="diag_1", old_value="F411", new_value="F410", user="ben")
    notes, edits = connector.claim_notes(""), connector.claim_edits("")
    assert isinstance(notes, Receipt)
    assert isinstance(edits, Receipt)
    (note,), (edit,) = notes.value.rows, edits.value.rows
    assert (note.control_number, note.author, note.text.reveal(Purpose.MATCH)) == ("PCN-1", "ana", "Called the payer")
    assert (edit.claim_vendor_id, edit.field, edit.after.reveal(Purpose.MATCH)) == (second.vendor_id, "diag_1", "F410")
    assert "Called" not in repr(notes)
    assert "F410" not in repr(edits)
    for page, go_on in ((notes.value, connector.claim_notes), (edits.value, connector.claim_edits)):
        assert page.more
        rest = go_on(page.cursor)
        assert isinstance(rest, Receipt)
        assert (rest.value.rows, rest.value.cursor, rest.value.more) == ((), page.cursor, False)


@pytest.mark.parametrize(
    ("answer", "cursor"),
    [
        ({"notes": [{"noteid": "9"}, {"noteid": "12"}]}, "12"),
        ({"notes": {"noteid": 12}, "LastNoteID": 0}, "12"),
        ({"notes": [{"noteid": "12"}], "LastNoteID": "40"}, "40"),
    ],
)
def test_the_cursor_of_notes_is_the_highest_of_all_that_is_told(
    account: Account, answer: dict[str, object], cursor: str
) -> None:
    account.script["notes"] = [said(**answer)]
    outcome = account.connector().claim_notes("5")
    assert isinstance(outcome, Receipt)
    assert outcome.value.cursor == cursor
    assert account.asked[0][1]["NoteID"] == "5"


@given(
    st.integers(0, 10**20),
    st.none() | st.integers(-5, 10**20) | st.text(max_size=6) | st.sampled_from(["²", "٣", "9" * 5000]),
    st.lists(st.integers(0, 10**20), max_size=4),
)
def test_no_answer_of_a_feed_ever_turns_its_cursor_back(cursor: int, last: object, ids: list[int]) -> None:
    before = str(cursor or "")
    answer = {"notes": [{"noteid": each} for each in ids], "LastNoteID": last}
    page = page_of(answer, before)
    assert int(page.cursor or "0") >= cursor
    assert all(int(page.cursor or "0") >= each for each in ids)
    assert page.more == (bool(ids) and page.cursor != before)


def page_of(answer: dict[str, object], cursor: str) -> Page[ClaimNoteFact]:
    """What the connector makes of an answer, without anybody asking for it."""
    record = read(json.dumps(answer).encode())
    rows = tuple(NoteRow.of(row) for row in record.rows("notes"))

    class Told(Client):
        def notes(self, after: str) -> Receipt[Notes]:
            return Receipt(Notes(record.text("LastNoteID"), rows))

    outcome = claim_desk.notes(Told.__new__(Told), cursor)
    assert isinstance(outcome, Receipt)
    return outcome.value


def test_a_note_without_a_number_or_a_cursor_that_is_none_is_refused(account: Account) -> None:
    account.script["notes"] = [said(notes=[{"note": "x"}])]
    account.script["modify"] = [said(mod=[{"field": "x"}])]
    connector = account.connector()
    assert code(connector.claim_notes("")) == "unreadable"
    assert code(connector.claim_edits("")) == "unreadable"
    assert code(connector.claim_notes("abc")) == "bad_cursor"
    assert code(connector.claim_edits("abc")) == "bad_cursor"


def test_uploads_of_a_day_have_name_count_amount_and_time() -> None:
    meeting = Meeting()
    connector = meeting.connector()
    connector.submit_claims(file(claim("PCN-1"), claim("PCN-2")))
    outcome = connector.uploads_on(date(2026, 3, 2))
    assert isinstance(outcome, Receipt)
    (entry,) = outcome.value
    assert (entry.name, entry.claims, entry.amount) == ("chartline-1.837", 2, Money.parse("300.00"))
    assert entry.at == datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def test_archiving_names_what_was_archived_and_may_be_repeated() -> None:
    meeting = Meeting()
    connector = meeting.connector()
    first, second = sent(connector, "PCN-1", "PCN-2")
    for _ in range(2):
        outcome = connector.archive_claims((first.vendor_id, "404", second.vendor_id))
        assert isinstance(outcome, Receipt)
        assert outcome.value == (first.vendor_id, second.vendor_id)
    assert [each["archived"] for each in meeting.control("snapshot")["claims"]] == [True, True]


@pytest.mark.parametrize("answer", [Said(cut=True), Said("", 502), said(), said(claim=[{"claimid": "9"}])])
def test_archiving_without_a_clear_answer_is_unknown(account: Account, answer: Said) -> None:
    account.script["archive"] = [answer]
    assert isinstance(account.connector().archive_claims(("7001",)), Unknown)


def test_archiving_nothing_or_too_much_is_not_sent(account: Account) -> None:
    connector = account.connector()
    for claims in ((), ("",), tuple(map(str, range(101)))):
        assert code(connector.archive_claims(claims)) == "no_claim_named"
    assert code(connector.reports_on("")) == "no_claim_named"
    assert account.asked == []


# --- payers, enrolments, appeals ----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_directory_comes_whole_and_always_as_json(form: str) -> None:
    meeting = Meeting()
    outcome = meeting.connector(format=form).payers()
    assert isinstance(outcome, Receipt)
    first, second, third = outcome.value.rows
    assert (first.id, first.other_names) == ("00123", (("EX1", "EXAMPLE OF ILLINOIS"),))
    assert (first.services["professional"], second.services["remittance"]) == (Support.YES, Support.ENROLLMENT)
    assert third.services["professional"] is Support.NO
    assert (outcome.value.cursor, outcome.value.more) == ("", False)
    assert meeting.wire.sent[0].headers["accept"] == "application/json"


def test_an_unknown_word_is_left_open_and_an_empty_directory_is_none(account: Account) -> None:
    account.script["payerlist"] = [said(payer={"payerid": "7", "era": "maybe", "eligibility": "YES"}), said(payer=[])]
    connector = account.connector()
    outcome = connector.payers()
    assert isinstance(outcome, Receipt)
    (entry,) = outcome.value.rows
    assert dict(entry.services) == {"eligibility": Support.YES}
    assert code(connector.payers()) == "unreadable"


def test_enrolling_asks_by_the_vendors_words(account: Account) -> None:
    account.script["enroll"] = [said(link={"url": "https://vendor.example/e/1"}, success=1)]
    outcome = account.connector().enroll(
        Enrollment("00123", "professional", "999999999", "1999999984", "Fern", "Ada", "Billing", "b@example.test", "5")
    )
    assert isinstance(outcome, Receipt)
    assert outcome.value is not None
    assert outcome.value.address.reveal(Purpose.SHOW) == "https://vendor.example/e/1"
    assert account.asked[0][1] == {
        "AccountKey": KEY, "payerid": "00123", "enroll_type": "1500", "prov_taxid": "999999999",
        "prov_npi": "1999999984", "prov_name_l": "Fern", "prov_name_f": "Ada", "contact": "Billing",
        "contact_email": "b@example.test", "contact_phone": "5",
    }  # fmt: skip


def test_what_is_no_address_of_a_page_is_never_given_to_a_person(account: Account) -> None:
    account.script["appeal"] = [said(link=[{"url": "javascript:alert(1)"}], success=1)]
    assert isinstance(account.connector().appeal_form("7001", "", Contact()), Refused)


@pytest.mark.parametrize(
    "answer",
    [
        {"link": "https://vendor.example/e/1", "success": 1},
        {"link": [{"url": "https://vendor.example/e/1"}]},
        {"result": [{"link": {"url": "https://vendor.example/e/1"}, "success": "1"}]},
    ],
)
def test_a_link_is_found_in_every_shape(account: Account, answer: dict[str, object]) -> None:
    account.script["enroll"] = account.script["appeal"] = [said(**answer)]
    connector = account.connector()
    for link in (
        connector.enroll(Enrollment("00123", "remittance", "999999999", "")),
        connector.appeal_form("7001", "", Contact(name="Ana", fax="5550100100")),
    ):
        assert isinstance(link, Receipt)
        assert link.value is not None
        assert link.value.address.reveal(Purpose.SHOW) == "https://vendor.example/e/1"
    assert account.asked[1][1] == {
        "AccountKey": KEY, "claimid": "7001", "contact_name": "Ana", "contact_fax": "5550100100",
    }  # fmt: skip


def test_an_enrolment_or_an_appeal_without_its_names_is_not_sent(account: Account) -> None:
    connector = account.connector()
    for enrollment in (
        Enrollment("", "remittance", "999999999", ""),
        Enrollment("00123", "secondary", "999999999", ""),
        Enrollment("00123", "remittance", "", ""),
    ):
        assert code(connector.enroll(enrollment)) == "not_enrollable"
    assert code(connector.appeal_form("", "", Contact())) == "no_claim_named"
    assert account.asked == []


def test_an_answer_without_a_link_is_only_good_for_an_enrolment_that_needs_none(account: Account) -> None:
    account.script["enroll"] = [said(success=1), said()]
    account.script["appeal"] = [said(success=1)]
    connector = account.connector()
    enrollment = Enrollment("00123", "remittance", "999999999", "")
    done = connector.enroll(enrollment)
    assert isinstance(done, Receipt)
    assert done.value is None
    assert code(connector.enroll(enrollment)) == "unreadable"
    assert code(connector.appeal_form("", "INT-7", Contact())) == "unreadable"


# --- what would be sent, and what was paid ---------------------------------------------------------------------------


def test_an_upload_can_be_seen_before_it_is_sent_and_holds_no_key() -> None:
    meeting = Meeting()
    handed = file(claim("PCN-1"))
    seen = meeting.connector().submission_view(handed)
    assert isinstance(seen, SubmissionView)
    assert (seen.method, seen.address, seen.file_name) == ("POST", f"{BASE}upload/", handed.name)
    assert seen.content.reveal(Purpose.SHOW) == handed.content.reveal(Purpose.SHOW)
    assert "SIM-" not in str(seen.parts)
    assert meeting.wire.sent == []
    assert code(meeting.connector().submission_view(replace(handed, references=()))) == "bad_file"


def test_a_remittance_is_found_by_what_the_bank_says_trap_21() -> None:
    meeting = Meeting()
    connector = meeting.connector()
    sent(connector, "PCN-1")
    meeting.pass_by(days=20)
    listed = connector.remittances("")
    assert isinstance(listed, Receipt)
    (notice,) = listed.value.rows
    day = date.fromisoformat(notice.paid_date)
    fitting = (
        RemittanceSearch(check_number=notice.check_number),
        RemittanceSearch(amount=notice.paid, payer_id="00123"),
        RemittanceSearch(paid_on=day, npi="1999999984", tax_id="999999999"),
        RemittanceSearch(received_after=day - timedelta(days=3)),
    )
    for search in fitting:
        found = connector.find_remittances(search)
        assert isinstance(found, Receipt)
        assert found.value == (notice,), search
    for search in (
        RemittanceSearch(check_number="EFT0"),
        RemittanceSearch(amount=notice.paid + Money(1)),
        RemittanceSearch(paid_on=day + timedelta(days=1)),
    ):
        none = connector.find_remittances(search)
        assert isinstance(none, Receipt)
        assert none.value == ()
    assert form_of(meeting)["CheckDate"] == [(day + timedelta(days=1)).strftime("%m-%d-%Y")]
    assert code(connector.find_remittances(RemittanceSearch())) == "empty_search"


def form_of(meeting: Meeting) -> dict[str, list[str]]:
    return parse_qs(meeting.wire.sent[-1].content.reveal(Purpose.EXCHANGE).decode())


# --- remittances to look at ---------------------------------------------------------------------------------------

PDF = base64.b64encode(b"%PDF-1.4 page").decode()


@pytest.mark.parametrize("data", [PDF, [PDF], [PDF[:7], PDF[7:]], {"data": PDF}])
def test_a_page_to_print_comes_in_every_shape(account: Account, data: object) -> None:
    account.script["erapdf"] = [said(eraid="5", data=data)]
    outcome = account.connector().remittance_page("5", "PCN-7")
    assert isinstance(outcome, Receipt)
    assert outcome.value.reveal(Purpose.SHOW) == b"%PDF-1.4 page"
    assert account.asked[0][1] == {"AccountKey": KEY, "eraid": "5", "pcn": "PCN-7"}


@pytest.mark.parametrize("data", ["", "no base64!", base64.b64encode(b"<html>").decode()])
def test_what_is_no_pdf_is_refused(account: Account, data: str) -> None:
    account.script["erapdf"] = [said(eraid="5", data=data)]
    assert code(account.connector().remittance_page("5")) == "unreadable"


@pytest.mark.parametrize("answer", [{}, {"eraid": "6", "claim": []}, {"eraid": "5", "paid_amount": "a lot"}])
def test_fields_of_no_remittance_or_of_another_are_refused(account: Account, answer: dict[str, object]) -> None:
    account.script["eradata"] = [said(**answer)]
    assert code(account.connector().remittance_outline("5")) == "unreadable"


# --- news ---------------------------------------------------------------------------------------------------------


def signed(body: bytes, key: str = KEY) -> dict[str, str]:
    return {"auth-signature-base64": base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()}


def event(number: str, kind: str = "enroll", **data: str) -> dict[str, object]:
    return {"eventid": number, "event_type": kind, "event_time": "2026-03-02T15:00:00+00:00",
            "event_data": {kind: data}}  # fmt: skip


def test_news_of_several_kinds_is_told_with_what_it_says(account: Account) -> None:
    body = json.dumps(
        {
            "acct_number": "70001",
            "events": [
                event("2", event="enrolled", payerid="00123", enroll_type="era", prov_npi="1999999984"),
                event("1", "appeal", event="submitted", claimid="7001"),
                event("3", "enroll", event="denied", payerid="00123", enroll_type="new_kind"),
            ],
        }
    ).encode()
    news = account.connector(acct_number="70001").enrollment_news(signed(body), Sealed(body))
    assert isinstance(news, tuple)
    assert [(each.event_id, each.kind, each.happened, each.service) for each in news] == [
        ("2", "enroll", "enrolled", "remittance"),
        ("1", "appeal", "submitted", ""),
        ("3", "enroll", "denied", "new_kind"),
    ]
    assert (news[0].payer_id, news[0].npi, news[1].claim_vendor_id) == ("00123", "1999999984", "7001")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"acct_number": "70002", "events": [{"eventid": "1", "event_type": "enroll"}]}',
        b'{"events": [{"event_type": "enroll"}]}',
        b'{"events": [{"eventid": "1"}]}',
    ],
)
def test_signed_news_that_cannot_be_believed_is_refused(account: Account, body: bytes) -> None:
    connector = account.connector(acct_number="70001")
    assert code(connector.enrollment_news(signed(body), Sealed(body))) == "hook_unreadable"


@given(st.binary(max_size=80), st.text(max_size=40))
def test_no_bytes_without_the_right_signature_are_news(body: bytes, signature: str) -> None:
    outcome = told(Sealed(KEY), "", {"auth-signature-base64": signature}, Sealed(body))
    if signature.strip() != signed(body)["auth-signature-base64"]:
        assert code(outcome) == "hook_unsigned"


@given(st.binary(max_size=120))
def test_any_signed_bytes_are_news_or_refused(body: bytes) -> None:
    assert isinstance(told(Sealed(KEY), "", signed(body), Sealed(body)), tuple | Refused)
