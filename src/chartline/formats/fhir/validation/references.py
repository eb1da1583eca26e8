"""References: their form, and whether what they point to may stand there. Judged by their text, resolved when
possible.

Accepts ``Type/id`` with or without a version, absolute addresses, ``urn:uuid:`` and ``urn:oid:``, ``#id`` of a
contained resource, and ``Type?criteria`` of a transaction. Refuses any other relative text.
"""

from __future__ import annotations

import re

from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.issue import REFERENCE, Severity
from chartline.formats.fhir.validation.visit import Visit

WRONG_TARGET = "points to a resource of a type that may not stand here"
BAD_FORM = "is not in the form of a reference"
NO_ENTRY = "points to no entry of the Bundle"
NOTHING = "must have a reference, an identifier or a display"
DISAGREES = "has a type that is not the one of the reference"

_WHOLE = frozenset({"document", "message", "transaction"})
"""Bundles that must hold what they name by a temporary address."""

_REST = re.compile(r"(?:https?://[^?#]+/|)([A-Z][A-Za-z]+)/[A-Za-z0-9.-]{1,64}(?:/_history/[A-Za-z0-9.-]{1,64})?")
_CONDITION = re.compile(r"([A-Z][A-Za-z]+)\?.+")
_ABSOLUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+")


def check_reference(value: JsonObject, visit: Visit, at: str) -> None:
    """Report a reference whose form is wrong, whatever it points to."""
    text = value.get("reference")
    if not isinstance(text, str):
        if not {"reference", "_reference", "identifier", "display", "_display", "extension"} & value.keys():
            visit.report.say(REFERENCE, "required", at, NOTHING)
        return
    named = target_type(value, visit)
    if named is None and not (text.startswith("#") or _ABSOLUTE.fullmatch(text)):
        visit.report.say(REFERENCE, "value", f"{at}.reference", BAD_FORM)
    if visit.bundle is not None and text.startswith("urn:") and visit.resolve(text) is None:
        severity = Severity.ERROR if visit.bundle in _WHOLE else Severity.WARNING
        visit.report.say(REFERENCE, "not-found", f"{at}.reference", NO_ENTRY, severity=severity)
    stated = value.get("type")
    if isinstance(stated, str) and stated in RESOURCE_TYPES and named is not None and stated != named:
        visit.report.say(REFERENCE, "value", f"{at}.type", DISAGREES)


def check_target(value: JsonObject, allowed: frozenset[str], visit: Visit, at: str, profile: str | None = None) -> None:
    """Report a reference to a resource type that is not among the allowed ones; a type nobody knows passes."""
    named = target_type(value, visit)
    if named is None:
        stated = value.get("type")
        named = stated if isinstance(stated, str) and stated in RESOURCE_TYPES else None
    if named is not None and named not in allowed and "Resource" not in allowed:
        visit.report.say(REFERENCE, "value", at, WRONG_TARGET, profile=profile)


def target_type(value: JsonObject, visit: Visit) -> str | None:
    """The type of resource a reference points to: by its text, else by what it resolves to."""
    text = value.get("reference")
    if not isinstance(text, str):
        return None
    if found := _REST.fullmatch(text) or _CONDITION.fullmatch(text):
        if found[1] in RESOURCE_TYPES:
            return found[1]
        if not text.startswith("http"):
            return None
    if text.startswith(("#", "urn:", "http")):
        resource = visit.resolve(text)
        named = resource.get("resourceType") if resource is not None else None
        return named if isinstance(named, str) else None
    return None
