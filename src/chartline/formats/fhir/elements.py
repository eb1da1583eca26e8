"""Tolerant readers of one element: the value if it is there and has the expected kind, else nothing.

They never raise: what arrives from elsewhere is checked by ``shapes``, not by every reader.
"""

from __future__ import annotations

from chartline.formats.fhir.json import JsonObject


def text(holder: JsonObject | None, name: str) -> str | None:
    """A string element; None when absent, empty or not a string."""
    value = holder.get(name) if holder else None
    return value if isinstance(value, str) and value else None


def texts(holder: JsonObject | None, name: str) -> list[str]:
    """The strings of a repeating primitive element."""
    value = holder.get(name) if holder else None
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def flag(holder: JsonObject | None, name: str) -> bool | None:
    """A boolean element."""
    value = holder.get(name) if holder else None
    return value if isinstance(value, bool) else None


def child(holder: JsonObject | None, name: str) -> JsonObject | None:
    """An object element."""
    value = holder.get(name) if holder else None
    return value if isinstance(value, dict) else None


def children(holder: JsonObject | None, name: str) -> list[JsonObject]:
    """The objects of a repeating element; one object alone counts as a list of one."""
    value = holder.get(name) if holder else None
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def updated(prior: JsonObject | None, **elements: object) -> JsonObject:
    """A copy of ``prior`` with elements set; None and empty lists remove an element. What is not named stays."""
    result = dict(prior or {})
    for name, value in elements.items():
        if value is None or value == []:
            result.pop(name, None)
        else:
            result[name] = value
    return result
