"""Changes at one place of a resource: list items and what stands beside primitives stay side by side.

Works on the patch's own copy. Refuses elements that the type does not have, and a second value for an element that
does not repeat.
"""

from __future__ import annotations

from dataclasses import dataclass

from chartline.formats.fhir.definitions import Element
from chartline.formats.fhir.fhirpath.kinds import Kind, holds_resources, resource_kind
from chartline.formats.fhir.fhirpath.nodes import Node
from chartline.formats.fhir.json import JsonObject


class Unfit(Exception):
    """The change does not fit; ``reason`` is a constant word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, repr=False)
class Given:
    """A value from a patch: its FHIR type (empty for a backbone element or resource), content, and what is beside."""

    type_name: str
    value: object
    beside: object = None


@dataclass(frozen=True, slots=True)
class Slot:
    """An element as JSON has it: its JSON name, type and whether it repeats."""

    name: str
    kind: Kind
    many: bool


def slot(of: Kind, name: str, given: Given) -> Slot:
    """Where a value goes under an element's name (``value``, ``value[x]`` or ``valueQuantity``)."""
    plain = name.removesuffix("[x]")
    element: Element | None = of.elements.get(plain)
    wanted = None
    if element is None and plain in of.by_json():
        element = of.elements[of.by_json()[plain][0]]
        wanted = plain
    if element is None:
        raise Unfit("unknown_element")
    kinds = of.json_kinds(element)
    many = element.most is None or element.most > 1
    if len(kinds) == 1:
        json_name, only = next(iter(kinds.items()))
        return _fitting(Slot(json_name, only, many), given)
    for json_name, kind in kinds.items():
        if kind.name == given.type_name and wanted in (None, json_name):
            return Slot(json_name, kind, many)
    raise Unfit("type_not_allowed")


def _fitting(found: Slot, given: Given) -> Slot:
    if found.kind.primitive == isinstance(given.value, dict | list):
        raise Unfit("type_not_allowed")
    if isinstance(given.value, dict) and holds_resources(found.kind) and resource_kind(given.value).name == "":
        raise Unfit("type_not_allowed")
    return found


def holder(node: Node) -> JsonObject:
    """The JSON object that holds a node's elements; made when a primitive has nothing beside it yet."""
    data = node.holder
    if data is not None:
        return data
    if not node.kind.primitive or node.parent is None:
        raise Unfit("no_elements")
    around, beside = holder(node.parent), "_" + node.name
    fresh: JsonObject = {}
    if node.index < 0:
        around[beside] = fresh
    else:
        _padded(around, beside, node.index + 1)[node.index] = fresh
    return fresh


def add(node: Node, name: str, given: Given) -> None:
    """Add a value to an element: at the end of a list, or where nothing is yet."""
    data = holder(node)
    found = slot(node.kind, name, given)
    if not found.many:
        element = node.kind.by_json()[found.name][0]
        taken = node.kind.elements[element].names
        if any(other in data or "_" + other in data for other in taken):
            raise Unfit("already_there")
        _set(data, found.name, given)
        return
    values = data.get(found.name)
    insert(data, found, len(values) if isinstance(values, list) else _length(data, found.name), given)


def _length(data: JsonObject, name: str) -> int:
    beside = data.get("_" + name)
    return len(beside) if isinstance(beside, list) else 0


def insert(data: JsonObject, found: Slot, index: int, given: Given) -> None:
    """Put a value into a list at an index (up to its length)."""
    if not found.many:
        raise Unfit("not_a_list")
    beside = "_" + found.name
    length = max(_length(data, found.name), len(_list(data, found.name)))
    if not 0 <= index <= length:
        raise Unfit("index_beyond_end")
    if given.value is not None or found.name in data:
        _padded(data, found.name, length).insert(index, given.value)
    elif given.beside is None:
        raise Unfit("no_value")
    if given.beside is not None or beside in data:
        _padded(data, beside, length).insert(index, given.beside)


def _list(data: JsonObject, name: str) -> list[object]:
    values = data.get(name)
    return values if isinstance(values, list) else []


def _padded(data: JsonObject, name: str, length: int) -> list[object]:
    values = data.get(name)
    if not isinstance(values, list):
        values = data[name] = []
    values.extend([None] * (length - len(values)))
    return values


def _set(data: JsonObject, name: str, given: Given) -> None:
    for key, value in ((name, given.value), ("_" + name, given.beside)):
        if value is not None:
            data[key] = value
        else:
            data.pop(key, None)


def replace(node: Node, given: Given) -> None:
    """Put another value in a node's place; a choice may change its type."""
    if node.parent is None:
        raise Unfit("whole_resource")
    data = holder(node.parent)
    found = slot(node.parent.kind, node.element, given)
    if node.index >= 0 and found.name == node.name:
        length = max(len(_list(data, node.name)), _length(data, node.name))
        _padded(data, node.name, length)[node.index] = given.value
        if given.beside is not None or "_" + node.name in data:
            _padded(data, "_" + node.name, length)[node.index] = given.beside
            _settled(data, node.name)
        return
    if found.name != node.name:
        data.pop(node.name, None)
        data.pop("_" + node.name, None)
    _set(data, found.name, given)


def delete(node: Node) -> None:
    """Take a node out, and whatever around it is then empty."""
    if node.parent is None:
        raise Unfit("whole_resource")
    data = holder(node.parent)
    if node.index < 0:
        data.pop(node.name, None)
        data.pop("_" + node.name, None)
    else:
        for key in (node.name, "_" + node.name):
            values = _list(data, key)
            if node.index < len(values):
                del values[node.index]
        _settled(data, node.name)
    if not data and node.parent.parent is not None:
        _emptied(node.parent)


def _emptied(node: Node) -> None:
    """A node without elements goes too; a primitive keeps its value and loses only what was beside it."""
    if node.kind.primitive and node.value is not None and node.parent is not None:
        around = holder(node.parent)
        if node.index < 0:
            around.pop("_" + node.name, None)
        else:
            _list(around, "_" + node.name)[node.index] = None
            _settled(around, node.name)
        return
    delete(node)


def _settled(data: JsonObject, name: str) -> None:
    """No list of nothing but nulls, and no empty list."""
    for key in (name, "_" + name):
        values = data.get(key)
        if isinstance(values, list) and all(value is None for value in values):
            del data[key]


def move(data: JsonObject, name: str, source: int, destination: int) -> None:
    """Take a list item from one index to another; the destination counts after it was taken out."""
    length = max(len(_list(data, name)), _length(data, name))
    if not (0 <= source < length and 0 <= destination < length):
        raise Unfit("index_beyond_end")
    for key in (name, "_" + name):
        if key in data:
            values = _padded(data, key, length)
            values.insert(destination, values.pop(source))
