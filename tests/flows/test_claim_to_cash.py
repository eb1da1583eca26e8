"""A claim becomes money once: sent, answered, paid and posted, whatever is lost, repeated or wrong on the way."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from tests.domains.remittances import decided, raw, remittance
from tests.flows.house import ACTOR, House
from tests.flows.proxy import between

from chartline.domains.claims import Claim, EventKind, Word, history, list_claims
from chartline.domains.claims.queries import ClaimFilter, count_stray_reports
from chartline.domains.ledger import balance
from chartline.domains.ledger.accounts import UNAPPLIED
from chartline.domains.remits import (
    RemittanceEventKind,
    RemittanceRow,
    RemittanceState,
    list_remittances,
    read_head,
    release,
    remittance_history,
    unmatched,
    uploads,
)
from chartline.domains.remits.tables import remittance_piece_table
from chartline.domains.reports import prove
from chartline.domains.sync.cursors import store_cursor
from chartline.domains.sync.fields import Kind
from chartline.flows.claim_to_cash import REPORTS, SUBMIT
from chartline.flows.front_desk import correct_claim
from chartline.flows.practice_sync import PULL_VISITS
from chartline.flows.remittances import REMITTANCE, REMITTANCES, bring_file
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed
from chartline.sandbox.seeds import visit_ref

DENIED, REVERSED, PARTIAL, FULL, MISTYPED = 1, 2, 3, 5, 6
"""Patients whose claims the sandbox's payers treat so (``sandbox.seeds``)."""
DECIDED = (DENIED, REVERSED, PARTIAL, FULL)


def claim_visits(home: House, *numbers: int) -> dict[int, str]:
    """The visits were held, charged and drafted; answers their claims."""
    home.do(PULL_VISITS, connection=home.advancedmd)
    for number in numbers:
        one = home.local(Kind.VISIT, home.vendors.number("visit", visit_ref(home.visit(number))))
        assert one is not None
        home.seen(one)
        home.charge(one, number)
    home.play()
    found = {claim.patient_id: claim.id for claim in claims(home)}
    return {number: found[home.local_patient(number)] for number in numbers}


def claims(home: House) -> list[Claim]:
    with home.work() as work:
        return list_claims(work, ClaimFilter()).claims


def words(home: House, ids: dict[int, str]) -> dict[int, Word]:
    by_id = {claim.id: claim.word for claim in claims(home)}
    return {number: by_id[identity] for number, identity in ids.items()}


def submit(home: House) -> None:
    home.do(SUBMIT, connection=home.claimmd)


def weeks(home: House) -> None:
    """Let everything happen that is to come from the payers."""
    while (upcoming := home.vendors.next_event()) is not None:
        home.pass_until(upcoming + timedelta(minutes=1))


def read(home: House) -> None:
    for job in (REPORTS, REMITTANCES):
        home.do(job, connection=home.claimmd)


def begin_feeds_again(home: House) -> None:
    with home.work() as work:
        for feed in ("claim_reports", "remittances"):
            store_cursor(work, home.claimmd, feed, "")


def remittances(home: House) -> list[RemittanceRow]:
    with home.work() as work:
        return list_remittances(work, limit=200).remittances


def counted(home: House, name: str) -> int:
    return int(home.vendors.house_counters()[name])


def events(home: House, claim: str) -> list[str]:
    with home.work() as work:
        return [event.kind for event in history(work, claim)]


def remittance_events(home: House, remittance: str) -> list[str]:
    with home.work() as work:
        return [row["kind"] for row in remittance_history(work, remittance)]


def sound(home: House) -> Money:
    """The payers' cash, once it was proven against remittances, ledger and the checks at the clearinghouse."""
    with home.work() as work:
        proof = prove(work)
    assert proof.balanced
    assert proof.agrees
    paid = Money.total([Money.parse(each["paid"]) for each in home.vendors.house_snapshot()["eras"]])
    assert paid == proof.ledger_cash
    return paid


def becomes_money(home: House) -> None:
    ids = claim_visits(home, *DECIDED)
    submit(home)
    assert set(words(home, ids).values()) <= {Word.SUBMITTED, Word.ACCEPTED}
    weeks(home)
    read(home)
    assert words(home, ids) == {
        DENIED: Word.DENIED, REVERSED: Word.PAID, PARTIAL: Word.PARTIALLY_PAID, FULL: Word.PAID
    }  # fmt: skip
    cash = sound(home)
    assert {RemittanceState.POSTED} == {each.state for each in remittances(home)}
    with home.work() as work:
        (stranger,) = unmatched(work)
        assert (stranger.control_number, stranger.paid) == ("ELSEWHERE1", Money.parse("61.20"))
        assert balance(work, UNAPPLIED) == -Money.parse("61.20")
        assert count_stray_reports(work) == 0
    # Everything is told once more; nothing is done once more.
    before = {claim: events(home, claim) for claim in ids.values()}
    begin_feeds_again(home)
    read(home)
    submit(home)
    assert before == {claim: events(home, claim) for claim in ids.values()}
    assert (sound(home), counted(home, "uploads"), counted(home, "duplicates")) == (cash, 1, 0)
    assert home.codes() == []


def test_claims_become_money_on_the_embedded_database(home: House) -> None:
    becomes_money(home)


def test_claims_become_money_on_postgresql(grown_home: House) -> None:
    becomes_money(grown_home)


def test_a_file_without_an_answer_is_looked_up_and_uploaded_once(home: House) -> None:
    kinds = {FULL: "drop", REVERSED: "cut", PARTIAL: "empty", DENIED: "html"}
    ids: dict[int, str] = {}
    for number, kind in kinds.items():
        ids |= claim_visits(home, number)
        home.break_next("claimmd", "upload", kind)
        submit(home)
        read(home)
    found = home.intents("submit_claims")
    # A gateway's page stood in for the vendor: nothing had arrived, so it was sent again.
    assert [(state, sends) for state, sends, _ in found] == [("done", 1), ("done", 1), ("done", 1), ("done", 2)]
    assert (counted(home, "uploads"), counted(home, "duplicates")) == (4, 0)
    assert set(words(home, ids).values()) == {Word.ACCEPTED}
    assert home.operations("claimmd").count("upload") == 5
    assert all(kinds.count(EventKind.SUBMITTED) == 1 for kinds in (events(home, claim) for claim in ids.values()))


def test_a_file_is_not_sent_again_while_the_look_up_cannot_tell(home: House) -> None:
    claim_visits(home, FULL)
    home.break_next("claimmd", "upload", "drop")
    home.break_next("claimmd", "uploadlist", "html", times=3)
    home.break_next("claimmd", "uploadlist", "drop", times=2)
    submit(home)
    assert home.operations("claimmd").count("upload") == 1
    ((state, sent, looks),) = home.intents("submit_claims")
    assert (state, sent, looks) == ("done", 1, 5)


def test_a_claim_that_is_rejected_is_corrected_and_accepted(home: House) -> None:
    ids = claim_visits(home, MISTYPED, FULL)
    submit(home)
    assert words(home, ids)[MISTYPED] is Word.REJECTED
    typed = home.patient(MISTYPED).member_id
    correct_claim(home.ground, home.organisation, ACTOR, ids[MISTYPED], Sealed(typed[:-1] + "0"))
    assert words(home, ids)[MISTYPED] is Word.VALIDATED
    submit(home)
    weeks(home)
    read(home)
    assert (words(home, ids)[MISTYPED], counted(home, "uploads"), counted(home, "duplicates")) == (Word.PAID, 2, 0)
    kinds = events(home, ids[MISTYPED])
    assert (kinds.count(EventKind.SUBMITTED), kinds.count(EventKind.REJECTED)) == (2, 1)
    sound(home)


def test_two_submissions_at_once_put_each_claim_into_one_file(home: House) -> None:
    ids = claim_visits(home, *DECIDED)
    for _ in range(4):
        home.put(SUBMIT, connection=home.claimmd)
    home.play()
    assert (counted(home, "claims_received"), counted(home, "duplicates")) == (len(ids), 0)
    assert set(words(home, ids).values()) <= {Word.SUBMITTED, Word.ACCEPTED}
    assert home.codes() == []


def test_feeds_that_break_are_read_again_and_nothing_is_taken_twice(home: House) -> None:
    ids = claim_visits(home, *DECIDED)
    submit(home)
    weeks(home)
    for operation in ("response", "eralist", "era835"):
        home.break_next("claimmd", operation, "html")
        home.break_next("claimmd", operation, "drop")
        home.break_next("claimmd", operation, "cut")
        home.break_next("claimmd", operation, "refuse", status=429)
    read(home)
    assert words(home, ids)[FULL] is Word.PAID
    sound(home)
    assert home.codes() == []


def paid_claim(home: House) -> str:
    """A claim whose remittance waits at the clearinghouse."""
    ids = claim_visits(home, FULL)
    submit(home)
    weeks(home)
    home.do(REPORTS, connection=home.claimmd)
    return ids[FULL]


def test_a_remittance_whose_sums_disagree_is_held_until_a_person_releases_it(home: House) -> None:
    claim = paid_claim(home)

    def more(service: str, _: bytes, body: bytes) -> bytes:
        return re.sub(rb"(BPR\*I\*)(\d+)", rb"\g<1>1\2", body) if service == "era835" else body

    with between(home, more):
        home.do(REMITTANCES, connection=home.claimmd)
        (held,) = remittances(home)
        assert held.state is RemittanceState.HELD
        assert held.findings
        assert (words(home, {FULL: claim})[FULL], home.codes()) == (Word.ACCEPTED, [])
        with home.work() as work:
            assert prove(work).ledger_cash == Money(0)
            release(work, held.id, ACTOR)
        era = home.vendors.house_snapshot()["eras"][0]["eraid"]
        home.do(REMITTANCE, connection=home.claimmd, remittance=era)
    (posted,) = remittances(home)
    assert posted.state is RemittanceState.POSTED
    assert words(home, {FULL: claim})[FULL] is Word.PAID
    with home.work() as work:
        proof = prove(work)
    assert (proof.balanced, proof.agrees, proof.ledger_cash) == (True, True, held.amount)


def test_a_remittance_that_is_listed_under_two_ids_is_posted_once(home: House) -> None:
    paid_claim(home)
    era = home.vendors.house_snapshot()["eras"][0]["eraid"]

    def twice(service: str, question: bytes, body: bytes) -> bytes:
        if service == "era835" and b"99999" in question:
            return body.replace(b'"eraid":"' + era.encode(), b'"eraid":"99999')
        if service != "eralist" or era.encode() not in body:
            return body
        row = re.search(rb'\{[^{}]*"' + era.encode() + rb'"[^{}]*\}', body)
        assert row is not None
        return body.replace(row[0], row[0] + b"," + row[0].replace(era.encode(), b"99999"))

    def asked(service: str, body: bytes) -> bytes:
        return body.replace(b"eraid=99999", b"eraid=" + era.encode()) if service == "era835" else body

    with between(home, twice, asked):
        home.do(REMITTANCES, connection=home.claimmd)
        (posted,) = remittances(home)
        for again in (era, "99999"):
            home.do(REMITTANCE, connection=home.claimmd, remittance=again)
    assert remittances(home) == [posted]
    assert posted.state is RemittanceState.POSTED
    kinds = remittance_events(home, posted.id)
    assert kinds.count(RemittanceEventKind.POSTED) == 1
    assert kinds.count(RemittanceEventKind.DUPLICATE) == 3
    sound(home)


def test_a_truncated_remittance_stores_nothing_and_is_taken_whole_later(home: House) -> None:
    claim = paid_claim(home)

    def half(service: str, _: bytes, body: bytes) -> bytes:
        if service != "era835":
            return body
        segments = body.split(b"~")
        return b"~".join([*segments[: len(segments) // 2], segments[-1]])

    with between(home, half):
        home.do(REMITTANCES, connection=home.claimmd)
    (issue,) = home.issues()
    assert issue.problem.code.startswith("x12.")
    assert issue.problem.do
    assert remittances(home) == []
    home.services.jobs.retry(issue.key, home.organisation)
    home.play()
    assert (home.codes(), words(home, {FULL: claim})[FULL]) == ([], Word.PAID)
    sound(home)


def test_days_pass_between_visit_and_money(home: House) -> None:
    claim_visits(home, FULL)
    submit(home)
    upcoming = home.vendors.next_event()
    assert isinstance(upcoming, datetime)
    read(home)
    assert remittances(home) == []


def test_a_brought_file_of_more_than_one_piece_is_taken_in_by_its_job(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PIECE", 300)
    advice = remittance(*(decided(f"BROUGHT-{number}", 4300, 3000, ("CO-45", 1300)) for number in range(6)))
    content = raw(advice).reveal(Purpose.STORE)
    file = bring_file(home.ground, home.organisation, iter([content[:70], content[70:]]), ACTOR)
    assert file.state is uploads.UploadState.WAITING
    assert (file.pieces, file.size) == (-(-len(content) // 300), len(content))
    home.play()
    with home.work() as work:
        taken = uploads.read_upload(work, file.id)
        assert (taken.state, taken.problem) == (uploads.UploadState.TAKEN, "")
        (identity,) = taken.remittances
        assert read_head(work, identity).state is RemittanceState.POSTED
        assert balance(work, UNAPPLIED) == Money(-6 * 3000)
        assert work.rows(work.select(remittance_piece_table, remittance_piece_table.c.place)) == []
    assert bring_file(home.ground, home.organisation, iter([content]), ACTOR).id == file.id
