"""The person whose insurance it is, where that is not the patient: asked about, and billed, by name and birth date.

Kept inside the Coverage as a contained RelatedPerson, since that person need not be a patient here. A Coverage whose
subscriber is another patient of the practice names that patient instead. Refuses a subscriber without a family name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chartline.connect.facts import PersonFact
from chartline.domains.practice.coverages import beneficiary_of
from chartline.domains.practice.items import name_parts
from chartline.domains.practice.people import read_person
from chartline.formats.fhir import JsonObject, child, children, human_name, reference_target, text
from chartline.formats.fhir.elements import updated
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.records import Records

BAD_SUBSCRIBER = ErrorKind(
    "coverage.bad_subscriber",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The subscriber needs a family name, a given name and a full birth date.",
    "Complete them from the insurance card.",
    status=422,
)

_ID = "subscriber"
_GENDERS = {"M": "male", "F": "female", "U": "unknown"}
_SEXES = {"male": "M", "female": "F"}


def subscriber_fact(family: str, given: str, birth_date: date, sex: str = "U") -> PersonFact:
    """A subscriber as typed from a card. Raises ``coverage.bad_subscriber``."""
    if not family.strip() or not given.strip():
        raise BAD_SUBSCRIBER.error()
    empty = Sealed("")
    return PersonFact(
        vendor_id=None,
        family=Sealed(family.strip()),
        given=Sealed(given.strip()),
        middle=empty,
        birth_date=Sealed(birth_date),
        sex=sex if sex in _GENDERS else "U",
        phone=empty,
        email=empty,
        street=empty,
        unit=empty,
        city=empty,
        state=empty,
        postal_code=empty,
    )


def with_subscriber(coverage: JsonObject, subscriber: PersonFact | None) -> JsonObject:
    """The Coverage with a subscriber, or without one; other contained resources stay."""
    others = [one for one in children(coverage, "contained") if text(one, "id") != _ID]
    if subscriber is None:
        return updated(coverage, contained=others, subscriber=None)
    person: JsonObject = {
        "resourceType": "RelatedPerson",
        "id": _ID,
        "patient": {"reference": f"Patient/{beneficiary_of(coverage)}"},
        "name": [human_name(subscriber.family.reveal(Purpose.STORE), [subscriber.given.reveal(Purpose.STORE)])],
        "gender": _GENDERS.get(subscriber.sex, "unknown"),
        "birthDate": subscriber.birth_date.reveal(Purpose.STORE).isoformat(),
    }
    return updated(coverage, contained=[*others, person], subscriber={"reference": f"#{_ID}"})


def contained_subscriber(coverage: JsonObject) -> PersonFact | None:
    """The subscriber that stands inside the Coverage; None without one, or without a full birth date."""
    named = text(child(coverage, "subscriber"), "reference") or ""
    inside = next((one for one in children(coverage, "contained") if f"#{text(one, 'id')}" == named), None)
    if inside is None or text(inside, "resourceType") not in ("RelatedPerson", "Patient"):
        return None
    family, given, _ = name_parts(inside)
    try:
        born = date.fromisoformat(text(inside, "birthDate") or "")
        return subscriber_fact(family, given, born, _SEXES.get(text(inside, "gender") or "", "U"))
    except (ValueError, ChartlineError):
        return None


def subscriber_of(work: Work, records: Records, coverage: JsonObject) -> PersonFact | None:
    """The subscriber, wherever the Coverage has them; one query when it is another patient of the practice."""
    return subscribers_of(work, records, [coverage])[0]


def subscribers_of(work: Work, records: Records, coverages: Sequence[JsonObject]) -> list[PersonFact | None]:
    """The subscriber of each Coverage; one query at most for any number of them."""
    inside = [contained_subscriber(one) for one in coverages]
    named = [
        _other_patient(coverage) if subscriber is None else None
        for coverage, subscriber in zip(coverages, inside, strict=True)
    ]
    wanted = sorted({("Patient", one) for one in named if one is not None})
    stored = records.read_many(work, wanted) if wanted else {}
    people = {identity: read_person(one.reveal(Purpose.MATCH)) for (_, identity), one in stored.items()}
    return [own or people.get(other or "") for own, other in zip(inside, named, strict=True)]


def _other_patient(coverage: JsonObject) -> str | None:
    target = reference_target(child(coverage, "subscriber"))
    if target is None or target[0] != "Patient" or target[1] == beneficiary_of(coverage):
        return None
    return target[1]
