"""An explained comparison of two descriptions of a person.

Points are added for what agrees and taken away for what contradicts; every point has a reason a clerk can read.
``same`` needs the full name and the birth date to agree and nothing to contradict; anything less that still looks
alike is ``maybe``, and a ``maybe`` is for people. Reasons carry codes and points, never the values compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from chartline.connect.facts import PersonFact
from chartline.domains.identity.names import folded, name_words, one_slip, phone_digits, street_key
from chartline.kernel.sealed import Purpose, Sealed

T = TypeVar("T")

SAME_FROM = 90
"""Full name (30 + 20) and birth date (40) agree, nothing contradicts."""
MAYBE_FROM = 50


class Verdict(StrEnum):
    """Whether two descriptions mean one person."""

    SAME = "same"
    MAYBE = "maybe"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why points were added or taken away: a code, the points, and a plain sentence without values."""

    code: str
    points: int
    say: str


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict with its score (about -100 to 120) and reasons, in the order they were looked at."""

    verdict: Verdict
    score: int
    reasons: tuple[Reason, ...]


def compare(left: PersonFact, right: PersonFact) -> Match:
    """Compare two people. Symmetric; absent values neither add nor take away."""
    reasons = [
        *_birth_date(_open(left.birth_date), _open(right.birth_date)),
        *_family(_open(left.family), _open(right.family)),
        *_given(_open(left.given), _open(right.given)),
        *_middle(_open(left.middle), _open(right.middle)),
        *_sex(left.sex, right.sex),
        *_contact(left, right),
    ]
    score = sum(reason.points for reason in reasons)
    codes = {reason.code for reason in reasons}
    certain = {"birth_date_same", "family_same", "given_same"} <= codes
    if certain and score >= SAME_FROM:
        verdict = Verdict.SAME
    else:
        verdict = Verdict.MAYBE if score >= MAYBE_FROM else Verdict.DIFFERENT
    return Match(verdict, score, tuple(reasons))


def _birth_date(left: date, right: date) -> list[Reason]:
    if left == right:
        return [Reason("birth_date_same", 40, "The birth dates are the same.")]
    swapped = (left.year, left.month, left.day) == (right.year, right.day, right.month)
    if swapped or one_slip(left.isoformat(), right.isoformat()):
        return [Reason("birth_date_slip", 15, "The birth dates differ by one digit or by day and month swapped.")]
    return [Reason("birth_date_differs", -40, "The birth dates are different.")]


def _family(left: str, right: str) -> list[Reason]:
    ours, suffix_left = name_words(left)
    theirs, suffix_right = name_words(right)
    reasons: list[Reason] = []
    if suffix_left and suffix_right and suffix_left != suffix_right:
        reasons.append(Reason("generation_differs", -40, "One is junior and the other is not."))
    if not ours or not theirs:
        return reasons
    if "".join(ours) == "".join(theirs):
        reasons.append(Reason("family_same", 30, "The family names are the same."))
    elif set(ours) & set(theirs):
        reasons.append(Reason("family_part", 20, "One part of the family names is the same."))
    elif one_slip("".join(ours), "".join(theirs)):
        reasons.append(Reason("family_slip", 15, "The family names differ by one letter."))
    else:
        reasons.append(Reason("family_differs", -30, "The family names are different."))
    return reasons


def _given(left: str, right: str) -> list[Reason]:
    ours, theirs = folded(left), folded(right)
    if ours == theirs:
        return [Reason("given_same", 20, "The given names are the same.")] if ours else []
    if ours[:1] == theirs[:1] and (len(ours) == 1 or len(theirs) == 1):
        return [Reason("given_initial", 8, "One given name is the other's initial.")]
    if ours.split()[:1] == theirs.split()[:1] or one_slip(ours, theirs):
        return [Reason("given_near", 10, "The given names are nearly the same.")]
    if not ours or not theirs:
        return []
    return [Reason("given_differs", -30, "The given names are different.")]


def _middle(left: str, right: str) -> list[Reason]:
    ours, theirs = folded(left), folded(right)
    if ours and theirs and ours[0] != theirs[0]:
        return [Reason("middle_differs", -10, "The middle names are different.")]
    return []


def _sex(left: str, right: str) -> list[Reason]:
    if {left, right} == {"M", "F"}:
        return [Reason("sex_differs", -10, "The recorded sex is different.")]
    return []


def _contact(left: PersonFact, right: PersonFact) -> list[Reason]:
    reasons: list[Reason] = []
    if _phones(left) & _phones(right):
        reasons.append(Reason("phone_same", 10, "The phone numbers are the same."))
    email = _open(left.email).strip().casefold()
    if email and email == _open(right.email).strip().casefold():
        reasons.append(Reason("email_same", 10, "The e-mail addresses are the same."))
    street = street_key(_open(left.street))
    zip_left, zip_right = _open(left.postal_code)[:5], _open(right.postal_code)[:5]
    if street and street == street_key(_open(right.street)) and zip_left == zip_right:
        reasons.append(Reason("address_same", 10, "The home addresses are the same."))
    return reasons


def _phones(person: PersonFact) -> set[str]:
    """Every telephone long enough to be somebody's; one system's home number is another one's mobile."""
    known = (person.phone, person.work_phone, person.mobile_phone, person.other_phone)
    return {digits for one in known if len(digits := phone_digits(_open(one))) >= 7}


def _open(value: Sealed[T]) -> T:
    return value.reveal(Purpose.MATCH)
