"""``Patient/$match``: the patients whom a description may mean, each with a score and a grade.

The weighing is ``domains/identity``'s and is explained there. Refuses a body without a Patient; a description that fits
nobody is answered by an empty searchset.
"""

from __future__ import annotations

from chartline.api.fhir.bundle_text import bundle, full_url, open_base
from chartline.api.fhir.operations import Asked
from chartline.api.fhir.problems import BAD_PARAMETER
from chartline.api.fhir.request import Answer
from chartline.api.fhir.session import body_of
from chartline.domains.identity.patient_search import Ranked, ranked
from chartline.domains.identity.weighing import Grade
from chartline.formats.fhir import JsonObject, encode

GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
_MOST = 100
"""Patients in one answer."""


def match(asked: Asked) -> Answer:
    """The patients who may be meant, the surest first.

    With ``onlyCertainMatches`` the one who is certain, or nobody where there are several. Raises
    ``fhir.bad_parameter``.
    """
    session = asked.session
    session.rights.require("Patient", "s")
    patient = _patient(asked)
    most, certain = asked.number("count", _MOST, _MOST), asked.flag("onlyCertainMatches")
    with session.reading() as work:
        found = ranked(work, session.records, patient, session.rights.reach)
        now = work.now
    if certain:
        sure = [one for one in found if one.weight.grade is Grade.CERTAIN]
        found = sure if len(sure) == 1 else []
    found = found[:most]
    session.shown("match", "Patient", None, len(found))
    start = open_base(asked.request.base)
    entries = [_entry(start, one) for one in found]
    return Answer(200, bundle("searchset", entries, total=len(entries), now=now))


def _patient(asked: Asked) -> JsonObject:
    """The description: the parameter ``resource``, or a Patient that is the body itself."""
    given = asked.resource if asked.resource is not None else asked.first("resource")
    if not isinstance(given, dict) or given.get("resourceType") != "Patient":
        raise BAD_PARAMETER.error(parameter="resource")
    return given


def _entry(start: bytes, one: Ranked) -> bytes:
    grade: JsonObject = {"url": GRADE, "valueCode": one.weight.grade.value}
    search = encode({"extension": [grade], "mode": "match", "score": one.weight.score})
    return b'{"fullUrl":%s,"resource":%s,"search":%s}' % (full_url(start, one.stored), body_of(one.stored), search)
