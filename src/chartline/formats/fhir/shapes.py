"""Structural check of a resource against the R4 elements: names, repetition, required parts, primitive formats.

The tables are data (``data/r4.shapes``), one section per type and per nested element. Finds all faults, each with
its path. Refuses unknown elements; does not judge codes against value sets, references or invariants.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.primitives import PRIMITIVES, fits
from chartline.kernel.errors import Again, Blame, ErrorKind

BAD_SHAPE = ErrorKind(
    "fhir.bad_shape",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The resource does not have the structure FHIR R4 prescribes.",
    "Correct the elements named in the fields and send it again.",
    status=422,
)

_EVERYWHERE = frozenset({"id", "extension"})
_IN_BACKBONES = frozenset({"modifierExtension"})
_IN_RESOURCES = frozenset({"resourceType", "implicitRules", "language", "contained", "modifierExtension"})
_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9]{0,63}")
_UNCHECKED = frozenset({"Resource", "Narrative", "Extension", "Element"})
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, ``Patient.name[0].given``: what is wrong, never the value."""

    path: str
    rule: str


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a section: its JSON name, its type, whether it repeats."""

    type: str
    many: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The elements of a type: by JSON name (choices spelled out), and the required and exclusive groups of names."""

    elements: dict[str, Element]
    required: tuple[tuple[str, ...], ...]
    choices: tuple[tuple[str, ...], ...]


def known_type(rtype: str) -> bool:
    """Whether resources of a type can be checked and stored."""
    section = _sections().get(rtype)
    return section is not None and "meta" in section.elements


def require_shape(resource: JsonObject) -> None:
    """Raises ``fhir.bad_shape`` naming up to ten faults."""
    found = faults(resource)
    if found:
        listed = "; ".join(f"{fault.path}: {fault.rule}" for fault in found[:_SHOWN])
        raise BAD_SHAPE.error(count=str(len(found)), faults=listed)


def faults(resource: JsonObject) -> list[Fault]:
    """Everything wrong with the structure of a resource; empty when it is sound."""
    rtype = resource.get("resourceType")
    if not isinstance(rtype, str) or not known_type(rtype):
        return [Fault("resourceType", "is missing or not a type that is stored here")]
    found: list[Fault] = []
    _check_object(resource, rtype, rtype, _IN_RESOURCES, found)
    return found


def _check_object(value: JsonObject, section_name: str, path: str, also: frozenset[str], found: list[Fault]) -> None:
    section = _sections()[section_name]
    for name, content in value.items():
        element = section.elements.get(name)
        if element is not None:
            _check_element(content, element, f"{path}.{name}", found)
        elif name[:1] == "_" and (sibling := section.elements.get(name[1:])) and sibling.type in PRIMITIVES:
            if not isinstance(content, list if sibling.many else dict):
                found.append(Fault(f"{path}.{name}", "must hold the extensions of a primitive"))
        elif name not in _EVERYWHERE and name not in also:
            found.append(Fault(f"{path}.{name if _NAME.fullmatch(name) else '?'}", "is not an element of this type"))
    for group in section.required:
        if not any(name in value or f"_{name}" in value for name in group):
            found.append(Fault(f"{path}.{_group_name(group)}", "is required"))
    for group in section.choices:
        if sum(name in value for name in group) > 1:
            found.append(Fault(f"{path}.{_group_name(group)}", "may be given in one type only"))


def _check_element(content: object, element: Element, path: str, found: list[Fault]) -> None:
    if not element.many:
        _check_value(content, element.type, path, found)
    elif not isinstance(content, list) or not content:
        found.append(Fault(path, "must be a list with at least one entry"))
    else:
        for index, item in enumerate(content):
            if item is not None or element.type not in PRIMITIVES:
                _check_value(item, element.type, f"{path}[{index}]", found)


def _check_value(content: object, kind: str, path: str, found: list[Fault]) -> None:
    if kind in PRIMITIVES:
        if not fits(kind, content):
            found.append(Fault(path, f"is not a valid {kind}"))
    elif not isinstance(content, dict) or not content:
        found.append(Fault(path, "must be an object with content"))
    elif kind not in _UNCHECKED:
        _check_object(content, kind, path, _IN_BACKBONES if "." in kind else frozenset(), found)


def _group_name(group: tuple[str, ...]) -> str:
    return group[0] if len(group) == 1 else " or ".join(group)


@lru_cache(maxsize=1)
def _sections() -> dict[str, Section]:
    lines = files("chartline.formats.fhir").joinpath("data/r4.shapes").read_text().splitlines()
    sections: dict[str, Section] = {}
    rows: list[str] = []
    name = ""
    for line in [*lines, "end"]:
        if line.startswith("  "):
            rows.append(line)
        elif not line.startswith("#"):
            if name:
                sections[name] = _section(rows)
            name, rows = line, []
    return sections


def _section(rows: list[str]) -> Section:
    elements: dict[str, Element] = {}
    required: list[tuple[str, ...]] = []
    choices: list[tuple[str, ...]] = []
    for row in rows:
        marked, *types = row.split()
        stem = marked.rstrip("!*")
        names = (stem,)
        if stem.endswith("[x]"):
            names = tuple(stem[:-3] + kind[0].upper() + kind[1:] for kind in types)
            choices.append(names)
        for name, kind in zip(names, types, strict=True):
            elements[name] = Element(kind.lstrip("@"), "*" in marked[len(stem) :])
        if "!" in marked[len(stem) :]:
            required.append(names)
    return Section(elements, tuple(required), tuple(choices))
