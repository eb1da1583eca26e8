"""What the FHIRPath rules of definitions may ask: references, value sets, profiles, narrative."""

from __future__ import annotations

from chartline.formats.fhir.fhirpath import Services
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.bindings import in_value_set
from chartline.formats.fhir.validation.narrative import narrative_faults
from chartline.formats.fhir.validation.visit import Item, Visit


def services_of(visit: Visit) -> Services:
    """The services of a visit, made once for each resource."""
    if visit.services is None:
        visit.services = Services(
            resolve=visit.resolve,
            member_of=lambda value, value_set: _member_of(value, value_set, visit),
            conforms_to=lambda resource, profile: _conforms_to(resource, profile, visit),
            narrative=lambda div: not narrative_faults(div),
        )
    return visit.services


def _member_of(value: object, value_set: str, visit: Visit) -> bool | None:
    if isinstance(value, dict):
        return in_value_set(
            value_set, Item(value, None, "CodeableConcept" if "coding" in value else "Coding", ""), visit
        )
    return in_value_set(value_set, Item(value, None, "code", ""), visit) if isinstance(value, str) else None


def _conforms_to(resource: JsonObject, profile: str, visit: Visit) -> bool | None:
    return visit.fits(resource, profile, visit) if visit.fits is not None else None
