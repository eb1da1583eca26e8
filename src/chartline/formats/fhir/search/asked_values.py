"""One value of a query as it is compared: tokens, texts, dates, numbers, references, places.

Refuses values that are not of the parameter's form by raising ``Unreadable``; the caller names the parameter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from chartline.formats.fhir.search.amounts import UCUM, canonical_span
from chartline.formats.fhir.search.folding import contact_key, folded
from chartline.formats.fhir.search.nature import Nature
from chartline.formats.fhir.search.query import (
    AskedDate,
    AskedNumber,
    AskedPlace,
    AskedReference,
    AskedText,
    AskedToken,
)
from chartline.formats.fhir.search.references import canonical_reading, is_id, reading
from chartline.formats.fhir.search.splitting import plain, split
from chartline.formats.fhir.search.times import span_of
from chartline.formats.fhir.search.values import ReferenceValue

PREFIXES = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"})


class Unreadable(Exception):
    """The value is not of the parameter's form."""


@dataclass(slots=True)
class Context:
    """What reading a value needs besides its text: the time in microseconds since 1970, and this server's address."""

    now: int | None = None
    base: str | None = None


def token(text: str, nature: Nature) -> AskedToken:
    """``code``, ``system|code``, ``|code`` or ``system|``.

    A system that is implied by the element (``Patient.gender``) is dropped, because it is not stored either. With such
    a system alone, system and code are both None: any value.
    """
    pieces = [plain(piece) for piece in split(text, "|", 1)]
    code = pieces[-1] or None
    system = pieces[0] if len(pieces) > 1 else None
    if code is None and not system:
        raise Unreadable
    if system is not None and system in nature.systems:
        system = None
    return AskedToken(system, token_code(code, nature))


def token_code(code: str | None, nature: Nature) -> str | None:
    """A code as ``TokenValue.code`` is written for the same parameter."""
    if code is None:
        return None
    if nature.contact:
        return contact_key(code)
    return code.casefold() if nature.loose else code


def identifier_token(text: str) -> AskedToken:
    """The value of ``:identifier``: as a token, with case."""
    pieces = [plain(piece) for piece in split(text, "|", 1)]
    code, system = pieces[-1] or None, pieces[0] if len(pieces) > 1 else None
    if code is None and not system:
        raise Unreadable
    return AskedToken(system, code)


def typed_token(text: str) -> AskedToken:
    """The value of ``:of-type``: ``system|code|value``, all three."""
    pieces = [plain(piece) for piece in split(text, "|")]
    if len(pieces) != 3 or not all(pieces):
        raise Unreadable
    return AskedToken(None, pieces[2], (pieces[0], pieces[1]))


def words(text: str) -> AskedText:
    """A string, also for ``:text``."""
    whole = plain(text)
    if not whole.strip():
        raise Unreadable
    return AskedText(whole, folded(whole))


def address(text: str) -> AskedText:
    """A uri: letter by letter."""
    whole = plain(text)
    if not whole:
        raise Unreadable
    return AskedText(whole, whole)


_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+ -]\d{2}:\d{2})?)?)?)?")


def date(text: str, context: Context) -> AskedDate:
    """A date of any precision with a prefix. ``ap`` widens it by a tenth of its distance from now."""
    prefix, rest = _prefix(plain(text).strip())
    if _DATE.fullmatch(rest) is None:
        raise Unreadable
    # A plus sign that was not encoded in the address has become a blank.
    span = span_of(rest.replace(" ", "+"))
    if span is None:
        raise Unreadable
    lo, hi = span
    if prefix == "ap":
        now = context.now
        away = 0 if now is None or lo <= now < hi else min(abs(now - lo), abs(hi - now)) // 10
        lo, hi = lo - away, hi + away
    return AskedDate(prefix, lo, hi)


_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d{1,3}))?")
_LONGEST_NUMBER = 60
_LARGEST_EXPONENT = 300


def number(text: str) -> AskedNumber:
    """A number with a prefix."""
    prefix, rest = _prefix(plain(text).strip())
    value, lo, hi = _reach(rest, prefix)
    return AskedNumber(prefix, float(value), float(lo), float(hi))


def quantity(text: str) -> AskedNumber:
    """``number``, ``number|system|code`` or ``number||code``."""
    pieces = [plain(piece) for piece in split(text, "|")]
    if len(pieces) not in {1, 3}:
        raise Unreadable
    prefix, rest = _prefix(pieces[0].strip())
    value, lo, hi = _reach(rest, prefix)
    system, code = (pieces[1] or None, pieces[2] or None) if len(pieces) > 1 else (None, None)
    canonical = None
    if system == UCUM and code is not None:
        centre, span = canonical_span(value, value, code), canonical_span(lo, hi, code)
        if centre is not None and span is not None:
            canonical = (centre[0], span[0], span[1], centre[2])
    return AskedNumber(prefix, float(value), float(lo), float(hi), system, code, canonical)


def _prefix(text: str) -> tuple[str, str]:
    return (text[:2], text[2:]) if text[:2] in PREFIXES else ("eq", text)


def _reach(text: str, prefix: str) -> tuple[Decimal, Decimal, Decimal]:
    """The number and what it stands for: half a unit of its last digit to each side, or a tenth for ``ap``."""
    match = _NUMBER.fullmatch(text)
    if match is None or len(text) > _LONGEST_NUMBER:
        raise Unreadable
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Unreadable from None
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise Unreadable
    # R4 says of 1e2 that it stands for [95, 105): one digit more precise than its last one.
    last = exponent - 1 if exponent > 0 else exponent
    half = Decimal(5).scaleb(last - 1)
    if prefix == "ap":
        half = max(half, abs(value) / 10)
    if not math.isfinite(float(value)):
        raise Unreadable
    return value, value - half, value + half


def reference(text: str, nature: Nature, kind: str | None, targets: Iterable[str], base: str | None) -> AskedReference:
    """``id``, ``Type/id``, an absolute address, or a canonical with or without ``|version``.

    ``kind`` is the type that a modifier gave. An id alone has that type, or that of the only possible target, or None.
    """
    whole = plain(text)
    if not whole:
        raise Unreadable
    if nature.canonical or (not nature.native and "|" in whole):
        return AskedReference(canonical_reading(whole))
    if is_id(whole):
        possible = tuple(targets)
        only = kind or (possible[0] if len(possible) == 1 else None)
        return AskedReference(ReferenceValue(only, whole))
    found = reading(whole, base)
    if found.id is None and (found.url is None or not _absolute(found.url)):
        raise Unreadable
    if kind is not None and found.type not in {None, kind}:
        raise Unreadable
    return AskedReference(found)


def _absolute(text: str) -> bool:
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|#.", text) is not None


_METRES = {"km": 1000.0, "m": 1.0, "[mi_i]": 1609.344, "mi": 1609.344, "[ft_i]": 0.3048}
_NEAR_KM = 50.0
"""The distance when none is given, "at the server's discretion"."""


def place(text: str) -> AskedPlace:
    """``latitude|longitude|distance|units``; kilometres when there is no unit."""
    pieces = [plain(piece).strip() for piece in split(text, "|")]
    if not 2 <= len(pieces) <= 4 or any(_NUMBER.fullmatch(piece) is None for piece in pieces[:2]):
        raise Unreadable
    latitude, longitude = float(pieces[0]), float(pieces[1])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Unreadable
    distance, unit = pieces[2] if len(pieces) > 2 else "", pieces[3] if len(pieces) > 3 else ""
    if (distance and _NUMBER.fullmatch(distance) is None) or (unit or "km") not in _METRES:
        raise Unreadable
    metres = (float(distance) if distance else _NEAR_KM) * _METRES[unit or "km"]
    if not 0 <= metres < math.inf:
        raise Unreadable
    return AskedPlace(latitude, longitude, metres)
