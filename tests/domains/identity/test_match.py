from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.practice_world import ADA, person

from chartline.domains.identity import Verdict, compare
from chartline.domains.identity.names import folded, name_words, one_slip, phone_digits


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.SAME),
        ({"family": "INVENTADO", "given": "adabelle"}, Verdict.SAME),
        ({"phone": "", "street": "", "email": "", "middle": ""}, Verdict.SAME),
        ({"given": "Adabele"}, Verdict.MAYBE),
        ({"family": "Inventado-Ray"}, Verdict.MAYBE),
        ({"birth_date": date(1984, 5, 18)}, Verdict.MAYBE),
        ({"given": "Bertram"}, Verdict.MAYBE),  # a twin at the same address
        ({"given": "Bertram", "phone": "", "street": "", "email": ""}, Verdict.DIFFERENT),
        ({"birth_date": date(1951, 11, 30)}, Verdict.DIFFERENT),
        ({"family": "Neverheard", "given": "Cuthbert", "birth_date": date(1990, 1, 2)}, Verdict.DIFFERENT),
    ],
)
def test_the_verdict_says_what_a_clerk_would_say(changes: dict[str, object], verdict: Verdict) -> None:
    match = compare(ADA, person(**changes))
    assert verdict is match.verdict, match
    assert compare(person(**changes), ADA) == match


def test_a_father_and_a_son_of_one_name_are_not_the_same() -> None:
    senior, junior = person(family="Inventado Sr"), person(family="Inventado Jr")
    match = compare(senior, junior)
    assert Verdict.SAME is not match.verdict
    assert "generation_differs" in {reason.code for reason in match.reasons}


def test_a_contradicting_sex_and_middle_name_ask_a_person() -> None:
    other = person(sex="M", middle="Zed", phone="", email="", street="")
    assert Verdict.MAYBE is compare(ADA, other).verdict


def test_reasons_add_up_to_the_score_and_hold_no_values() -> None:
    match = compare(ADA, person(given="Adabele"))
    assert match.score == sum(reason.points for reason in match.reasons)
    assert "Adabel" not in repr(match)


def test_spellings_of_one_thing_are_one() -> None:
    assert folded("  O’Néil–RAY ") == "oneil ray"
    assert name_words("Fable III") == (("fable",), "iii")
    assert phone_digits("+1 (303) 555-0100") == "3035550100"


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_a_slip_is_symmetric_and_never_equality(left: str, right: str) -> None:
    assert one_slip(left, right) == one_slip(right, left)
    assert not one_slip(left, left)


@given(st.text("abcd", min_size=2, max_size=8), st.integers(0, 6))
def test_a_lost_letter_and_swapped_neighbours_are_slips(word: str, place: int) -> None:
    place %= len(word) - 1
    lost = word[:place] + word[place + 1 :]
    assert one_slip(word, lost)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    assert swapped == word or one_slip(word, swapped)
