from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.formats.fhir.search.folding import contact_key, folded, later_words
from chartline.formats.fhir.search.splitting import escaped, plain, split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Eve", "eve"),
        ("  van   der\tBerg ", "van der berg"),
        ("Núñez", "nunez"),
        ("Straße", "strasse"),
        ("ÅSA", "asa"),
        ("O'Brien", "o'brien"),
        ("李", "李"),
        ("", ""),
    ],
)
def test_texts_are_compared_without_case_accents_and_doubled_blanks(text: str, expected: str) -> None:
    assert folded(text) == expected


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_later_words_of_a_name_are_known() -> None:
    assert later_words("garcia lopez") == ["lopez"]
    assert later_words("smith-jones") == ["jones"]
    assert later_words("smith") == []


@pytest.mark.parametrize(
    ("one", "other"), [("(555) 010-1234", "+1 555 010 1234"), ("Anna@Example.org", " anna@example.org")]
)
def test_contacts_are_equal_however_they_are_written(one: str, other: str) -> None:
    assert contact_key(one) == contact_key(other)


def test_an_address_with_many_digits_is_no_telephone_number() -> None:
    assert contact_key("https://Example.org/20260302") == "https://example.org/20260302"
    assert contact_key("555-010-1234 ext. 77") == contact_key("5550101234")
    assert contact_key("911") == "911"


def test_escaped_marks_do_not_divide() -> None:
    assert split(r"a\,b,c", ",") == [r"a\,b", "c"]
    assert plain(r"a\,b\|c\$d\\e") == r"a,b|c$d\e"
    assert plain(r"a\b") == r"a\b"
    assert split(r"http://x\|y|z|w", "|", 1) == [r"http://x\|y", "z|w"]


@given(st.lists(st.text(alphabet="ab,|$\\"), min_size=1))
def test_what_is_escaped_and_joined_comes_apart_again(pieces: list[str]) -> None:
    assert [plain(piece) for piece in split(",".join(escaped(piece) for piece in pieces), ",")] == pieces
