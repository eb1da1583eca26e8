"""What a FHIR primitive may look like in JSON. Formats follow the R4 datatypes page, in our own expressions."""

from __future__ import annotations

import re
from decimal import Decimal

from chartline.formats.fhir.dates import span

_TEXT = re.compile(r"[\s\S]*\S[\s\S]*")
_PATTERNS = {
    "string": _TEXT,
    "markdown": _TEXT,
    "xhtml": _TEXT,
    "uri": re.compile(r"\S+"),
    "url": re.compile(r"\S+"),
    "canonical": re.compile(r"\S+"),
    "code": re.compile(r"[^\s]+(\s[^\s]+)*"),
    "id": re.compile(r"[A-Za-z0-9.-]{1,64}"),
    "oid": re.compile(r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+"),
    "uuid": re.compile(r"urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "base64Binary": re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*"),
    "time": re.compile(r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"),
    "date": re.compile(r"\d{4}(-\d{2}(-\d{2})?)?"),
    "dateTime": re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?"),
    "instant": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})"),
}
_DATES = frozenset({"date", "dateTime", "instant"})
_LEAST = {"integer": -(2**31), "unsignedInt": 0, "positiveInt": 1}

PRIMITIVES = frozenset({*_PATTERNS, *_LEAST, "boolean", "decimal"})
"""The names of all primitive types."""


def fits(kind: str, value: object) -> bool:
    """Whether a JSON value is a valid primitive of a kind. A float never is: it cannot hold a decimal exactly."""
    if kind == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind == "decimal":
        return isinstance(value, int | Decimal)
    if kind in _LEAST:
        return isinstance(value, int) and _LEAST[kind] <= value < 2**31
    if not isinstance(value, str) or not _PATTERNS[kind].fullmatch(value):
        return False
    return kind not in _DATES or span(value) is not None
