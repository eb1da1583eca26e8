"""Coding and CodeableConcept: building and reading."""

from __future__ import annotations

from chartline.formats.fhir.elements import children, text, updated
from chartline.formats.fhir.json import JsonObject


def coding(system: str | None, code: str, display: str | None = None) -> JsonObject:
    """A code in a system (a URI)."""
    return updated(None, system=system, code=code, display=display)


def concept(system: str | None, code: str, display: str | None = None, *, words: str | None = None) -> JsonObject:
    """A CodeableConcept of one coding; ``words`` is its text."""
    return updated(None, coding=[coding(system, code, display)], text=words)


def code_of(value: JsonObject | None, system: str | None = None) -> str | None:
    """The first code of a CodeableConcept, of one system if given."""
    for one in children(value, "coding"):
        if system is None or text(one, "system") == system:
            return text(one, "code")
    return None
