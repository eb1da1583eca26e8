from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chartline.formats.x12.tokenizer import Delimiters
from chartline.formats.x12.writer import Draft, clean, write_segment
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money


def test_values_take_their_wire_form() -> None:
    draft = ("SV1", ("HC", "99213", "25", ""), Money(15050), Decimal("1.50"), date(2026, 1, 5), 3, None, "")
    assert write_segment(draft, Delimiters()) == "SV1*HC:99213:25*150.5*1.5*20260105*3~"


def test_empty_elements_in_the_middle_stay() -> None:
    assert write_segment(("NM1", "IL", "1", "A", "", None, "", "MI", "W1"), Delimiters()) == "NM1*IL*1*A****MI*W1~"


@pytest.mark.parametrize("text", ["A*B", "A:B", "A~B", "A^B", "A\nB", " A", "A ", "É", "A\x7f"])
def test_a_value_that_would_be_read_differently_is_refused_without_being_shown(text: str) -> None:
    draft: Draft = ("REF", "EA", text)
    with pytest.raises(ChartlineError) as caught:
        write_segment(draft, Delimiters())
    assert (caught.value.problem.code, caught.value.problem.fields) == ("x12.bad_text", {"element": "REF02"})


def test_other_delimiters_free_the_usual_ones() -> None:
    marks = Delimiters(element="|", component=">", repetition="{", segment="!")
    assert write_segment(("REF", "EA", "A*B:C"), marks) == "REF|EA|A*B:C!"


def test_money_of_another_country_is_refused() -> None:
    with pytest.raises(ChartlineError) as caught:
        write_segment(("AMT", "F5", Money(100, "EUR")), Delimiters())
    assert caught.value.problem.code == "x12.wrong_currency"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  José  Muñoz ", "JOSE MUNOZ"),
        ("Weiß", "WEISS"),
        ("O'Neil-Smith, Jr.", "O'NEIL-SMITH, JR."),
        ("A*B~C:D^E", "A B C D E"),
        ("Line\r\nbreak", "LINE BREAK"),
        ("李", ""),
    ],
)
def test_cleaning_a_name_is_predictable(text: str, expected: str) -> None:
    assert expected == clean(text)
    assert expected == clean(clean(text))
