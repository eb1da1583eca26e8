"""Search parameter paths laid over the definitions: which JSON members to walk, and which FHIR type waits at the end.

A choice element without a type becomes one branch for each of its types. Refuses (answers nothing for) names that the
structure does not have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from chartline.formats.fhir.definitions import Binding, Element, Structure, structure
from chartline.formats.fhir.search.paths import Child, Index, Of, Only, Path, Step, Where

Move: TypeAlias = str | Where | Index
"""One step through JSON: a member's name, a test on an object, a place in a list."""

_ROOTS = frozenset({"Resource", "DomainResource"})
_SYSTEM_STRING = "http://hl7.org/fhirpath/System.String"
_SAME = {"DateTime": "dateTime", "String": "string", "Date": "date"}
"""Spellings of types that some official expressions use."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point of a structure under which elements are known: ``Patient``, ``Patient.contact``, ``HumanName``."""

    structure: Structure
    path: str


@dataclass(frozen=True, slots=True)
class Branch:
    """One way through JSON to values of one FHIR type. ``element`` is the path of the definition at its end.

    ``only`` keeps references to one resource type; ``place`` is where components of a composite begin.
    """

    moves: tuple[Move, ...]
    kind: str
    element: str = ""
    binding: Binding | None = None
    only: str | None = None
    place: Place | None = None


def top(rtype: str) -> Place:
    """The place of a resource type. Raises ``KeyError`` when R4 does not define it."""
    return Place(structure(rtype), rtype)


def branches(path: Path, place: Place) -> list[Branch]:
    """Every branch of a path from a place; empty when the structure has no such element, or it is another type's."""
    steps = path.steps
    found = [Branch((), place.path, place.path, place=place)]
    if steps and isinstance(steps[0], Child) and steps[0].name[0].isupper():
        if steps[0].name not in {place.path, place.structure.name, *_ROOTS}:
            return []
        steps = steps[1:]
    for step in steps:
        found = [longer for branch in found for longer in _taken(branch, step)]
    return found


def _taken(branch: Branch, step: Step) -> Iterator[Branch]:
    if isinstance(step, Child):
        yield from _children(branch, step.name)
    elif isinstance(step, Of):
        if branch.kind == _SAME.get(step.type, step.type):
            yield branch
    elif isinstance(step, Only):
        yield Branch(branch.moves, branch.kind, branch.element, branch.binding, step.type, branch.place)
    else:
        yield Branch((*branch.moves, step), branch.kind, branch.element, branch.binding, branch.only, branch.place)


def _children(branch: Branch, name: str) -> Iterator[Branch]:
    place = branch.place
    if place is None:
        return
    children = place.structure.children.get(place.path, {})
    element = children.get(name)
    if element is not None:
        wanted = element.names
    else:
        # Some expressions name the type's own member (valueDateTime) and not the choice (value).
        element = next((one for one in children.values() if name in one.names), None)
        wanted = {name: element.names[name]} if element is not None else {}
    if element is None:
        return
    for member, kind in wanted.items():
        kind = "id" if kind == _SYSTEM_STRING else kind
        below = _place(place, element, kind)
        yield Branch((*branch.moves, member), kind, element.path, element.binding, None, below)


def _place(above: Place, element: Element, kind: str) -> Place | None:
    if element.content is not None:
        return Place(above.structure, element.content)
    if element.path in above.structure.children:
        return Place(above.structure, element.path)
    try:
        below = structure(kind)
    except KeyError:
        return None
    return Place(below, kind) if kind in below.children else None
