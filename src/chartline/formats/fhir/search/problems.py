"""What is refused of a search, and why, in words that never repeat a value.

A parameter's name is repeated only when it looks like one: a client may have put anything in its place.
"""

from __future__ import annotations

import re

from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind

BAD_SEARCH = ErrorKind(
    "fhir.bad_search",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A search parameter cannot be understood.",
    "Correct the named parameter; the CapabilityStatement at /metadata lists what each type can be searched by.",
)

UNKNOWN = "unknown"
"""The type has no such parameter."""
UNSUPPORTED = "unsupported"
"""R4 has it, this server does not."""
MODIFIER = "modifier"
"""The parameter does not take this modifier."""
VALUE = "value"
"""The value is not of the parameter's form."""
EMPTY = "empty"
"""There is no value."""
CHAIN = "chain"
"""The parameter is no reference, or its target has no such parameter."""
TARGET = "target"
"""The reference cannot point at that type."""
TYPE = "type"
"""R4 has no such resource type, or it is not searched here."""
TOO_MANY = "too-many"
"""More parameters, values or hops than are taken."""

_NAME = re.compile(r"[A-Za-z0-9_:.$-]{1,120}")


def shown(name: str) -> str:
    """A parameter's name as it may be repeated."""
    return name if _NAME.fullmatch(name) else "(not a parameter name)"


def bad(name: str, why: str) -> ChartlineError:
    """The error to raise for a parameter; ``why`` is one of the constants here."""
    return BAD_SEARCH.error(parameter=shown(name), why=why)
