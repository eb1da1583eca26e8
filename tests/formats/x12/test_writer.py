from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartline.formats.x12.tokenizer import Delimiters
from chartline.formats.x12.writer import Draft, Element, Repeated, clean, write_segment, write_segments
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


def test_repeated_values_stand_in_one_element() -> None:
    draft: Draft = ("EB", "1", None, Repeated(("30", "47", ("HC", "99213"), ("", ""))))
    assert write_segment(draft, Delimiters()) == "EB*1**30^47^HC:99213^~"


def test_repeated_values_need_a_separator_and_clean_parts() -> None:
    refused: list[tuple[Draft, Delimiters]] = [
        (("EB", "1", Repeated(("30", "47"))), Delimiters(repetition="")),
        (("EB", "1", Repeated(("30", "4^7"))), Delimiters()),
        (("EB", "1", Repeated(("30", ("HC", "9:9")))), Delimiters()),
    ]
    for draft, marks in refused:
        with pytest.raises(ChartlineError) as caught:
            write_segment(draft, marks)
        assert caught.value.problem.fields == {"element": "EB02"}


def test_many_segments_are_written_like_each_alone() -> None:
    drafts: list[Draft] = [("REF", "EA", "A1"), ("SV1", ("HC", "99213", None, None)), ("LX", 1), ("N3", "1 WAY", "")]
    for marks in (Delimiters(), Delimiters(segment="\n"), Delimiters(element="|", component=">", segment="\x1c")):
        assert write_segments(drafts, marks) == "".join(write_segment(draft, marks) for draft in drafts)


def test_the_first_bad_value_of_many_segments_is_named() -> None:
    drafts: list[Draft] = [("REF", "EA", "A1"), ("CAS", "CO", "45", Money(100)), ("NTE", "ADD", ("A", "B "))]
    with pytest.raises(ChartlineError) as caught:
        write_segments([*drafts, ("REF", "EA", "~")], Delimiters())
    assert caught.value.problem.fields == {"element": "NTE02"}


VALUES = st.one_of(
    st.none(),
    st.text(st.sampled_from("AB1 *:~^é\n\x7f"), max_size=4),
    st.integers(0, 999),
    st.integers(-999, 10**6).map(Money),
    st.dates(),
    st.decimals(0, 999, places=2),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(VALUES | st.lists(VALUES, max_size=3).map(tuple), max_size=5))
def test_what_is_written_reads_back_and_everything_else_is_refused(elements: list[Element]) -> None:
    marks = Delimiters()
    try:
        text = write_segment(("ZZZ", *elements), marks)
    except ChartlineError as refused:
        assert refused.problem.code == "x12.bad_text"
        return
    name, *found = text.removesuffix("~").split("*")
    assert name == "ZZZ" and "~" not in "".join(found) and text.isascii() and text[:-1].isprintable()
    assert len(found) <= len(elements)
    for element, wire in zip(elements, found, strict=False):
        values = element if isinstance(element, tuple) else (element,)
        parts = wire.split(":")
        assert len(parts) <= max(1, len(values))
        assert all(part == part.strip() for part in parts)
        assert [value for value in values if isinstance(value, str)] == [
            part for value, part in zip(values, [*parts, *[""] * len(values)], strict=False) if isinstance(value, str)
        ]
