"""The base of every X12 value class.

X12 values are full of patient data, so their repr names only the type, in plain text and in rich tracebacks.
"""

from __future__ import annotations

import msgspec

from chartline.kernel.sealed import Masked


class Record(Masked, msgspec.Struct, frozen=True):
    """A frozen value with a masked repr; equal when all its fields are equal."""

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return []


class PersonName(Record, frozen=True, kw_only=True, gc=False):
    """A person's name as NM103 to NM107 carry it; only the last name is certain to be there."""

    last: str
    first: str = ""
    middle: str = ""
    suffix: str = ""


class Address(Record, frozen=True, kw_only=True, gc=False):
    """A postal address as N3 and N4 carry it. ``zip`` is 5 or 9 digits; ``country`` only outside the US."""

    line1: str
    line2: str = ""
    city: str
    state: str = ""
    zip: str = ""
    country: str = ""
