"""``Patient/$member-match`` (Da Vinci HRex): the one member whom another payer's patient and coverage mean.

A member is found when the person is surely the same, or probably and a stored Coverage has the member number asked for.
Refuses (422) when there is none, when there are several, and when a Consent comes along that does not permit it.
The answer is the member's identifier, and a reference to the patient.
"""

from __future__ import annotations

from chartline.api.fhir.operations import Asked
from chartline.api.fhir.problems import BAD_PARAMETER
from chartline.api.fhir.request import Answer
from chartline.domains.identity.patient_search import Ranked, ranked
from chartline.domains.identity.weighing import Grade
from chartline.formats.fhir import JsonObject, child, children, encode, text
from chartline.formats.fhir.references import reference_target
from chartline.formats.fhir.search import read_query
from chartline.formats.fhir.search.times import period_of
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records.rows import micros

NO_MEMBER = ErrorKind(
    "fhir.no_single_member",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The patient and coverage do not lead to exactly one member.",
    "Send the full name, the birth date and the member number as they stand on the card.",
    status=422,
)
NO_CONSENT = ErrorKind(
    "fhir.consent_refused",
    Blame.PATIENT,
    Again.AFTER_FIX,
    "The Consent does not permit this exchange.",
    "Send a Consent that is active, permits, and holds today.",
    status=422,
)
_KINDS = "http://terminology.hl7.org/CodeSystem/v2-0203"
_PREFERRED = ("MB", "UMB", "MR")
_MOST = 1000
"""Coverages of the candidates that are looked at."""


def member_match(asked: Asked) -> Answer:
    """The member's identifier.

    Raises ``fhir.bad_parameter``, ``fhir.no_single_member``, ``fhir.consent_refused``.
    """
    session = asked.session
    session.rights.require("Patient", "s")
    session.rights.require("Coverage", "s")
    patient = _resource(asked, "Patient", "MemberPatient")
    coverage = _resource(asked, "Coverage", "CoverageToMatch", "OldCoverage")
    with session.reading() as work:
        _check_consent(asked, work)
        found = ranked(work, session.records, patient, session.rights.reach)
        member = _member(asked, work, found, _numbers(coverage))
    session.shown("member-match", "Patient", member[0].stored.id)
    return Answer(200, encode(_answer(*member)))


def _member(asked: Asked, work: Work, found: list[Ranked], numbers: frozenset[str]) -> tuple[Ranked, JsonObject | None]:
    """The one member, and the coverage by which the number was found. Raises ``fhir.no_single_member``."""
    likely = [one for one in found if one.weight.grade in (Grade.CERTAIN, Grade.PROBABLE)]
    covered: dict[str, JsonObject] = {}
    numbered: set[str] = set()
    for one in _coverages(asked, work, likely):
        target = reference_target(child(one, "beneficiary"))
        if target is not None:
            own = _numbers(one)
            if own:
                numbered.add(target[1])
            if own & numbers:
                covered[target[1]] = one
    members = [one for one in likely if one.stored.id in covered]
    if not members and not numbers:
        members = [one for one in likely if one.weight.grade is Grade.CERTAIN]
    elif not members:
        # Who has no number here yet is known by the person alone; another number is another member.
        sure = [one for one in likely if one.weight.grade is Grade.CERTAIN]
        members = [one for one in sure if one.stored.id not in numbered]
    if len(members) != 1:
        raise NO_MEMBER.error(count=str(len(members)))
    return members[0], covered.get(members[0].stored.id)


def _coverages(asked: Asked, work: Work, likely: list[Ranked]) -> list[JsonObject]:
    if not likely:
        return []
    listed = ",".join(f"Patient/{one.stored.id}" for one in likely)
    (criteria,) = read_query(("Coverage",), [("beneficiary", listed)], strict=True).criteria
    session = asked.session
    found = session.records.matching(work, "Coverage", criteria, session.rights.reach, _MOST)
    return [one.reveal(Purpose.MATCH) for one in found]


def _resource(asked: Asked, rtype: str, *names: str) -> JsonObject:
    """A resource parameter under one of its names, whose first letter may be small. Raises ``fhir.bad_parameter``."""
    spellings = [spelling for name in names for spelling in (name, name[0].lower() + name[1:])]
    given = next((value for name in spellings if (value := asked.first(name)) is not None), None)
    if not isinstance(given, dict) or given.get("resourceType") != rtype:
        raise BAD_PARAMETER.error(parameter=names[0])
    return given


def _numbers(coverage: JsonObject) -> frozenset[str]:
    """The member numbers of a Coverage, without blanks and case."""
    written = [text(coverage, "subscriberId"), *(text(one, "value") for one in children(coverage, "identifier"))]
    return frozenset(folded for one in written if one and (folded := "".join(one.split()).casefold()))


def _check_consent(asked: Asked, work: Work) -> None:
    """Raises ``fhir.consent_refused`` for a Consent that does not permit, and nothing when there is none."""
    given = asked.first("Consent") or asked.first("consent")
    if given is None:
        return
    if not isinstance(given, dict) or given.get("resourceType") != "Consent":
        raise BAD_PARAMETER.error(parameter="Consent")
    provision = child(given, "provision")
    period = child(provision, "period") or {}
    span = period_of(period.get("start"), period.get("end"))
    now = micros(work.now)
    if (
        text(given, "status") != "active"
        or text(provision, "type") == "deny"
        or (span is not None and not span[0] <= now < span[1])
    ):
        raise NO_CONSENT.error()


def _answer(member: Ranked, coverage: JsonObject | None) -> JsonObject:
    patient = member.stored.reveal(Purpose.SHOW)
    known = sorted(children(patient, "identifier"), key=_place)
    identifier = known[0] if known else _card(coverage)
    if identifier is None:
        raise NO_MEMBER.error(count="1", why="no identifier")
    reference = {"reference": member.stored.reference}
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "MemberIdentifier", "valueIdentifier": identifier},
            {"name": "MemberId", "valueReference": reference},
        ],
    }


def _place(identifier: JsonObject) -> int:
    codes = [text(one, "code") for one in children(child(identifier, "type"), "coding")]
    return min((_PREFERRED.index(code) for code in codes if code in _PREFERRED), default=len(_PREFERRED))


def _card(coverage: JsonObject | None) -> JsonObject | None:
    """The number on the card as an identifier, for a patient who has none."""
    number = text(coverage, "subscriberId")
    first = next(iter(children(coverage, "identifier")), None)
    if first is not None or number is None:
        return first
    return {"type": {"coding": [{"system": _KINDS, "code": "MB"}]}, "value": number}
