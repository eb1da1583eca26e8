"""Money keeps every cent and refuses floats."""

from __future__ import annotations

import copy
import operator
import pickle
from decimal import Decimal, InvalidOperation

import msgspec
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


@given(st.from_regex(r"-?[0-9]{0,17}(\.[0-9]{0,3})?", fullmatch=True) | st.text("0123456789.-+e_ ", max_size=6))
def test_plain_text_is_read_as_decimal_arithmetic_reads_it(text: str) -> None:
    try:
        exact = Decimal(text.strip()) * 100
        expected = int(exact) if exact == int(exact) else None
    except InvalidOperation:
        expected = None
    try:
        found = Money.parse(text).minor
    except ValueError:
        found = None
    assert expected == found


def test_amounts_are_ordered_by_value_and_only_within_a_currency() -> None:
    assert Money(1) < Money(2) <= Money(2) and Money(3) > Money(2) >= Money(2)
    assert max(Money(1), Money(-5), Money(3)) == Money(3)
    for compare in (operator.lt, operator.le, operator.gt, operator.ge):
        with pytest.raises(ValueError):
            compare(Money(1), Money(1, "CAD"))
    assert Money(1) != Money(1, "CAD")


def test_money_is_a_plain_value() -> None:
    money = Money(-1205, "CAD")
    assert pickle.loads(pickle.dumps(money)) == money == copy.deepcopy(money)
    assert hash(money) == hash(Money(-1205, "CAD"))
    assert msgspec.json.decode(msgspec.json.encode(money), type=Money) == money
    with pytest.raises(AttributeError):
        money.minor = 1  # ty: ignore[invalid-assignment]


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
