"""How an element is said in XML, compiled once from the definitions: which parts it has, in which order, of what kind.

Refuses to guess: what the definitions do not name has no place here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from chartline.formats.fhir.definitions import RESOURCE_TYPES, Element, structure
from chartline.formats.fhir.primitives import PRIMITIVES


class Kind(Enum):
    """How the content of a part is written."""

    PRIMITIVE = "primitive"
    OBJECT = "object"
    RESOURCE = "resource"
    XHTML = "xhtml"


@dataclass(frozen=True, slots=True)
class Part:
    """One JSON name of an element: ``type`` a primitive or datatype, ``inner`` where its parts are defined."""

    name: str
    kind: Kind
    type: str
    many: bool
    place: int
    inner: tuple[str, str]
    """Structure and path, for objects; ("", "") for others."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts under one path, by JSON name, and the names that are attributes in XML."""

    parts: dict[str, Part]
    attributes: frozenset[str]


@lru_cache(maxsize=2048)
def plan(name: str, path: str) -> Plan:
    """The plan of a path in a structure: ``plan("Patient", "Patient.contact")``."""
    whole = structure(name)
    attributes = frozenset[str]()
    if whole.kind != "resource" or path != name:
        attributes = frozenset({"id", "url"} if name == "Extension" else {"id"})
    parts: dict[str, Part] = {}
    for element in whole.children[path].values():
        for json_name, type_name in element.names.items():
            if json_name not in attributes:
                parts[json_name] = _part(name, element, json_name, type_name, len(parts))
    return Plan(parts, attributes)


def _part(name: str, element: Element, json_name: str, type_name: str, place: int) -> Part:
    many = element.most is None or element.most > 1
    inner = ("", "")
    if type_name == "xhtml":
        kind = Kind.XHTML
    elif element.content is not None:
        kind, inner = Kind.OBJECT, (element.content.partition(".")[0], element.content)
    elif element.backbone:
        kind, inner = Kind.OBJECT, (name, element.path)
    elif type_name in PRIMITIVES:
        kind = Kind.PRIMITIVE
    elif type_name in RESOURCE_TYPES or type_name in ("Resource", "DomainResource"):
        kind = Kind.RESOURCE
    else:
        kind, inner = Kind.OBJECT, (type_name, type_name)
    return Part(json_name, kind, type_name, many, place, inner)
