"""Reference and Identifier: building and reading.

Refuses to guess: a reference to something contained, or by identifier alone, has no target here.
"""

from __future__ import annotations

import re

from chartline.formats.fhir.elements import children, text, updated
from chartline.formats.fhir.json import JsonObject

_TARGET = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?")


def reference(rtype: str, identity: str, display: str | None = None) -> JsonObject:
    """A relative reference, ``{"reference": "Patient/123"}``."""
    return updated(None, reference=f"{rtype}/{identity}", display=display)


def reference_target(value: JsonObject | None) -> tuple[str, str] | None:
    """Type and id a reference points at, also from an absolute or versioned one; None when there is none."""
    match = _TARGET.fullmatch(text(value, "reference") or "")
    return (match[1], match[2]) if match else None


def identifier(system: str, value: str, *, use: str | None = None, prior: JsonObject | None = None) -> JsonObject:
    """A business identifier in a system (a URI)."""
    return updated(prior, use=use or (text(prior, "use") if prior else None), system=system, value=value)


def identifier_value(resource: JsonObject, system: str) -> str | None:
    """The value of the first identifier of a system, leaving out the ones marked old."""
    for one in children(resource, "identifier"):
        if text(one, "system") == system and text(one, "use") != "old":
            return text(one, "value")
    return None


def with_identifier(resource: JsonObject, system: str, value: str) -> JsonObject:
    """A copy of the resource whose identifier of a system has this value; old ones and the others stay."""
    known = children(resource, "identifier")
    current = (index for index, one in enumerate(known) if text(one, "system") == system and text(one, "use") != "old")
    place = next(current, None)
    if place is None:
        changed = [*known, identifier(system, value)]
    else:
        changed = [*known[:place], identifier(system, value, prior=known[place]), *known[place + 1 :]]
    return {**resource, "identifier": changed}
