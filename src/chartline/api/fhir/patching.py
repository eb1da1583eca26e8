"""PATCH: JSON Patch and FHIRPath Patch on the present version; the result is checked like any resource that is sent.

Refuses to change id and type, and to patch a version other than the expected one. A patch that another write overtook
is made again on the newer version, unless the client named the version it means.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from chartline.api.fhir import write
from chartline.api.fhir.address import Address
from chartline.api.fhir.bodies import checked, parsed_body
from chartline.api.fhir.criteria import conditions, find_one
from chartline.api.fhir.negotiation import FHIR_XML
from chartline.api.fhir.preferences import expected_version
from chartline.api.fhir.problems import NO_BODY, NO_MATCH, PRECONDITION_FAILED, UNSUPPORTED_MEDIA, WRONG_ID, WRONG_TYPE
from chartline.api.fhir.request import FHIR_JSON, Answer, FhirRequest
from chartline.api.fhir.session import Session, resource_of
from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.json import NOT_JSON
from chartline.formats.fhir.patch import fhirpath_patch, json_patch
from chartline.kernel.errors import ChartlineError
from chartline.platform.database import Work
from chartline.platform.records import Stored
from chartline.platform.records.stored import NOT_FOUND, VERSION_CONFLICT

JSON_PATCH = "application/json-patch+json"
_TRIES = 4
# Made with the module: the library crashes when several threads decode a type for the first time together.
_decoder = msgspec.json.Decoder(list[object], float_hook=Decimal)


def patch(session: Session, request: FhirRequest, address: Address) -> Answer:
    """The patched resource: 200."""
    rtype = address.rtype or ""
    session.rights.require(rtype, "u")
    change = read_patch(request)
    for _ in range(_TRIES - 1):
        try:
            with session.writing() as work:
                return _patched(session, request, address, change, work)
        except ChartlineError as error:
            if error.problem.code != VERSION_CONFLICT.code or session.inside is not None:
                raise
    with session.writing() as work:
        return _patched(session, request, address, change, work)


def read_patch(request: FhirRequest) -> JsonObject | list[object]:
    """The patch in a body: a list for JSON Patch, a Parameters resource for FHIRPath Patch.

    Raises ``fhir.unsupported_media``, ``fhir.no_body``, ``fhir.not_json``, ``fhir.wrong_type``.
    """
    if request.media == JSON_PATCH:
        return read_operations(request.body)
    if request.media not in (FHIR_JSON, "application/json", FHIR_XML):
        raise UNSUPPORTED_MEDIA.error()
    body = parsed_body(request)
    if body.get("resourceType") != "Parameters":
        raise WRONG_TYPE.error(type="Parameters")
    return checked(body)


def read_operations(body: bytes) -> list[object]:
    """A JSON Patch document; numbers keep their digits. Raises ``fhir.no_body``, ``fhir.not_json``."""
    if not body.strip():
        raise NO_BODY.error()
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NOT_JSON.error() from None


def apply(resource: JsonObject, change: JsonObject | list[object]) -> JsonObject:
    """The patched resource, sound in its structure.

    Raises ``fhir.wrong_id`` when id or type would change, and what the patches raise.
    """
    after = json_patch(resource, change) if isinstance(change, list) else fhirpath_patch(resource, change)
    if (after.get("resourceType"), after.get("id")) != (resource.get("resourceType"), resource.get("id")):
        raise WRONG_ID.error(expression=f"{resource.get('resourceType')}.id")
    return checked(after)


def _patched(
    session: Session, request: FhirRequest, address: Address, change: JsonObject | list[object], work: Work
) -> Answer:
    before = _meant(session, request, address, work)
    expected = expected_version(request)
    if expected not in (None, before.version):
        raise PRECONDITION_FAILED.error(type=before.type, id=before.id, present=str(before.version))
    after = apply(resource_of(before), change)
    stored, _ = write.replace(session, work, after, before.version, "PATCH")
    return write.written(request, stored, 200)


def _meant(session: Session, request: FhirRequest, address: Address, work: Work) -> Stored:
    """The resource to patch. Raises ``records.not_found``, ``fhir.no_match``, ``fhir.multiple_matches``."""
    rtype = address.rtype or ""
    if address.id is None:
        found = find_one(session, work, request, rtype, conditions(request))
        if found is None:
            raise NO_MATCH.error(type=rtype)
        return found
    found = session.records.find(work, rtype, address.id, session.rights.changeable)
    if found is None:
        raise NOT_FOUND.error(type=rtype, id=address.id)
    return found
