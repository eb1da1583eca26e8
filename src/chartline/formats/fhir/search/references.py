"""References and canonicals as values, decided from their text alone: nothing is fetched.

Stored and asked references are read by the same functions. Refuses to take another server's resource for one of ours
with the same id: an absolute address counts as ours only under the given ``base``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.formats.fhir.search.tokens import identifier
from chartline.formats.fhir.search.values import ReferenceValue, TokenValue

Convert = Callable[[object], tuple[ReferenceValue, ...]]
"""From one JSON value to the references that find it."""

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_TAIL = re.compile(r".*/([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/([A-Za-z0-9.-]{1,64}))?")
_EMPTY = ReferenceValue()


def is_id(text: str) -> bool:
    """Whether a text may be the id of a resource."""
    return _ID.fullmatch(text) is not None


def reading(text: str, base: str | None = None) -> ReferenceValue:
    """A reference's text: relative, versioned, absolute (ours when it begins with ``base``), ``urn:``, ``#inside``."""
    if base is not None and text.startswith(base):
        text = text[len(base) :].lstrip("/")
    parts = text.split("/")
    if parts[0] in RESOURCE_TYPES:
        if len(parts) == 2 and is_id(parts[1]):
            return ReferenceValue(parts[0], parts[1])
        if len(parts) == 4 and parts[2] == "_history" and is_id(parts[1]):
            return ReferenceValue(parts[0], parts[1], None, parts[3])
    elsewhere = _TAIL.fullmatch(text)
    if elsewhere is not None and elsewhere[1] in RESOURCE_TYPES:
        whole = text[: elsewhere.end(2)]
        return ReferenceValue(elsewhere[1], None, whole, elsewhere[3])
    return ReferenceValue(None, None, text)


@lru_cache(maxsize=8192)
def _stored(text: str) -> ReferenceValue:
    return reading(text)


def canonical_reading(text: str) -> ReferenceValue:
    """A canonical: its url, and its version after the bar. A relative one (``Questionnaire/1``) has type and id too."""
    url, _, version = text.partition("|")
    parts = url.split("/")
    if len(parts) == 2 and parts[0] in RESOURCE_TYPES and is_id(parts[1]):
        return ReferenceValue(parts[0], parts[1], url, version or None)
    return ReferenceValue(None, None, url, version or None)


def reference(value: object) -> tuple[ReferenceValue, ...]:
    """A Reference: by its text, its identifier, or neither."""
    if not isinstance(value, dict):
        return ()
    text, number, kind = value.get("reference"), value.get("identifier"), value.get("type")
    made = _EMPTY
    if isinstance(text, str):
        # The same few targets are referred to again and again.
        made = _stored(text)
    if number is None and (kind is None or made.type is not None):
        return (made,)
    known = made.type or (kind if isinstance(kind, str) and kind in RESOURCE_TYPES else None)
    return (ReferenceValue(known, made.id, made.url, made.version, _first(identifier(number))),)


def _first(found: tuple[TokenValue, ...]) -> TokenValue | None:
    return found[0] if found else None


def canonical(value: object) -> tuple[ReferenceValue, ...]:
    """A canonical, uri or url that a reference parameter points at."""
    return (canonical_reading(value),) if isinstance(value, str) else ()


def inline(value: object) -> tuple[ReferenceValue, ...]:
    """A whole resource in the place of a reference (``Bundle.composition``)."""
    kind = value.get("resourceType") if isinstance(value, dict) else None
    inside = value.get("id") if isinstance(value, dict) else None
    if not isinstance(kind, str) or not isinstance(inside, str):
        return ()
    return (ReferenceValue(kind, inside),)


REFERENCES: dict[str, Convert] = {
    "Reference": reference,
    "Resource": inline,
    **dict.fromkeys(("canonical", "uri", "url"), canonical),
}
"""Converters by FHIR type for reference parameters."""
