"""How surely two descriptions mean one person, with typing errors allowed for: points with reasons, a grade, a score.

``match`` is for merging and wants names and birth date letter by letter; this is for answering ``Patient/$match``,
where a slip in one field may be outweighed by the others. Fields that are absent on a side say nothing. ``certain``
wants two independent grounds and no contradiction, so twins, and father and son of one name, are never certain.
Refuses to repeat values: reasons hold codes and points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp

from chartline.domains.identity.described import Described, Name, Place
from chartline.domains.identity.likeness import likeness
from chartline.domains.identity.names import one_slip

NEAR, CLOSE = 0.92, 0.85
"""Likeness from which two texts are nearly the same, and from which they are close."""
CERTAIN_FROM, PROBABLE_FROM, POSSIBLE_FROM = 62, 55, 30
_HALF, _STEEP = 45, 12.0
"""Points that are as likely one person as two, and how quickly that changes."""

_ALIKE = {
    "family_same": "family_alike",
    "family_near": "family_alike",
    "given_same": "given_alike",
    "given_near": "given_alike",
}
_NEARBY = {"street_same", "street_near", "phone_same", "email_same"}
_CONTRADICTIONS = {"family_differs", "given_differs", "birth_date_differs", "gender_differs"}

Reasons = list[tuple[str, int]]


class Grade(StrEnum):
    """The codes of FHIR's match-grade value set."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    NOT = "certainly-not"


@dataclass(frozen=True, slots=True)
class Weight:
    """``reasons`` are codes with their points; ``score`` is from 0 to 1 and grows with the points."""

    grade: Grade
    points: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def score(self) -> float:
        """How likely it is one person, to four digits."""
        return round(1 / (1 + exp((_HALF - self.points) / _STEEP)), 4)


def weigh(asked: Described, known: Described) -> Weight:
    """Compare two descriptions. Symmetric."""
    reasons: Reasons = [
        *_identifiers(asked, known),
        *_born(asked.born, known.born),
        *_names(asked.names, known.names),
        *_gender(asked.gender, known.gender),
        *_contacts(asked, known),
        *_places(asked.places, known.places),
    ]
    points = sum(value for _, value in reasons)
    return Weight(_grade(points, {code for code, _ in reasons}), points, tuple(reasons))


def _grade(points: int, codes: set[str]) -> Grade:
    # A number that is the same speaks for itself, whatever slips stand beside it.
    if points >= (POSSIBLE_FROM if "identifier_same" in codes else CERTAIN_FROM) and _certain(codes):
        return Grade.CERTAIN
    if points >= PROBABLE_FROM:
        return Grade.PROBABLE
    return Grade.POSSIBLE if points >= POSSIBLE_FROM else Grade.NOT


def _certain(codes: set[str]) -> bool:
    """Whether what agrees could hardly agree for two people of one household."""
    if "generation_differs" in codes or {"given_differs", "birth_date_differs"} <= codes:
        return False
    born = bool({"birth_date_same", "birth_date_slip"} & codes)
    named = "names_swapped" in codes or {"family_alike", "given_alike"} <= _alike(codes)
    near = bool(_NEARBY & codes)
    if "identifier_same" in codes:
        # A number may be mistyped into another's, so it needs one more ground, and two where something contradicts.
        partly = bool(_alike(codes)) or "names_swapped" in codes
        placed = near or {"postal_code_same", "city_same"} <= codes
        return born + partly + placed >= (2 if _CONTRADICTIONS & codes else 1)
    if "given_differs" in codes:
        # A twin: one family name, one birth date, one address.
        return False
    if "birth_date_same" in codes and "identifier_slip" in codes and near:
        return named or "given_alike" in _alike(codes)
    if "birth_date_same" in codes:
        # A family name that changed is no contradiction beside the given name and the address.
        return named or ("given_same" in codes and near)
    if "identifier_slip" in codes:
        return named and near and "birth_date_differs" not in codes
    # Of two people of one name at one address the one may be the other's child: the birth date must nearly agree.
    return named and near and bool({"birth_date_slip", "birth_date_part"} & codes)


def _alike(codes: set[str]) -> set[str]:
    return {_ALIKE[code] for code in codes if code in _ALIKE}


def _identifiers(asked: Described, known: Described) -> Reasons:
    if asked.identifiers & known.identifiers:
        return [("identifier_same", 55)]
    systems = {system for system, _ in asked.identifiers} & {system for system, _ in known.identifiers}
    pairs = [
        (mine, theirs)
        for system, mine in asked.identifiers
        for other, theirs in known.identifiers
        if system in systems and system == other
    ]
    if any(len(mine) >= 6 and one_slip(mine, theirs) for mine, theirs in pairs):
        return [("identifier_slip", 25)]
    return [("identifier_differs", -15)] if pairs else []


def _born(mine: str, theirs: str) -> Reasons:
    if not mine or not theirs:
        return []
    if mine == theirs:
        return [("birth_date_same", 35)]
    swapped = mine[:5] == theirs[:5] and mine[5:7] == theirs[8:] and mine[8:] == theirs[5:7]
    if swapped or one_slip(mine, theirs):
        return [("birth_date_slip", 20)]
    parts = sum(one == other for one, other in zip(mine.split("-"), theirs.split("-"), strict=True))
    return [("birth_date_part", 8)] if parts == 2 else [("birth_date_differs", -35)]


def _names(asked: Sequence[Name], known: Sequence[Name]) -> Reasons:
    """The pair of names that agrees best: people keep their maiden and legal ones."""
    found = [_name(mine, theirs) for mine in asked for theirs in known]
    return max(found, key=lambda reasons: sum(value for _, value in reasons), default=[])


def _name(mine: Name, theirs: Name) -> Reasons:
    reasons = [*_family(mine, theirs), *_given(mine.given, theirs.given)]
    crossed = bool(mine.given and mine.family) and (
        likeness(mine.given, theirs.family) >= CLOSE and likeness(mine.family, theirs.given) >= CLOSE
    )
    if crossed and sum(value for _, value in reasons) < 35:
        reasons = [("names_swapped", 35)]
    if mine.middle and theirs.middle and mine.middle[0] != theirs.middle[0]:
        reasons.append(("middle_differs", -5))
    if mine.suffix and theirs.suffix and mine.suffix != theirs.suffix:
        reasons.append(("generation_differs", -40))
    return reasons


def _family(mine: Name, theirs: Name) -> Reasons:
    if not mine.family or not theirs.family:
        return []
    if mine.family == theirs.family:
        return [("family_same", 25)]
    alike = likeness(mine.family, theirs.family)
    if alike >= NEAR or one_slip(mine.family, theirs.family):
        return [("family_near", 20)]
    if alike >= CLOSE or mine.parts & theirs.parts:
        return [("family_near", 14)]
    return [("family_differs", -15)]


def _given(mine: str, theirs: str) -> Reasons:
    if not mine or not theirs:
        return []
    if mine == theirs:
        return [("given_same", 20)]
    if mine[0] == theirs[0] and 1 in (len(mine), len(theirs)):
        return [("given_initial", 8)]
    alike = likeness(mine.replace(" ", ""), theirs.replace(" ", ""))
    if alike >= NEAR or one_slip(mine, theirs):
        return [("given_near", 16)]
    return [("given_near", 10)] if alike >= CLOSE else [("given_differs", -15)]


def _gender(mine: str, theirs: str) -> Reasons:
    return [("gender_differs", -10)] if mine and theirs and mine != theirs else []


def _contacts(asked: Described, known: Described) -> Reasons:
    reasons: Reasons = []
    if asked.phones & known.phones:
        reasons.append(("phone_same", 15))
    if asked.emails & known.emails:
        reasons.append(("email_same", 15))
    return reasons


def _places(asked: Sequence[Place], known: Sequence[Place]) -> Reasons:
    """The pair of addresses that agrees best. People move, so a different one counts for nothing."""
    found = [_place(mine, theirs) for mine in asked for theirs in known]
    return max(found, key=lambda reasons: sum(value for _, value in reasons), default=[])


def _place(mine: Place, theirs: Place) -> Reasons:
    reasons: Reasons = []
    street = likeness(mine.street, theirs.street)
    if street >= CLOSE:
        reasons.append(("street_same", 15) if street == 1 else ("street_near", 11))
    if mine.postal_code and mine.postal_code == theirs.postal_code:
        reasons.append(("postal_code_same", 8))
    city = likeness(mine.city, theirs.city)
    if city >= CLOSE:
        reasons.append(("city_same", 6))
    return reasons
