"""What a FHIR primitive may look like in JSON.

The patterns say what the R4 datatypes page says, and dates are days of the calendar besides. One text serves both the
quick check (``accept``) and ``fits``. Refuses what XML could not hold (control characters) and blank strings.
"""

from __future__ import annotations

import re
from decimal import Decimal

_YEAR = r"(?!0000)[0-9]{4}"
_LEAP = r"(?!0000)(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DAY = (
    rf"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    rf"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_COARSE = rf"{_YEAR}(?:-(?:0[1-9]|1[0-2]))?"

PATTERNS: dict[str, str] = {
    "uri": r"\S+",
    "url": r"\S+",
    "canonical": r"\S+",
    "code": r"\S+(?:\s\S+)*",
    "id": r"[A-Za-z0-9.-]{1,64}",
    "oid": r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+",
    "uuid": r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "time": _TIME,
    "date": rf"{_DAY}|{_COARSE}",
    "dateTime": rf"{_DAY}(?:T{_TIME}{_ZONE})?|{_COARSE}",
    "instant": rf"{_DAY}T{_TIME}{_ZONE}",
    "base64Binary": r"[A-Za-z0-9+/]+={0,2}",
}
"""Whole-text patterns (white space is that of ASCII); texts and base64 have a further rule each."""

TEXTS = frozenset({"string", "markdown", "xhtml"})
"""Primitives that hold free text."""

MOST_CHARACTERS = 1024 * 1024
"""How long a string may be."""

LEAST = {"integer": -(2**31), "unsignedInt": 0, "positiveInt": 1}
"""The smallest values of the whole numbers; the largest is ``MOST``."""
MOST = 2**31 - 1

PRIMITIVES = frozenset({*PATTERNS, *LEAST, *TEXTS, "boolean", "decimal"})
"""The names of all primitive types."""

_COMPILED = {kind: re.compile(pattern, re.ASCII) for kind, pattern in PATTERNS.items()}
_SEEN = re.compile(r"\S", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BLANKS = str.maketrans("", "", " \t\r\n")


def fits(kind: str, value: object) -> bool:
    """Whether a JSON value is a valid primitive of a kind. A float never is: it cannot hold a decimal exactly."""
    if kind == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind == "decimal":
        return isinstance(value, int) or (isinstance(value, Decimal) and value.is_finite())
    if kind in LEAST:
        return isinstance(value, int) and LEAST[kind] <= value <= MOST
    if not isinstance(value, str):
        return False
    if kind in TEXTS:
        return _is_text(value, kind)
    if kind == "base64Binary":
        value = value.translate(_BLANKS)
        if len(value) % 4:
            return False
    return _COMPILED[kind].fullmatch(value) is not None


def _is_text(value: str, kind: str) -> bool:
    if kind != "xhtml" and len(value) > MOST_CHARACTERS:
        return False
    return _SEEN.search(value) is not None and _CONTROL.search(value) is None
