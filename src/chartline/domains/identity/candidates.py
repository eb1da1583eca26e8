"""Finds people of ours who may be a person that a vendor told us of.

Two searches, by birth date and by full name, so that a slip in either is survived. How a Patient resource is read is
the practice's business and is handed in. Refuses to choose: it ranks, and leaves out who is clearly different.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chartline.connect.facts import PersonFact
from chartline.domains.identity.match import Match, Verdict, compare
from chartline.domains.identity.names import folded
from chartline.formats.fhir import JsonObject
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import Criterion, Records

MOST = 50
"""So many people of one birth date, or of one name, are compared."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patient of ours and how well they match."""

    patient_id: str
    match: Match


def find_local(
    work: Work, records: Records, person: PersonFact, read: Callable[[JsonObject], PersonFact]
) -> list[Candidate]:
    """Patients who are the same as or may be a person, best first. ``read`` turns a Patient into a PersonFact.

    Two searches, whatever is found. Inactive patients and those without a full birth date are left out.
    """
    born = person.birth_date.reveal(Purpose.MATCH).isoformat()
    family, given = folded(person.family.reveal(Purpose.MATCH)), folded(person.given.reveal(Purpose.MATCH))
    searches = [[Criterion("birthdate", born)]]
    if family and given:
        searches.append([Criterion("family", family), Criterion("given", given)])
    found = {
        stored.id: stored.reveal(Purpose.MATCH)
        for criteria in searches
        for stored in records.search(work, "Patient", criteria, limit=MOST).found
    }
    candidates = [
        Candidate(patient_id, compare(person, theirs))
        for patient_id, patient in found.items()
        if patient.get("active") is not False and (theirs := _readable(patient, read)) is not None
    ]
    likely = [one for one in candidates if one.match.verdict is not Verdict.DIFFERENT]
    return sorted(likely, key=lambda one: (-one.match.score, one.patient_id))


def _readable(patient: JsonObject, read: Callable[[JsonObject], PersonFact]) -> PersonFact | None:
    try:
        return read(patient)
    except ChartlineError:
        return None
