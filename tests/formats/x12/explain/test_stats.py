"""The numbers of a file."""

from __future__ import annotations

import io

import pytest
from tests.formats.x12.explain.conftest import CORPUS, readable

from chartline.formats.x12.check import check
from chartline.formats.x12.explain.stats import read_stats
from chartline.formats.x12.remittance import read_835
from chartline.kernel.errors import ChartlineError


def test_numbers_are_those_of_the_check() -> None:
    for file, data in readable()[::5]:
        result, stats = check(data), read_stats(io.BytesIO(data))
        assert stats.problems == sum(problem.is_error for problem in result.problems), file.name
        assert stats.problems + stats.warnings == len(result.problems)
        assert (stats.segments, stats.bytes) == (result.segments, result.bytes)
        assert sum(stats.types.values()) == stats.transactions == len(result.transactions)


@pytest.mark.parametrize("name", ["two_claims", "six_provider_adjustments", "reversal_and_correction", "two_groups"])
def test_sums_are_those_of_the_remittances(name: str) -> None:
    file = CORPUS / "835" / f"{name}.x12"
    stats = read_stats(file)
    payments = read_835(file)
    claims = [claim for payment in payments for claim in payment.claims]
    assert stats.claims == len(claims)
    assert stats.charged.minor == sum(claim.charged.minor for claim in claims)
    assert stats.paid.minor == sum(claim.paid.minor for claim in claims)
    assert stats.plb.minor == sum(entry.amount.minor for payment in payments for entry in payment.provider_adjustments)


def test_an_amount_that_cannot_be_read_is_left_out() -> None:
    stats = read_stats(CORPUS / "835" / "bad_letter_in_amount.x12")
    assert stats.claims == 1
    assert stats.problems


def test_money_is_text_in_json() -> None:
    made = read_stats(CORPUS / "835" / "two_claims.x12").as_json()
    assert (made["charged"], made["paid"], made["plb"]) == ("245.50", "180.50", "0.00")


def test_what_is_not_x12_is_refused() -> None:
    with pytest.raises(ChartlineError, match=r"x12\.unreadable"):
        read_stats(b"<html>")
