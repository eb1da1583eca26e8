"""Weighing two descriptions of a person: twins and relatives apart, slips together."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.domains.identity.described import described
from chartline.domains.identity.likeness import likeness
from chartline.domains.identity.weighing import Grade, Weight, weigh

HOME = {"line": ["12 Larkspur Lane"], "city": "Grand Junction", "state": "CO", "postalCode": "81501"}
MRN = [{"system": "urn:invented:mrn", "value": "T-70021"}]


def who(family: str = "Tamarack", given: str = "Orla", born: str = "1984-05-06", **more: Any) -> dict[str, Any]:
    """An invented person at home."""
    person = {"name": [{"family": family, "given": [given] if given else []}], "address": [HOME], **more}
    return {"resourceType": "Patient", **person, **({"birthDate": born} if born else {})}


ORLA = who(identifier=MRN, gender="female")


def weighed(left: dict[str, Any], right: dict[str, Any]) -> Weight:
    """Both ways are one."""
    weight = weigh(described(left), described(right))
    assert (weight.grade, weight.points) == (
        (other := weigh(described(right), described(left))).grade,
        other.points,
    )
    return weight


@pytest.mark.parametrize(
    ("other", "grade"),
    [
        (ORLA, Grade.CERTAIN),
        (who(), Grade.CERTAIN),
        (who(family="Tamarakc", given="Orlla"), Grade.CERTAIN),
        (who(family="Orla", given="Tamarack"), Grade.CERTAIN),
        (who(born="1984-06-05"), Grade.CERTAIN),
        (who(family="Wexcombe"), Grade.CERTAIN),  # married
        (who(family="Wexcombe", born="", identifier=MRN), Grade.CERTAIN),
        (who(born="1951-11-30", identifier=MRN), Grade.CERTAIN),
        (who(given="Odhran"), Grade.PROBABLE),  # a twin
        (who(given="Odhran", identifier=[{**MRN[0], "value": "T-70022"}]), Grade.PROBABLE),
        (who(born=""), Grade.PROBABLE),
        (who(family="Tamarack Jr", born="1951-11-30"), Grade.POSSIBLE),
        (who(born="1951-11-30"), Grade.POSSIBLE),  # a parent of the same name
        ({"resourceType": "Patient", "name": [{"family": "Tamarack", "given": ["Orla"]}]}, Grade.POSSIBLE),
        ({"resourceType": "Patient", "identifier": MRN}, Grade.PROBABLE),
        (who("Neverheard", "Cuthbert", "1990-01-02"), Grade.NOT),
        ({"resourceType": "Patient"}, Grade.NOT),
    ],
)
def test_the_grade_says_what_a_clerk_would_say(other: dict[str, Any], grade: Grade) -> None:
    assert weighed(ORLA, other).grade is grade, weighed(ORLA, other)


def test_a_number_of_the_whole_family_proves_nobody() -> None:
    member = {**MRN[0], "type": {"coding": [{"code": "MB"}]}}
    twin = weighed(who(identifier=[member]), who(given="Odhran", identifier=[member]))
    assert (twin.grade, "identifier_same" in dict(twin.reasons)) == (Grade.PROBABLE, False)
    child = weighed(who(identifier=MRN), who(given="Odhran", born="2012-12-12", identifier=MRN))
    assert child.grade is not Grade.CERTAIN


def test_generations_are_kept_apart() -> None:
    weight = weighed(who(family="Tamarack Sr"), who(family="Tamarack Jr"))
    assert weight.grade is not Grade.CERTAIN
    assert "generation_differs" in dict(weight.reasons)


def test_placeholders_are_no_birth_dates_and_old_names_no_names() -> None:
    assert described(who(born="1900-01-01")).born == ""
    assert described({"name": [{"use": "old", "family": "Tamarack"}]}).names == ()
    assert described({"name": [{"text": "Orla Maeve Tamarack"}]}).names[0].given == "orla"


def test_scores_grow_with_points_and_hold_no_values() -> None:
    best, worst = weighed(ORLA, ORLA), weighed(ORLA, who("Neverheard", "Cuthbert", "1990-01-02"))
    assert 0 <= worst.score < 0.05 < 0.99 < best.score <= 1
    assert sum(points for _, points in best.reasons) == best.points
    assert "amarack" not in repr(best)
    assert "amarack" not in repr(described(ORLA))


@given(st.text("abcde", max_size=7), st.text("abcde", max_size=7))
def test_likeness_is_symmetric_and_one_only_for_equals(left: str, right: str) -> None:
    measured = likeness(left, right)
    assert measured == pytest.approx(likeness(right, left))
    assert 0 <= measured <= 1 + 1e-9
    assert (measured == 1) == (left == right != "")


def test_likeness_is_the_published_measure() -> None:
    # Examples of W. E. Winkler's paper.
    pairs = {("martha", "marhta"): 0.961, ("dwayne", "duane"): 0.84, ("dixon", "dicksonx"): 0.813}
    for (left, right), expected in pairs.items():
        assert likeness(left, right) == pytest.approx(expected, abs=0.001)
