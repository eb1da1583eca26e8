"""The resource in a request's body: read in its format and checked in full before anything else happens.

Refuses what is not FHIR R4 with every fault named (``FaultyResource`` keeps the resource, so that the outcome can say
where), and a resource of another type than the address names.
"""

from __future__ import annotations

from chartline.api.fhir.negotiation import XML, body_kind
from chartline.api.fhir.outcomes import FaultyResource
from chartline.api.fhir.problems import NO_BODY, WRONG_TYPE
from chartline.api.fhir.request import FhirRequest
from chartline.formats.fhir import JsonObject, accept, check, parse
from chartline.formats.fhir.accept import BAD_SHAPE
from chartline.kernel.errors import ChartlineError


def parsed_body(request: FhirRequest) -> JsonObject:
    """The JSON object of the body, whatever it is a form of.

    Raises ``fhir.no_body``, ``fhir.unsupported_media``, ``fhir.not_json``, ``fhir.not_xml``, ``fhir.bad_xml``.
    """
    if request.resource is not None:
        return request.resource
    kind = body_kind(request)
    if not request.body.strip():
        raise NO_BODY.error()
    if kind == XML:
        from chartline.formats.fhir.xml import read_xml

        return read_xml(request.body)
    return parse(request.body)


def checked(resource: JsonObject) -> JsonObject:
    """The resource itself. Raises ``FaultyResource`` (``fhir.bad_shape``)."""
    try:
        check(resource)
    except ChartlineError as error:
        raise FaultyResource(error.problem, resource) from None
    return resource


def read_body(request: FhirRequest, rtype: str | None) -> JsonObject:
    """The resource of the body, sound in its structure and of this type.

    Raises as ``parsed_body`` and ``checked`` do, and ``fhir.wrong_type``.
    """
    if request.resource is not None or body_kind(request) == XML or not request.body.strip():
        resource = parsed_body(request)
        _require_type(resource, rtype)
        return checked(resource)
    try:
        resource = accept(request.body)
    except ChartlineError as error:
        if error.problem.code != BAD_SHAPE.code:
            raise
        resource = parse(request.body)
        _require_type(resource, rtype)
        raise FaultyResource(error.problem, resource) from None
    _require_type(resource, rtype)
    return resource


def _require_type(resource: JsonObject, rtype: str | None) -> None:
    if rtype is not None and resource.get("resourceType") != rtype:
        raise WRONG_TYPE.error(type=rtype, expression="resourceType")
