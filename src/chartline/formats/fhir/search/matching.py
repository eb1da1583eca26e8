"""Whether one resource answers one condition, exactly as R4 has it. No database, no index.

The rules are those of R4 search, "prefixes", "modifiers" and the types' own sections. Refuses chains, ``_has`` and
lists: those need other resources.
"""

from __future__ import annotations

import math

from chartline.formats.fhir.search.folding import folded
from chartline.formats.fhir.search.query import (
    Asked,
    AskedComposite,
    AskedDate,
    AskedNumber,
    AskedPlace,
    AskedReference,
    AskedText,
    AskedToken,
    Condition,
    InCompartment,
)
from chartline.formats.fhir.search.values import (
    CompositeValue,
    DateValue,
    Extracted,
    NumberValue,
    PlaceValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
    Value,
)

_NEGATED = frozenset({"not", "not-in"})


def holds(condition: Condition | InCompartment, found: Extracted) -> bool:
    """Whether a resource, by what it is found by, answers a condition on its own elements."""
    if condition.type != found.type:
        return False
    if isinstance(condition, InCompartment):
        return f"{condition.kind}/{condition.id}" in found.compartments
    values = found.values.get(condition.parameter.code, [])
    if condition.missing is not None:
        return condition.missing is not bool(values)
    modifier = condition.modifier
    # ":not" asks that no value is the asked one, so it holds where there is no value at all.
    hit = any(matches(asked, value, modifier) for asked in condition.asked for value in values)
    return hit is not (modifier in _NEGATED)


def matches(asked: Asked, value: Value, modifier: str = "") -> bool:
    """Whether one value of a resource is what was asked. A pair of different kinds never matches."""
    if isinstance(asked, AskedToken):
        if isinstance(value, ReferenceValue):
            return value.identifier is not None and _token(asked, value.identifier)
        return isinstance(value, TokenValue) and _token(asked, value)
    if isinstance(asked, AskedText):
        return _text(asked, value, modifier)
    if isinstance(asked, AskedDate):
        return isinstance(value, DateValue) and _date(asked, value)
    if isinstance(asked, AskedNumber):
        return isinstance(value, NumberValue) and _number(asked, value)
    if isinstance(asked, AskedReference):
        return isinstance(value, ReferenceValue) and _reference(asked, value, modifier)
    if isinstance(asked, AskedComposite):
        return isinstance(value, CompositeValue) and all(
            any(matches(part, one) for one in some) for part, some in zip(asked.parts, value.parts, strict=True)
        )
    return isinstance(value, PlaceValue) and distance(asked, value) <= asked.metres


def _token(asked: AskedToken, value: TokenValue) -> bool:
    if asked.kind is not None:
        return value.code == asked.code and asked.kind in value.kinds
    if asked.code is not None and value.code != asked.code:
        return False
    # An empty system asks for a value without one.
    return asked.system is None or (value.system or "") == asked.system


def _text(asked: AskedText, value: Value, modifier: str) -> bool:
    if isinstance(value, UriValue):
        return _uri(asked.text, value.text, modifier)
    if isinstance(value, TokenValue):
        return any(folded(text).startswith(asked.folded) for text in value.texts)
    if not isinstance(value, StringValue):
        return False
    if modifier == "exact":
        return value.text == asked.text and not value.word
    if modifier == "contains":
        return asked.folded in value.folded
    return value.folded.startswith(asked.folded)


def _uri(asked: str, text: str, modifier: str) -> bool:
    if modifier == "below":
        return beneath(text, asked)
    if modifier == "above":
        return beneath(asked, text)
    return text == asked


def beneath(text: str, above: str) -> bool:
    """Whether an address is another one or a path below it; urns are only themselves."""
    return text == above or (
        not above.startswith("urn:") and text.startswith(above if above.endswith("/") else f"{above}/")
    )


def _date(asked: AskedDate, value: DateValue) -> bool:
    prefix, lo, hi = asked.prefix, value.lo, value.hi
    within = asked.lo <= lo and hi <= asked.hi
    if prefix == "eq":
        return within
    if prefix == "ne":
        return not within
    if prefix == "gt":
        return hi > asked.hi
    if prefix == "lt":
        return lo < asked.lo
    if prefix == "ge":
        return hi > asked.hi or within
    if prefix == "le":
        return lo < asked.lo or within
    if prefix == "sa":
        return lo >= asked.hi
    if prefix == "eb":
        return hi <= asked.lo
    return lo < asked.hi and asked.lo < hi


def _number(asked: AskedNumber, value: NumberValue) -> bool:
    if asked.canonical is not None and value.canonical is not None:
        if asked.canonical[3] != value.canonical[2]:
            return False
        centre, low, high, _ = asked.canonical
        return _within(asked.prefix, (centre, low, high), value.canonical[0], value.canonical[1])
    if asked.system is not None and value.system != asked.system:
        return False
    if asked.code is not None:
        # Without a system the human unit will do as well.
        units = (value.code,) if asked.system is not None else (value.code, value.unit)
        if asked.code not in units:
            return False
    return _within(asked.prefix, (asked.value, asked.lo, asked.hi), value.lo, value.hi)


def _within(prefix: str, asked: tuple[float, float, float], lo: float, hi: float) -> bool:
    centre, low, high = asked
    if prefix == "eq":
        return low <= lo and hi < high
    if prefix == "ne":
        return not (low <= lo and hi < high)
    if prefix == "gt":
        return hi > centre
    if prefix == "lt":
        return lo < centre
    if prefix == "ge":
        return hi >= centre
    if prefix == "le":
        return lo <= centre
    if prefix == "sa":
        return lo > centre
    if prefix == "eb":
        return hi < centre
    return lo <= high and low <= hi


def _reference(asked: AskedReference, value: ReferenceValue, modifier: str) -> bool:
    wanted = asked.reference
    if wanted.id is not None and value.id is not None:
        same = wanted.id == value.id and wanted.type in {None, value.type}
        return same and wanted.version in {None, value.version}
    if wanted.url is None or value.url is None:
        return False
    if asked.below or modifier == "below":
        return beneath(value.url, wanted.url) and _version_beneath(value.version, wanted.version)
    if modifier == "above":
        versions = None in {wanted.version, value.version} or _version_beneath(wanted.version, value.version)
        return beneath(wanted.url, value.url) and versions
    return value.url == wanted.url and wanted.version in {None, value.version}


def _version_beneath(version: str | None, above: str | None) -> bool:
    return above is None or (version is not None and (version == above or version.startswith(f"{above}.")))


_EARTH_METRES = 6_371_008.8
"""Mean radius."""


def distance(asked: AskedPlace, value: PlaceValue) -> float:
    """Metres between two positions along a great circle."""
    one, other = math.radians(asked.latitude), math.radians(value.latitude)
    half_down = (other - one) / 2
    half_across = math.radians(value.longitude - asked.longitude) / 2
    chord = math.sin(half_down) ** 2 + math.cos(one) * math.cos(other) * math.sin(half_across) ** 2
    return 2 * _EARTH_METRES * math.asin(math.sqrt(min(chord, 1.0)))
