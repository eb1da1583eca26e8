from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.formats.x12.elements import amount, day, period, quantity, quantity_text
from chartline.formats.x12.tokenizer import Delimiters, Segment
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money


def segment(text: str) -> Segment:
    return Segment("AMT", ["I", text], 0, 9, Delimiters())


@pytest.mark.parametrize(
    ("text", "minor"), [("150", 15000), ("150.5", 15050), ("-.05", -5), ("0", 0), ("12.", 1200), ("12.500", 1250)]
)
def test_amounts_are_read_to_the_cent(text: str, minor: int) -> None:
    assert Money(minor) == amount(segment(text), 2)


@pytest.mark.parametrize("text", ["", "15O", "1E3", "NaN", "1_000", "1,000", "10.125", "٣", "--1", "9" * 40, "$1"])
def test_a_doubtful_amount_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ChartlineError) as caught:
        amount(segment(text), 2)
    assert (
        caught.value.problem.code,
        caught.value.problem.fields,
    ) == ("x12.bad_amount", {"element": "AMT02", "segment": "9"})


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_every_amount_survives_the_wire(minor: int) -> None:
    assert Money(minor) == amount(segment(Money(minor).wire()), 2)


@pytest.mark.parametrize("text", ["20260231", "2026011", "2026-01-01", "abcdefgh"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ChartlineError) as caught:
        day(segment(text), 2)
    assert caught.value.problem.code == "x12.bad_date"


def test_a_period_is_one_day_or_two() -> None:
    assert (date(2026, 1, 5), None) == period(segment("20260105"), 2)
    assert (date(2026, 1, 5), date(2026, 1, 7)) == period(segment("20260105-20260107"), 2)
    assert period(segment(""), 2) is None


def test_quantities_have_one_form() -> None:
    assert Decimal("1.5") == quantity(segment("1.50"), 2)
    assert [quantity_text(Decimal(t)) for t in ("1.00", "1.5", "1E+2", "0.0")] == ["1", "1.5", "100", "0"]
