"""The CapabilityStatement: made from the same tables that requests are answered by, so it cannot claim more.

Interactions, search parameters (R4's and US Core's), includes, operations and profiles of every type. Made once,
then served as bytes with the address that the client used. Open to everybody; holds nothing of any practice.
"""

from __future__ import annotations

from functools import lru_cache

from chartline import __version__
from chartline.api.fhir.bundle_text import open_base
from chartline.api.fhir.operations import INSTANCE, SYSTEM, TYPE, Operation, operations
from chartline.api.fhir.problems import BAD_PARAMETER
from chartline.api.fhir.request import Answer, FhirRequest
from chartline.app.services import Services
from chartline.formats.fhir import JsonObject, encode
from chartline.formats.fhir.definitions import (
    RESOURCE_TYPES,
    SearchParameter,
    profile,
    profile_urls,
    search_parameters,
)
from chartline.platform.subscriptions import EXTENSIONS, SHIPPED

_INTERACTIONS = (
    "read",
    "vread",
    "update",
    "patch",
    "delete",
    "history-instance",
    "history-type",
    "create",
    "search-type",
)
_SYSTEM_INTERACTIONS = ("transaction", "batch", "search-system", "history-system")
_MODES = (None, "full", "normative", "terminology")
_US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
_US_CORE_SERVER = "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server"
_COMPARTMENTS = ("Device", "Encounter", "Patient", "Practitioner", "RelatedPerson")
_MADE = "2026-11-22"
"""The day on which what is served last changed."""
_BASE = "urn:chartline:base"
"""Stands for the server's address until it is known from a request."""
_WIDE = 30
"""A reference that may point to more types than this is not listed as a reverse include of each of them."""


def statement(services: Services, request: FhirRequest) -> Answer:
    """The answer to ``metadata``. Raises ``fhir.bad_parameter`` for a mode that R4 does not know."""
    mode = request.parameter("mode") or request.parameter("_mode")
    if mode not in _MODES:
        raise BAD_PARAMETER.error(parameter="mode")
    return Answer(200, _addressed(request.base, mode == "terminology", services.settings.fhir_update_as_create))


@lru_cache(maxsize=8)
def _addressed(base: str, terminology: bool, update_as_create: bool) -> bytes:
    made = _terminology() if terminology else _statement(update_as_create)
    return made.replace(_BASE.encode(), open_base(base)[1:])


@lru_cache(maxsize=2)
def _statement(update_as_create: bool) -> bytes:
    supported = _supported_profiles()
    included = _reverse_includes()
    resources = [
        _resource(rtype, supported.get(rtype, []), included.get(rtype, []), update_as_create)
        for rtype in sorted(RESOURCE_TYPES)
    ]
    rest: JsonObject = {
        "mode": "server",
        "documentation": "Every R4 resource type is stored with all its versions and found by every R4 search "
        "parameter of its type, and by those of US Core 6.1.0.",
        "security": _security(),
        "resource": resources,
        "interaction": [{"code": code} for code in _SYSTEM_INTERACTIONS],
        "searchParam": [
            _parameter(one) for code, one in search_parameters("Basic").items() if code in ("_id", "_lastUpdated")
        ],
        "operation": [_operation(one) for one in operations() if SYSTEM in one.levels],
        "compartment": [f"http://hl7.org/fhir/CompartmentDefinition/{kind.lower()}" for kind in _COMPARTMENTS],
    }
    body: JsonObject = {
        "resourceType": "CapabilityStatement",
        "url": f"{_BASE}/metadata",
        **_software(),
        "instantiates": [_US_CORE_SERVER],
        "format": ["application/fhir+json", "json", "application/fhir+xml", "xml"],
        "patchFormat": ["application/json-patch+json", "application/fhir+json"],
        "implementationGuide": ["http://hl7.org/fhir/us/core/ImplementationGuide/hl7.fhir.us.core|6.1.0"],
        "rest": [rest],
    }
    # The order of R4's elements, which the XML form needs as well.
    order = (
        "resourceType url version name title status date kind instantiates software implementation fhirVersion format "
        "patchFormat implementationGuide rest"
    )
    return encode({name: body[name] for name in order.split() if name in body})


@lru_cache(maxsize=1)
def _terminology() -> bytes:
    return encode(
        {
            "resourceType": "TerminologyCapabilities",
            "url": f"{_BASE}/metadata?mode=terminology",
            **{name: value for name, value in _software().items() if name != "fhirVersion"},
            "codeSearch": "all",
        }
    )


def _software() -> JsonObject:
    return {
        "version": __version__,
        "name": "Chartline",
        "title": "Chartline FHIR R4 server",
        "status": "active",
        "date": _MADE,
        "kind": "instance",
        "software": {"name": "Chartline", "version": __version__},
        "implementation": {"description": "A practice's records", "url": _BASE},
        "fhirVersion": "4.0.1",
    }


def _security() -> JsonObject:
    return {
        "cors": True,
        "description": "A bearer token in the Authorization header; what it may do is its role, its SMART scopes and "
        "its patient together.",
    }


def _resource(rtype: str, profiles: list[str], included: list[str], update_as_create: bool) -> JsonObject:
    parameters = search_parameters(rtype)
    references = [f"{rtype}:{code}" for code, one in parameters.items() if one.type == "reference"]
    resource: JsonObject = {"type": rtype, "profile": f"http://hl7.org/fhir/StructureDefinition/{rtype}"}
    if profiles:
        resource["supportedProfile"] = profiles
    if rtype == "Subscription":
        resource = _subscriptions(resource)
    resource |= {
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned",
        "readHistory": True,
        "updateCreate": update_as_create,
        "conditionalCreate": True,
        "conditionalRead": "full-support",
        "conditionalUpdate": True,
        "conditionalDelete": "multiple",
        "referencePolicy": ["literal", "logical"],
        "searchInclude": ["*", *references],
    }
    if included:
        resource["searchRevInclude"] = included
    resource["searchParam"] = [_parameter(one) for one in parameters.values()]
    served = [one for one in operations() if _serves(one, rtype)]
    if served:
        resource["operation"] = [_operation(one) for one in served]
    return resource


def _subscriptions(resource: JsonObject) -> JsonObject:
    """What R4 Subscriptions Backport has a server say: its topics, and the profile of its Subscriptions."""
    url = f"{EXTENSIONS}capabilitystatement-subscriptiontopic-canonical"
    topics = [{"url": url, "valueCanonical": topic.url} for topic in SHIPPED]
    return {"extension": topics, **resource, "supportedProfile": [f"{EXTENSIONS}backport-subscription"]}


def _serves(operation: Operation, rtype: str) -> bool:
    named = operation.types is None or rtype in operation.types
    return named and bool(operation.levels & {TYPE, INSTANCE})


def _parameter(parameter: SearchParameter) -> JsonObject:
    shown: JsonObject = {"name": parameter.code}
    if parameter.urls:
        shown["definition"] = parameter.urls[0]
    shown["type"] = parameter.type
    if parameter.urls[1:]:
        shown["documentation"] = f"Also {' and '.join(parameter.urls[1:])}"
    return shown


def _operation(operation: Operation) -> JsonObject:
    return {"name": operation.name.removeprefix("$"), "definition": operation.definition}


@lru_cache(maxsize=1)
def _supported_profiles() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for url in sorted(profile_urls()):
        if url.startswith(_US_CORE) and profile(url).type in RESOURCE_TYPES:
            found.setdefault(profile(url).type, []).append(url)
    return found


@lru_cache(maxsize=1)
def _reverse_includes() -> dict[str, list[str]]:
    """``Source:parameter`` by target type; Provenance points at everything, and is asked for with everything."""
    found: dict[str, list[str]] = {rtype: ["Provenance:target"] for rtype in RESOURCE_TYPES}
    for rtype in sorted(RESOURCE_TYPES):
        for code, one in search_parameters(rtype).items():
            if one.type == "reference" and len(one.targets) <= _WIDE:
                for target in one.targets:
                    found[target].append(f"{rtype}:{code}")
    return found
