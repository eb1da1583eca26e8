"""The payers' books give the numbers of the year by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime

from chartline.sandbox.year.books import Books, Notes, TheirCheck, TheirClaim, TheirDecision
from chartline.sandbox.year.numbers import numbers_of, rate

END = date(2026, 3, 31)


def sent(number: str, *, day: int = 2, cents: int = 10_000, stage: str = "decided", suffix: str = "") -> TheirClaim:
    at = datetime(2026, 3, day, 20, tzinfo=UTC)
    return TheirClaim(f"{number}{suffix}", number, at, stage, cents, next_payer=False, first_day=at.date())


def check(day: int, *decisions: TheirDecision, kept_back: int = 0) -> TheirCheck:
    cents = sum(one.paid for one in decisions) - kept_back
    return TheirCheck(f"EFT{day}", "00123", date(2026, 3, day), cents, decisions)


def said(
    number: str, status: str = "1", paid: int = 7_000, contractual: int = 2_000, suffix: str = ""
) -> TheirDecision:
    return TheirDecision(f"{number}{suffix}", number, status, paid, contractual, refused=status == "4")


def test_first_answers_make_the_rates_and_corrections_do_not_mend_them() -> None:
    books = Books(
        claims=(
            sent("C1"),
            sent("C2", stage="rejected"),
            sent("C2", day=4, suffix="b"),
            sent("C3"),
            sent("C3", day=12, suffix="b"),
            sent("C4", stage="accepted"),
        ),
        checks=(
            check(10, said("C1"), said("C3", "4", 0, 0)),
            check(20, said("C2", suffix="b"), said("C3", "22", 0, 0), said("C3", suffix="b")),
        ),
        duplicates=0,
        excess_calls=0,
    )
    found = books.numbers(END, Notes())
    assert (found.claims, found.billed, found.collected) == (4, 40_000, 21_000)
    assert found.first_pass == rate(1, 3)
    assert found.denied == rate(1, 3)
    assert found.open == 40_000 - 21_000 - 6_000
    assert found.lag == rate(8 + 18 + 18, 3, 1)


def test_what_payers_cannot_know_comes_from_the_notebook_and_kept_back_money_is_not_collected() -> None:
    books = Books((sent("C1"),), (check(10, said("C1"), kept_back=500),), 0, 0)
    found = books.numbers(END, Notes(written_off=300, from_patients=700))
    assert (found.collected, found.open) == (7_200, 0)
    assert found.differences(found) == []


def test_a_claim_that_the_rules_let_go_only_after_a_correction_did_not_pass_at_first() -> None:
    books = Books((sent("C1"), sent("C2")), (check(10, said("C1"), said("C2")),), 0, 0)
    assert books.numbers(END, Notes()).first_pass == rate(2, 2)
    assert books.numbers(END, Notes(mended=frozenset({"C2"}))).first_pass == rate(1, 2)


def test_the_dashboards_words_become_the_same_numbers() -> None:
    shown = {
        "submitted": 3,
        "totalBilled": 300.0,
        "totalCollected": 120.5,
        "firstPassRate": 0.6667,
        "denialRate": None,
        "insuranceOpen": 100.0,
        "patientOpen": 0.05,
        "daysInAr": 31.4,
        "avgPaymentLag": 12,
    }
    found = numbers_of(shown)
    assert (found.billed, found.collected, found.open) == (30_000, 12_050, 10_005)
    assert (found.first_pass, found.denied, found.days_open, found.lag) == (6667, None, 314, 120)
    assert found.as_json()["first_pass_percent"] == "66.67"


def test_rates_are_rounded_half_up_and_nothing_has_no_rate() -> None:
    assert (rate(1, 3), rate(2, 3), rate(1, 0)) == (3333, 6667, None)
