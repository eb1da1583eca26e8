"""Money keeps every cent and refuses floats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.kernel.money import Money


@given(st.integers(-(10**12), 10**12))
def test_text_reads_back_as_the_same_money(minor: int) -> None:
    money = Money(minor)
    assert money == Money.parse(money.text()) == Money.parse(money.wire())


@pytest.mark.parametrize(("text", "minor"), [("150", 15000), ("150.5", 15050), ("-0.05", -5), ("0", 0), (".5", 50)])
def test_decimal_text_becomes_cents(text: str, minor: int) -> None:
    assert Money(minor) == Money.parse(text)


@pytest.mark.parametrize("text", ["", "abc", "1.005", "NaN", "Infinity", "1,000"])
def test_text_that_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Money.parse(text)


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError):
        Money(1.5)  # ty: ignore[invalid-argument-type]


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError):
        Money(1) + Money(1, "CAD")


@given(st.lists(st.integers(-(10**9), 10**9)))
def test_a_total_is_the_sum(amounts: list[int]) -> None:
    assert Money(sum(amounts)) == Money.total([Money(a) for a in amounts])


def test_money_is_shown_with_sign_and_thousands() -> None:
    assert Money(-123450).shown() == "-$1,234.50"
