"""What is different between two frozen copies: place by place, with both values.

For the page that shows an edit before it is saved, for what changed in the practice since a claim was drafted, and for
two versions of one claim. Pure; values are sealed, places are names of fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from chartline.domains.claims.copy import ClaimCopy
from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked, Sealed

_ITS_OWN = frozenset({"number", "version", "frequency", "payer_number"})
"""What belongs to the version, not to the services."""
_AMOUNTS = ("amount", "total", "not_covered", "patient_paid")


@dataclass(frozen=True, slots=True, repr=False)
class Difference(Masked):
    """One place, such as ``coverage.member_id`` or ``lines.2.modifiers``, and what stands there; empty for nothing."""

    place: str
    before: Sealed[str]
    after: Sealed[str]

    @property
    def label(self) -> str:
        """The place for people: ``Line 2: modifiers``."""
        *above, name = self.place.split(".")
        if above[:1] == ["lines"] and len(above) > 1:
            above = [f"line {above[1]}", *above[2:]]
        words = " ".join([*above, ""]).strip().replace("_", " ")
        name = name.replace("_", " ")
        return f"{words}: {name}".capitalize() if words else name.capitalize()


def differences(before: ClaimCopy, after: ClaimCopy) -> list[Difference]:
    """Every place in which two copies differ, in the order of the copy."""
    old, new = dict(_places(before)), dict(_places(after))
    return [
        Difference(place, Sealed(old.get(place, "")), Sealed(new.get(place, "")))
        for place in dict.fromkeys([*old, *new])
        if old.get(place, "") != new.get(place, "")
    ]


def _places(copy: ClaimCopy) -> Iterator[tuple[str, str]]:
    for name, value in msgspec.structs.asdict(copy).items():
        if name not in _ITS_OWN:
            yield from _walk(name, value)


def _walk(place: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Money):
        yield place, value.text()
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            if not (place.startswith("lines.") and name == "control"):
                yield from _walk(f"{place}.{name}", getattr(value, name))
    elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
        for number, one in enumerate(value, 1):
            yield from _walk(f"{place}.{number}", one)
    elif isinstance(value, tuple):
        yield place, " ".join(str(one) for one in value)
    elif isinstance(value, int) and not isinstance(value, bool) and place.rpartition(".")[2] in _AMOUNTS:
        yield place, Money(value).text()
    else:
        yield place, "" if value is None or value is False else str(value)
