"""``$validate``: whether a resource would be taken, and everything that is wrong with it; nothing is stored.

The answer is 200 with an OperationOutcome whenever the check itself could be made. Profiles come from R4, US Core and
the StructureDefinitions that are stored here.
"""

from __future__ import annotations

from chartline.api.fhir.operations import Asked
from chartline.api.fhir.outcomes import Issue, all_well, outcome
from chartline.api.fhir.problems import BAD_PARAMETER, NO_BODY, WRONG_ID, WRONG_TYPE
from chartline.api.fhir.request import Answer
from chartline.api.fhir.session import Session, resource_of
from chartline.domains.codes.terminology import practice_terminology
from chartline.formats.fhir import JsonObject, encode, parse
from chartline.formats.fhir.search import read_query
from chartline.formats.fhir.validation import to_outcome
from chartline.formats.fhir.validation import validate as find_problems
from chartline.platform.database import Work

_MODES = (None, "create", "update", "delete", "profile")


def validate(asked: Asked) -> Answer:
    """Check a resource. Raises ``fhir.no_body``, ``fhir.bad_parameter`` for an unknown mode."""
    mode = asked.text("mode")
    if mode not in _MODES:
        raise BAD_PARAMETER.error(parameter="mode")
    session, address = asked.session, asked.address
    rtype = address.rtype or ""
    session.rights.require(rtype, "d" if mode == "delete" else "r")
    if mode == "delete":
        return _deletable(asked)
    resource = _resource(asked)
    if resource.get("resourceType") != rtype:
        return _refused(WRONG_TYPE.say, WRONG_TYPE.do, "invalid", WRONG_TYPE.code, "resourceType")
    if mode == "update" and resource.get("id") != address.id:
        return _refused(WRONG_ID.say, WRONG_ID.do, "value", WRONG_ID.code, f"{rtype}.id")
    with session.reading() as work:
        issues = find_problems(
            resource,
            asked.texts("profile"),
            terminology=practice_terminology(work, session.records, session.rights.reach),
            definitions=lambda canonical: _stored_definition(session, work, canonical),
        )
    return Answer(200, encode(to_outcome(issues)))


def _resource(asked: Asked) -> JsonObject:
    """The resource of the body or of the parameters, or the one at the address."""
    given = asked.resource if asked.resource is not None else asked.first("resource")
    if isinstance(given, dict):
        # Read anew: the keys of a part of a Parameters resource are not known to be text.
        return parse(encode(given))
    if asked.address.id is None:
        raise NO_BODY.error()
    session = asked.session
    with session.reading() as work:
        stored = session.records.read(work, asked.address.rtype or "", asked.address.id, session.rights.reach)
    session.shown("validate", stored.type, stored.id)
    return resource_of(stored)


def _deletable(asked: Asked) -> Answer:
    """Whether the resource at the address could be deleted."""
    session, address = asked.session, asked.address
    if address.id is None:
        raise BAD_PARAMETER.error(parameter="mode")
    with session.reading() as work:
        stored = session.records.read(work, address.rtype or "", address.id, session.rights.changeable)
    if stored.owner:
        return _refused("Billing publishes this resource.", "Change the claim behind it.", "business-rule", "", "")
    return Answer(200, encode(all_well("It may be deleted.")))


def _refused(text: str, do: str, code: str, error: str, place: str) -> Answer:
    return Answer(200, encode(outcome([Issue("error", code, text, do, error, place)])))


def _stored_definition(session: Session, work: Work, canonical: str) -> JsonObject | None:
    """A StructureDefinition that is stored here, by its canonical."""
    url, _, version = canonical.partition("|")
    asked = [("url", url.replace(",", "\\,"))]
    if version:
        asked.append(("version", version.replace(",", "\\,")))
    criteria = read_query(("StructureDefinition",), asked).criteria[0]
    found = session.records.matching(work, "StructureDefinition", criteria, session.rights.reach, limit=1)
    return resource_of(found[0]) if found else None
