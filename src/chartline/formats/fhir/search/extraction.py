"""What a resource is found by: the values of every search parameter of its type, and its compartments.

Pure and quick: it runs at every write and for every candidate of a search. Refuses nothing that was accepted: values
that mean nothing to a parameter are passed over. A type that R4 does not define has no values.
"""

from __future__ import annotations

from collections.abc import Mapping

from chartline.formats.fhir.definitions import SearchParameter
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.search.engine import engine_values
from chartline.formats.fhir.search.plan import COMPARTMENTS, Plan, plan_for, plan_of
from chartline.formats.fhir.search.values import Extracted, ReferenceValue

_KINDS = frozenset(COMPARTMENTS)


def extract(resource: JsonObject, custom: Mapping[str, SearchParameter] | None = None) -> Extracted:
    """Everything a resource is found by; ``custom`` are further parameters of its type, by code."""
    rtype, identity = resource.get("resourceType"), resource.get("id")
    known = rtype if isinstance(rtype, str) else ""
    found = Extracted(known, identity if isinstance(identity, str) else "")
    try:
        plan = plan_of(known)
    except KeyError:
        return found
    _walk(resource, plan, found)
    _place(plan, found)
    if custom:
        for code in custom:
            found.values.pop(code, None)
        _walk(resource, plan_for(known, tuple(custom.values())), found)
    return found


def extract_some(resource: JsonObject, parameters: tuple[SearchParameter, ...]) -> Extracted:
    """What a resource is found by in some parameters alone, in a fraction of the time; without its compartments."""
    rtype, identity = resource.get("resourceType"), resource.get("id")
    known = rtype if isinstance(rtype, str) else ""
    found = Extracted(known, identity if isinstance(identity, str) else "")
    try:
        _walk(resource, plan_for(known, parameters), found)
    except KeyError:
        return found
    return found


def _walk(resource: JsonObject, plan: Plan, found: Extracted) -> None:
    members, sink = plan.members, found.values
    for name, value in resource.items():
        visit = members.get(name)
        if visit is not None:
            visit(value, sink)
    for name, join in plan.joined:
        if name in resource:
            join(resource, sink)
    for whole in plan.whole:
        whole(resource, sink)
    for parameter in plan.foreign:
        values = engine_values(resource, parameter)
        if values:
            sink[parameter.code] = values


def _place(plan: Plan, found: Extracted) -> None:
    inside: dict[str, None] = {}
    if found.type in _KINDS and found.id:
        inside[f"{found.type}/{found.id}"] = None
    values = found.values
    for code, kinds in plan.compartments:
        for value in values.get(code, ()):
            if type(value) is ReferenceValue and value.id is not None and value.type in kinds:
                inside[f"{value.type}/{value.id}"] = None
    found.compartments = tuple(inside)
