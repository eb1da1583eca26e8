"""The thorough check: every structural fault of a resource with its place. The authority on what is accepted.

Follows the JSON form of R4: known members only, lists where elements repeat, no empty object, list or string, null only
where a list of primitives has an extension at the same place (trailing nulls may be left out), one type of a choice,
required elements, formats, and codes of required value sets. Refuses resources nested deeper than ``DEEPEST``.
"""

from __future__ import annotations

import re

from chartline.formats.fhir.accept.fault import Fault
from chartline.formats.fhir.accept.narrative import is_narrative
from chartline.formats.fhir.accept.plan import RESOURCE, Group, Member, Node, node
from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.formats.fhir.elements import children, text
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.primitives import fits

DEEPEST = 100
"""How many objects may stand inside one another."""

_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9_]{0,63}")

UNKNOWN = "is not an element of this type"
NOT_A_LIST = "must be a list with at least one entry"
NOT_AN_OBJECT = "must be an object with content"
NO_TYPE = "is missing or not a resource type of FHIR R4"
NOT_ONE = "may be given in one type only"
REQUIRED = "is required"
TOO_MANY = "has too many entries"
TOO_DEEP = "is nested too deeply"
NOT_A_CODE = "is not a code of the value set it must be from"
NOT_EXTENSIONS = "must hold the extensions of a primitive"
NOTHING = "is null and has no extension"
BAD_NARRATIVE = "is not one well-formed div of XHTML without active content"


def faults(resource: JsonObject) -> list[Fault]:
    """Everything wrong with the structure of a resource, in its order; empty when it is sound."""
    found: list[Fault] = []
    _resource(resource, None, found, 1)
    return found


def _resource(value: object, path: str | None, found: list[Fault], depth: int) -> None:
    if not isinstance(value, dict) or not value:
        found.append(Fault(path or "resourceType", NOT_AN_OBJECT))
        return
    rtype = value.get("resourceType")
    if not isinstance(rtype, str) or rtype not in RESOURCE_TYPES:
        found.append(Fault(f"{path}.resourceType" if path else "resourceType", NO_TYPE))
        return
    _object(value, node(rtype), path or rtype, found, depth)


def _object(value: JsonObject, plan: Node, path: str, found: list[Fault], depth: int) -> None:
    if depth > DEEPEST:
        found.append(Fault(path, TOO_DEEP, "too-costly"))
        return
    for name, content in value.items():
        member = plan.members.get(name)
        if member is not None:
            _member(content, value.get(f"_{name}") if member.primitive else None, member, path, found, depth)
        elif name[:1] == "_" and (owner := plan.members.get(name[1:])) and owner.primitive:
            _extensions(content, value.get(name[1:]), owner, path, found, depth)
        elif name != "resourceType" or not plan.resource:
            found.append(Fault(f"{path}.{name if _NAME.fullmatch(name) else '?'}", UNKNOWN))
    for group in plan.required:
        if not _types_of(group, value):
            found.append(Fault(f"{path}.{group.name}", REQUIRED, "required"))
    for group in plan.choices:
        if len(_types_of(group, value)) > 1:
            found.append(Fault(f"{path}.{group.name}", NOT_ONE))


def _types_of(group: Group, value: JsonObject) -> list[str]:
    return [name for name in group.names if name in value or (name in group.primitives and f"_{name}" in value)]


def _member(content: object, beside: object, member: Member, path: str, found: list[Fault], depth: int) -> None:
    place = f"{path}.{member.name}"
    if not member.many:
        _value(content, member, place, found, depth)
        return
    if not isinstance(content, list) or not content:
        found.append(Fault(place, NOT_A_LIST))
        return
    if member.most is not None and len(content) > member.most:
        found.append(Fault(place, TOO_MANY))
    others = beside if isinstance(beside, list) else []
    for index, item in enumerate(content):
        if item is not None or not member.primitive:
            _value(item, member, f"{place}[{index}]", found, depth)
        elif index >= len(others) or others[index] is None:
            found.append(Fault(f"{place}[{index}]", NOTHING))


def _extensions(content: object, beside: object, owner: Member, path: str, found: list[Fault], depth: int) -> None:
    place = f"{path}.{owner.name}"
    if not owner.many:
        _extended(content, place, found, depth)
        return
    if not isinstance(content, list) or not content:
        found.append(Fault(place, NOT_EXTENSIONS))
        return
    values = beside if isinstance(beside, list) else []
    if owner.most is not None and len(content) > owner.most:
        found.append(Fault(place, TOO_MANY))
    for index, item in enumerate(content):
        if item is not None:
            _extended(item, f"{place}[{index}]", found, depth)
        elif index >= len(values):
            found.append(Fault(f"{place}[{index}]", NOTHING))


def _extended(content: object, place: str, found: list[Fault], depth: int) -> None:
    if isinstance(content, dict) and content:
        _object(content, node("Element"), place, found, depth + 1)
    else:
        found.append(Fault(place, NOT_EXTENSIONS))


def _value(content: object, member: Member, place: str, found: list[Fault], depth: int) -> None:
    if member.primitive:
        _primitive(content, member, place, found)
    elif member.kind == RESOURCE:
        _resource(content, place, found, depth + 1)
    elif isinstance(content, dict) and content:
        _object(content, node(member.kind), place, found, depth + 1)
        if member.codings is not None and not has_coding(content, member.codings):
            found.append(Fault(place, NOT_A_CODE, "code-invalid"))
    else:
        found.append(Fault(place, NOT_AN_OBJECT))


def has_coding(concept: object, codings: frozenset[tuple[str, str]]) -> bool:
    """Whether a CodeableConcept has one of the codings it must have one of."""
    return isinstance(concept, dict) and any(
        (text(one, "system"), text(one, "code")) in codings for one in children(concept, "coding")
    )


def _primitive(content: object, member: Member, place: str, found: list[Fault]) -> None:
    if not fits(member.kind, content):
        found.append(Fault(place, f"is not a valid {member.kind}", "value"))
    elif member.codes is not None and content not in member.codes:
        found.append(Fault(place, NOT_A_CODE, "code-invalid"))
    elif member.kind == "xhtml" and not is_narrative(str(content)):
        found.append(Fault(place, BAD_NARRATIVE, "invalid"))
