"""Finds the patients of ours whom a FHIR Patient may mean, weighed and ranked.

A constant number of bounded searches, each by something that survives a slip in the rest: birth date, numbers,
contacts, names in either order, a name with a postal code. Refuses to search by nothing: a question without any of
these finds nobody. Inactive patients are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chartline.domains.identity.described import described
from chartline.domains.identity.weighing import Grade, Weight, weigh
from chartline.formats.fhir import JsonObject, children, text, texts
from chartline.formats.fhir.search import read_query
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import Reach, Records, Stored

MOST = 100
"""So many patients of one birth date, name or number are weighed."""
_VALUES = 10
"""So many numbers, names or addresses of a question are searched by."""

Search = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A patient of ours, and how surely it is the one who is meant."""

    stored: Stored
    weight: Weight


def ranked(work: Work, records: Records, patient: JsonObject, reach: Reach) -> list[Ranked]:
    """Patients who may be meant, the surest first; equally sure ones by id."""
    asked = described(patient)
    found: dict[str, Stored] = {}
    for search in dict.fromkeys(_searches(patient, asked.born)):
        (criteria,) = read_query(("Patient",), search, strict=True).criteria
        for one in records.matching(work, "Patient", criteria, reach, MOST):
            found[one.id] = one
    weighed = [Ranked(one, weigh(asked, described(theirs))) for one in found.values() if (theirs := _active(one))]
    likely = [one for one in weighed if one.weight.grade is not Grade.NOT]
    return sorted(likely, key=lambda one: (-one.weight.points, one.stored.id))


def _active(stored: Stored) -> JsonObject | None:
    patient = stored.reveal(Purpose.MATCH)
    return None if patient.get("active") is False else patient


def _searches(patient: JsonObject, born: str) -> Iterator[Search]:
    if born:
        yield (("birthdate", born),)
    numbers = [
        f"{_plain(text(one, 'system') or '')}|{_plain(value)}".lstrip("|")
        for one in children(patient, "identifier")[:_VALUES]
        if (value := text(one, "value"))
    ]
    if numbers:
        yield (("identifier", ",".join(numbers)),)
    contacts = [_plain(value) for one in children(patient, "telecom")[:_VALUES] if (value := text(one, "value"))]
    if contacts:
        yield (("telecom", ",".join(contacts)),)
    codes = [_plain(code) for one in children(patient, "address")[:_VALUES] if (code := text(one, "postalCode"))]
    area: Search = (("address-postalcode", ",".join(codes)),) if codes else ()
    for name in children(patient, "name")[:_VALUES]:
        family, given = _plain(text(name, "family") or ""), [_plain(one) for one in texts(name, "given")[:1]]
        if family and given:
            yield ("family", family), ("given", given[0])
            yield ("family", given[0]), ("given", family)
        elif words := _plain(text(name, "text") or "").split():
            yield tuple(("name", word) for word in words[:4])
        if area and family:
            yield ("family", family), *area
        if area and given:
            yield ("given", given[0]), *area


def _plain(value: str) -> str:
    """A value with the signs that mean something in a search escaped."""
    return "".join(f"\\{sign}" if sign in "\\,$|" else sign for sign in value).strip()
