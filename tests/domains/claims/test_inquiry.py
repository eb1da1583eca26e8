"""Which claims are asked about, and what an answer does to one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.domains.money_world import Practice, report, source

from chartline.connect.clearing import StatusAnswer
from chartline.domains.claims import Word, history, read_claim, record_reports
from chartline.domains.claims.copy import open_copies
from chartline.domains.claims.inquiry import AGAIN, PATIENCE, claims_to_ask, question_of, record_status
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose

WORKING = StatusAnswer("P1", "20", "PR", date(2026, 3, 20))
PAID = StatusAnswer("F1", "65", "PR", date(2026, 3, 20), payer_number="ICN7", paid=Money(9000), check_number="EFT1")
RETURNED = StatusAnswer("A3", "21", "PR", date(2026, 3, 20))


def told(practice: Practice, claim: str, *answers: StatusAnswer) -> bool:
    with practice.work() as work:
        return record_status(work, practice.vault, practice.records, claim, answers, "exchange-1")


def word(practice: Practice, claim: str) -> Word:
    with practice.work() as work:
        return read_claim(work, claim).word


def asked(practice: Practice, after: timedelta) -> list[str]:
    with practice.work() as work:
        return claims_to_ask(work, work.now + after)


def test_a_claim_is_asked_about_once_it_waits_too_long_and_not_again_at_once(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    practice.drafted(source())
    assert asked(practice, PATIENCE - timedelta(days=1)) == []
    assert asked(practice, PATIENCE + timedelta(days=1)) == [claim]
    told(practice, claim)
    assert asked(practice, timedelta(0)) == []
    assert asked(practice, PATIENCE + AGAIN) == [claim]


def test_the_question_names_the_claim_as_it_was_sent(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    with practice.work() as work:
        present = read_claim(work, claim)
        question = question_of(present, open_copies(work, practice.vault, [claim])[claim])
    assert (question.control_number, question.amount) == (present.number, present.total)
    assert question.member_id.reveal(Purpose.EXCHANGE) == "XQZ7771234"
    assert "XQZ" not in repr(question)


def test_the_same_answer_twice_is_noted_once(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    assert told(practice, claim, WORKING)
    assert not told(practice, claim, WORKING)
    with practice.work() as work:
        kinds = [one.kind for one in history(work, claim, practice.vault)]
    assert kinds.count("status") == 1


@pytest.mark.parametrize(
    ("answer", "expected"), [(WORKING, Word.SUBMITTED), (PAID, Word.SUBMITTED), (RETURNED, Word.REJECTED)]
)
def test_a_status_moves_little_and_never_money(practice: Practice, answer: StatusAnswer, expected: Word) -> None:
    (claim,) = practice.sent(source())
    told(practice, claim, answer)
    assert word(practice, claim) is expected
    with practice.work() as work:
        known = read_claim(work, claim)
    assert known.paid == Money(0)
    assert known.payer_number == answer.payer_number


def test_what_a_payer_took_in_is_not_rejected_by_a_search_that_found_nothing(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    with practice.work() as work:
        reference = read_claim(work, claim).reference
        accepted = report(reference, from_payer=True)
        record_reports(work, practice.vault, practice.records, [accepted])
    told(practice, claim, RETURNED)
    assert word(practice, claim) is Word.ACCEPTED
