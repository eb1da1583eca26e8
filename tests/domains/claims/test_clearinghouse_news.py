"""What people did in a clearinghouse's own pages comes onto claims once, and closed claims are named to be put away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from tests.domains.money_world import Practice, counted, report, source

from chartline.connect.clearing import ClaimEditFact, ClaimNoteFact, EnrollmentNews
from chartline.domains.claims import EventKind, history, read_claim, record_reports
from chartline.domains.claims.clearinghouse_news import (
    NewsTaken,
    mark_put_away,
    record_appeal_news,
    record_edits,
    record_notes,
    to_put_away,
)
from chartline.domains.claims.tables import claim_table
from chartline.kernel.sealed import Purpose, Sealed

HOUSE = "clearinghouse-1"


@pytest.fixture
def claims(practice: Practice) -> list[str]:
    """Three claims that the clearinghouse knows as 7001 and on."""
    ids = practice.sent(source(), source(), source())
    with practice.work() as work:
        known = [report(read_claim(work, each).reference, vendor_id=f"700{place}") for place, each in enumerate(ids, 1)]
        record_reports(work, practice.vault, practice.records, known)
    return ids


def note(number: int, claim: str = "7001", control: str = "", text: str = "Called the payer") -> ClaimNoteFact:
    return ClaimNoteFact(str(number), claim, control, Sealed(text), "ana", "2026-03-03 09:00:00")


def edit(number: int, claim: str = "7001") -> ClaimEditFact:
    return ClaimEditFact(str(number), claim, "diag_1", Sealed("F411"), Sealed("F410"), "ben", "2026-03-03 09:00:00")


def kinds(practice: Practice, claim: str) -> list[str]:
    with practice.work() as work:
        return [event.kind for event in history(work, claim)]


def test_a_note_goes_onto_its_claim_once_with_its_words_sealed(practice: Practice, claims: list[str]) -> None:
    with practice.work() as work:
        number = read_claim(work, claims[1]).number
        notes = [note(1), note(2, claim="", control=number), note(3, claim="9999")]
        taken = record_notes(work, practice.vault, practice.records, HOUSE, notes, "exchange-1")
        assert taken == NewsTaken(applied=2, stray=1)
    with practice.work() as work:
        again = record_notes(work, practice.vault, practice.records, HOUSE, notes)
        assert again == NewsTaken(repeated=2, stray=1)
        event = history(work, claims[0], practice.vault)[-1]
    assert (event.kind, event.codes["author"], event.exchange_id) == (EventKind.NOTED, "ana", "exchange-1")
    assert [text.text.reveal(Purpose.SHOW) for text in event.messages] == ["Called the payer"]
    assert "payer" not in repr(event.messages)
    assert kinds(practice, claims[1])[-1] == EventKind.NOTED


def test_the_same_number_at_another_connection_is_another_note(practice: Practice, claims: list[str]) -> None:
    for connection in (HOUSE, "clearinghouse-2"):
        with practice.work() as work:
            taken = record_notes(work, practice.vault, practice.records, connection, [note(1)])
            assert taken.applied == 1


def test_a_change_made_there_is_told_and_changes_nothing_here(practice: Practice, claims: list[str]) -> None:
    with practice.work() as work:
        before = read_claim(work, claims[0])
        record_edits(work, practice.vault, practice.records, HOUSE, [edit(1), edit(2, "7002")])
    with practice.work() as work:
        after = read_claim(work, claims[0])
        event = history(work, claims[0], practice.vault)[-1]
    assert (after.word, after.version, after.total) == (before.word, before.version, before.total)
    assert (event.kind, event.codes["field"]) == (EventKind.EDITED_OUTSIDE, "diag_1")
    assert [(text.code, text.text.reveal(Purpose.SHOW)) for text in event.messages] == [
        ("before", "F411"),
        ("after", "F410"),
    ]


def test_news_of_an_appeal_is_noted_on_the_claim_it_is_about(practice: Practice, claims: list[str]) -> None:
    news = EnrollmentNews("e-1", "appeal", "submitted", "2026-03-03T09:00:00+00:00", claim_vendor_id="7003")
    for expected in (NewsTaken(applied=1), NewsTaken(repeated=1)):
        with practice.work() as work:
            assert record_appeal_news(work, practice.vault, practice.records, HOUSE, [news]) == expected
    with practice.work() as work:
        event = history(work, claims[2])[-1]
    assert (event.kind, event.codes["appeal"]) == (EventKind.NOTED, "submitted")


def test_much_news_takes_as_many_statements_as_little(practice: Practice, claims: list[str]) -> None:
    spent = []
    for first, count in ((1, 1), (100, 40)):
        with practice.work() as work, counted(practice.database) as seen:
            record_notes(work, practice.vault, practice.records, HOUSE, [note(first + n) for n in range(count)])
        spent.append(len(seen))
    assert spent[0] == spent[1]


def closed(practice: Practice, claims: list[str], at: datetime) -> None:
    """As if these claims had been closed at a moment."""
    with practice.work() as work:
        work.execute(
            work.update(claim_table)
            .where(claim_table.c.id.in_(claims))
            .values(work_axis="closed", adjudication_axis="paid", updated=at)
        )


def test_closed_claims_are_put_away_once_and_unknown_ones_are_not_asked_about_again(
    practice: Practice, claims: list[str]
) -> None:
    now = practice.database.clock.now()
    closed(practice, claims[:2], now - timedelta(days=100))
    with practice.work() as work:
        assert to_put_away(work, now - timedelta(days=200), 10) == []
        due = to_put_away(work, now - timedelta(days=90), 10)
        assert [(each.claim, each.vendor_id) for each in due] == sorted(zip(claims[:2], ("7001", "7002"), strict=True))
        assert len(to_put_away(work, now - timedelta(days=90), 1)) == 1
        assert mark_put_away(work, practice.vault, practice.records, due, ["7001"], "exchange-2") == 1
    assert kinds(practice, claims[0])[-1] == EventKind.ARCHIVED
    assert kinds(practice, claims[1])[-1] == EventKind.REPORTED
    closed(practice, claims[:2], now - timedelta(days=100))
    with practice.work() as work:
        assert to_put_away(work, now, 10) == []
        assert mark_put_away(work, practice.vault, practice.records, due, ["7001"], None) == 0


def test_another_organisations_claims_are_never_named(practice: Practice, claims: list[str]) -> None:
    closed(practice, claims, practice.database.clock.now() - timedelta(days=100))
    with practice.database.work("0198c0de-0000-7000-8000-000000000000") as work:
        assert to_put_away(work, practice.database.clock.now(), 10) == []
        assert work.scalar(sa.select(sa.func.count()).where(work.mine(claim_table))) == 0
        assert record_notes(work, practice.vault, practice.records, HOUSE, [note(1)]) == NewsTaken(stray=1)
