"""What a search parameter points at, by the definitions: FHIR types, whether case counts, which code system is implied.

Extraction and the reading of queries both ask here, so that stored and asked values are written alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from chartline.formats.fhir.definitions import Binding, Component, SearchParameter
from chartline.formats.fhir.search.branches import Branch, branches, top
from chartline.formats.fhir.search.paths import read_paths
from chartline.formats.fhir.search.tokens import LOOSE, SPECIAL_VALUES


@dataclass(frozen=True, slots=True)
class Nature:
    """``kinds`` are the FHIR types at the ends of the parameter's paths.

    ``loose``: case of tokens does not count. ``systems``: every value is of these code systems though none is written
    beside it (``Patient.gender``); empty when that is not so. ``native``: the paths are walked without the FHIRPath
    engine.
    """

    kinds: frozenset[str]
    loose: bool
    systems: frozenset[str]
    native: bool

    @property
    def contact(self) -> bool:
        """Telephone numbers and addresses, compared by ``contact_key``."""
        return self.kinds == {"ContactPoint"}

    @property
    def canonical(self) -> bool:
        """Canonicals or plain uris, which are not references to a type and an id."""
        return bool(self.kinds) and self.kinds <= {"canonical", "uri", "url"}


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a composite as it is searched: its code, type and nature."""

    code: str
    type: str
    nature: Nature


_ODD_SYSTEMS: dict[str, tuple[str, ...]] = {
    "care-plan-activity-kind": ("http://hl7.org/fhir/resource-types",),
    "care-plan-intent": ("http://hl7.org/fhir/request-intent",),
    "clinicalimpression-status": ("http://hl7.org/fhir/event-status",),
    "currencies": ("urn:iso:std:iso:4217",),
    "defined-types": ("http://hl7.org/fhir/data-types", "http://hl7.org/fhir/resource-types"),
    "detectedissue-status": ("http://hl7.org/fhir/detectedissue-status", "http://hl7.org/fhir/observation-status"),
    "immunization-evaluation-status": ("http://terminology.hl7.org/CodeSystem/medication-admin-status",),
    "immunization-status": ("http://hl7.org/fhir/event-status",),
    "languages": ("urn:ietf:bcp:47",),
    "medication-admin-status": ("http://terminology.hl7.org/CodeSystem/medication-admin-status",),
    "medication-statement-status": ("http://hl7.org/fhir/CodeSystem/medication-statement-status",),
    "medication-status": ("http://hl7.org/fhir/CodeSystem/medication-status",),
    "medicationdispense-status": ("http://terminology.hl7.org/CodeSystem/medicationdispense-status",),
    "medicationknowledge-status": ("http://terminology.hl7.org/CodeSystem/medicationknowledge-status",),
    "medicationrequest-intent": ("http://hl7.org/fhir/CodeSystem/medicationrequest-intent",),
    "medicationrequest-status": ("http://hl7.org/fhir/CodeSystem/medicationrequest-status",),
    "mimetypes": ("urn:ietf:bcp:13",),
    "system-restful-interaction": ("http://hl7.org/fhir/restful-interaction",),
    "task-intent": ("http://hl7.org/fhir/request-intent", "http://hl7.org/fhir/task-intent"),
    "type-restful-interaction": ("http://hl7.org/fhir/restful-interaction",),
    "v3-ConfidentialityClassification": ("http://terminology.hl7.org/CodeSystem/v3-Confidentiality",),
    "verificationresult-status": ("http://hl7.org/fhir/CodeSystem/status",),
}
"""Value sets of codes whose code system has another address than theirs without ``ValueSet/`` (R4, compared one by
one)."""


@lru_cache(maxsize=4096)
def nature(rtype: str, parameter: SearchParameter) -> Nature:
    """The nature of a parameter as one resource type has it. Raises ``KeyError`` for an unknown type."""
    paths = read_paths(parameter.expression)
    if paths is None:
        return _foreign()
    ends = [branch for path in paths for branch in branches(path, top(rtype))]
    if any(path.present for path in paths):
        return Nature(frozenset({"boolean"}), True, frozenset({SPECIAL_VALUES}), True)
    return _of(ends)


@lru_cache(maxsize=512)
def parts(rtype: str, parameter: SearchParameter) -> tuple[Part, ...]:
    """The components of a composite; empty for other parameters, and for those that have no components here."""
    nodes = [branch for path in read_paths(parameter.expression) or () for branch in branches(path, top(rtype))]
    found: list[Part] = []
    for component in parameter.components:
        ends = [end for node in nodes for end in component_ends(component, node, rtype)]
        kind = _of(ends)
        found.append(Part(component.code, _fitting(component.type, kind.kinds), kind))
    return tuple(found)


def component_ends(component: Component, node: Branch, rtype: str) -> list[Branch]:
    """Where a component leads from a node of its composite; those from ``%resource`` begin at the resource."""
    paths = read_paths(component.expression) or ()
    ends: list[Branch] = []
    for path in paths:
        place = top(rtype) if path.whole else node.place
        if place is not None:
            ends.extend(branches(path, place))
    return ends


def _fitting(declared: str, kinds: frozenset[str]) -> str:
    # DocumentReference.relationship has the types of its two components exchanged in R4; the elements decide.
    if declared == "reference" and kinds == {"code"}:
        return "token"
    return "reference" if declared == "token" and kinds == {"Reference"} else declared


def _foreign() -> Nature:
    return Nature(frozenset(), False, frozenset(), False)


def _of(ends: list[Branch]) -> Nature:
    kinds = frozenset(end.kind for end in ends)
    loose = bool(kinds) and kinds <= LOOSE
    implied = [_implied(end.kind, end.binding, end.element) for end in ends]
    systems = frozenset(one for some in implied for one in some) if implied and all(implied) else frozenset[str]()
    return Nature(kinds, loose, systems, True)


def _implied(kind: str, binding: Binding | None, element: str) -> tuple[str, ...]:
    if kind == "boolean":
        return (SPECIAL_VALUES,)
    if kind != "code" or binding is None or binding.strength != "required" or element == "Coding.code":
        return ()
    value_set = binding.value_set.partition("|")[0]
    odd = _ODD_SYSTEMS.get(value_set.rpartition("/")[2])
    return odd if odd is not None else (value_set.replace("/ValueSet/", "/"),)
