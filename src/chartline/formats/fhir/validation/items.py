"""The values of one element under an object, each with its place: lists paired with their extensions, choices by
their type.
"""

from __future__ import annotations

from chartline.formats.fhir.definitions import Element
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.visit import Item


def items_of(element: Element, holder: JsonObject, at: str) -> list[Item]:
    """The values of an element; for a choice, those of every type that is there. Structural faults are passed over."""
    found: list[Item] = []
    for json_name, code in element.names.items():
        content, siblings = holder.get(json_name), holder.get(f"_{json_name}")
        if content is None and siblings is None:
            continue
        place = f"{at}.{element.name}"
        if element.most != 1:
            _take(found, content, siblings, code, place)
        elif content is not None or isinstance(siblings, dict):
            found.append(_item(content, siblings, code, place))
    return found


def _take(found: list[Item], content: object, siblings: object, code: str, at: str) -> None:
    values = content if isinstance(content, list) else []
    beside = siblings if isinstance(siblings, list) else []
    for index in range(max(len(values), len(beside))):
        value = values[index] if index < len(values) else None
        sibling = beside[index] if index < len(beside) else None
        if value is not None or isinstance(sibling, dict):
            found.append(_item(value, sibling, code, f"{at}[{index}]"))


def _item(value: object, sibling: object, code: str, at: str) -> Item:
    named = value.get("resourceType") if isinstance(value, dict) else None
    return Item(value, sibling if isinstance(sibling, dict) else None, named if isinstance(named, str) else code, at)
