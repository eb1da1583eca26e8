"""Values that are read once and remembered are the same as those that are read each time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chartline.formats.x12 import cents, days, quantities
from chartline.formats.x12.elements import amount, day, quantity
from chartline.formats.x12.remittance.procedures import Procedures
from chartline.formats.x12.tokenizer import Delimiters, Segment
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

TEXT = (
    st.text("0123456789.- +eO\u0661", max_size=10)
    | st.integers(0, 10**17).map(str)
    | st.dates().map("{:%Y%m%d}".format)
)


def read(slow: Callable[[Segment, int], object], text: str) -> object:
    try:
        # An absent quantity or date is None for one and an error for the other, whose caller asks first.
        found = slow(Segment("AMT", [text], 0, 1, Delimiters()), 1)
    except ChartlineError:
        return "refused"
    return "refused" if found is None else found


def remembered(values: dict, text: str) -> object:
    try:
        return values[text]
    except ValueError:
        return "refused"


@given(TEXT)
@example("12.")
@example(".5")
@example("-.5")
@example("1.005")
@example("1.000")
@example("\u0661")
@example(" 12.5 ")
def test_remembered_values_are_those_of_the_elements(text: str) -> None:
    for _ in range(2):
        assert remembered(cents.Amounts(), text) == read(amount, text)
        assert remembered(quantities.Quantities(), text) == read(quantity, text)
        assert remembered(days.Days(), text) == read(day, text)


@pytest.mark.parametrize(
    ("module", "memory", "texts"),
    [
        (cents, cents.Amounts(), [f"{number}.25" for number in range(40)]),
        (quantities, quantities.Quantities(), [str(number) for number in range(40)]),
        (days, days.Days(), [f"20260{month}{day}" for month in range(1, 5) for day in range(10, 20)]),
    ],
)
def test_memories_are_bounded(module: object, memory: dict, texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REMEMBERED", 10)
    values = [memory[text] for text in texts]
    assert len(memory) <= 10
    assert values == [memory[text] for text in texts]


def test_values_of_other_currencies_do_not_mix() -> None:
    assert cents.Amounts("CAD")["1.5"] == Money(150, "CAD")
    assert cents.AMOUNTS["1.5"] == Money(150)
    assert days.DAYS["20260105"] == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HC:99213:25:::59:WORDS", ("HC", "99213", ("25", "59"), "WORDS")),
        ("NU: 0300 ", ("NU", "0300", (), "")),
        ("HC", ("HC", "", (), "")),
        ("", ("", "", (), "")),
    ],
)
def test_procedures_are_taken_apart(text: str, expected: tuple) -> None:
    memory = Procedures(":")
    assert memory[text] == memory[text] == expected
