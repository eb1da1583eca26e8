"""What a value asked for means for a value found, straight from the R4 search page, written apart from the product.

Times are microseconds since 1970 UTC and half open, as are the spans of numbers.
"""

from __future__ import annotations

import calendar
import math
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

FOREVER = 10**18
NOW = 60 * 365 * 86400 * 10**6
"""The moment that approximate dates are measured from: near the end of 2029."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?")
_PREFIXED = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)", re.DOTALL)
UCUM = "http://unitsofmeasure.org"
_GRAMS = {"ug": Decimal("0.000001"), "mg": Decimal("0.001"), "g": Decimal(1), "kg": Decimal(1000)}
_HOURS = {"min": Decimal(60), "h": Decimal(3600), "d": Decimal(86400)}


@dataclass(frozen=True)
class Token:
    """A code with its system, the words beside it, and the coded kinds of an identifier."""

    system: str | None
    code: str | None
    texts: tuple[str, ...] = ()
    kinds: tuple[tuple[str | None, str | None], ...] = ()


@dataclass(frozen=True)
class Amount:
    """A quantity."""

    value: Decimal
    system: str | None = None
    code: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Link:
    """A reference or canonical as it stands."""

    text: str | None
    tokens: tuple[Token, ...] = ()
    canonical: bool = False
    named: str | None = field(default=None)
    """``Reference.type``."""

    @property
    def local(self) -> tuple[str, str] | None:
        """Type and id of a resource in this store."""
        found = re.fullmatch(r"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(/_history/[A-Za-z0-9.-]+)?", self.text or "")
        return (found[1], found[2]) if found and not self.canonical else None

    @property
    def type(self) -> str | None:
        """The type it points to, as far as its text or its ``type`` says."""
        found = re.search(r"(?:^|/)([A-Z][A-Za-z]+)/[A-Za-z0-9.-]{1,64}(/_history/[A-Za-z0-9.-]+)?$", self.text or "")
        return found[1] if found else self.named


def fold(text: str) -> str:
    """Without case and accents."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


def split(text: str, mark: str) -> list[str]:
    """Parts between marks that are not escaped; the escapes stay."""
    parts, part, escaped = [], "", False
    for c in text:
        if c == mark and not escaped:
            parts.append(part)
            part = ""
        else:
            part += c
        escaped = c == "\\" and not escaped
    return [*parts, part]


def plain(text: str) -> str:
    """Without the escapes."""
    return re.sub(r"\\([,|$\\])", r"\1", text)


def span(text: str) -> tuple[int, int]:
    """The time a date with any precision covers; without a zone it is UTC."""
    found = _DATE.fullmatch(text)
    assert found, "not a date"
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    offset = timedelta()
    if zone and zone != "Z":
        offset = (1 if zone[0] == "+" else -1) * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
    start = datetime(
        int(year),
        int(month or 1),
        int(day or 1),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        tzinfo=timezone(offset),
    )
    lo = (start - _EPOCH) // timedelta(microseconds=1)
    if fraction:
        step = 10 ** (6 - min(len(fraction), 6))
        lo += int(fraction[:6].ljust(6, "0"))
    elif second:
        step = 10**6
    elif hour:
        step = 60 * 10**6
    elif day:
        step = 86400 * 10**6
    else:
        days = calendar.monthrange(int(year), int(month))[1] if month else 365 + calendar.isleap(int(year))
        step = days * 86400 * 10**6
    return lo, lo + step


def date_holds(asked: str, lo: int, hi: int) -> bool:
    found = _PREFIXED.fullmatch(asked)
    assert found
    from_, to = span(found[2])
    contains = from_ <= lo and hi <= to
    match found[1] or "eq":
        case "eq":
            return contains
        case "ne":
            return not contains
        case "gt":
            return hi > to
        case "lt":
            return lo < from_
        case "ge":
            return hi > to or contains
        case "le":
            return lo < from_ or contains
        case "sa":
            return lo >= to
        case "eb":
            return hi <= from_
        case "ap":
            # R4 does not say from which end of the span the gap is measured; the nearer one is the smaller promise.
            gap = abs(NOW - to) // 10
            return lo < to + gap and hi > from_ - gap
    raise AssertionError("a prefix the oracle does not judge")


def number_holds(asked: str, value: Decimal, factor: Decimal = Decimal(1)) -> bool:
    """``value`` is in units of which the asked ones are ``factor`` times as big."""
    found = _PREFIXED.fullmatch(asked)
    assert found
    middle = Decimal(found[2])
    exponent = middle.as_tuple().exponent
    assert isinstance(exponent, int)
    half = Decimal(1).scaleb(exponent) / 2
    within = (middle - half) * factor <= value < (middle + half) * factor
    match found[1] or "eq":
        case "eq":
            return within
        case "ne":
            return not within
        case "gt" | "sa":
            return value > middle * factor
        case "lt" | "eb":
            return value < middle * factor
        case "ge":
            return value >= middle * factor
        case "le":
            return value <= middle * factor
    # What is equal is approximately equal too, where ten per cent are less than the precision.
    tenth = abs(middle) / 10
    return within or (middle - tenth) * factor <= value <= (middle + tenth) * factor


def amount_holds(asked: str, found: Amount) -> bool:
    number, *unit = split(asked, "|")
    if not unit:
        return number_holds(number, found.value)
    system, code = plain(unit[0]), plain(unit[1])
    if not system:
        return code in (found.code, found.unit) and number_holds(number, found.value)
    if (found.system, found.code) == (system, code):
        return number_holds(number, found.value)
    for family in (_GRAMS, _HOURS):
        if (system, found.system) == (UCUM, UCUM) and code in family and found.code in family:
            return number_holds(number, found.value * family[found.code], family[code])
    return False


def token_holds(asked: str, found: Token) -> bool:
    parts = split(asked, "|")
    if len(parts) == 1:
        return found.code == plain(asked)
    system, code = plain(parts[0]), plain(parts[1])
    if not system:
        return found.system is None and found.code == code
    return found.system == system and (not code or found.code == code)


def of_type_holds(asked: str, found: Token) -> bool:
    system, code, value = (plain(part) for part in split(asked, "|"))
    return found.code == value and (system, code) in found.kinds


def string_holds(asked: str, modifier: str, found: str) -> bool:
    text = plain(asked)
    if modifier == "exact":
        return found == text
    if modifier == "contains":
        return fold(text) in fold(found)
    return fold(found).startswith(fold(text))


def uri_holds(asked: str, modifier: str, found: str) -> bool:
    text = plain(asked)
    if modifier == "below":
        return found.startswith(text)
    if modifier == "above":
        return text == found or text.startswith(found.rstrip("/") + "/")
    return found == text


def near_holds(asked: str, latitude: float, longitude: float) -> bool:
    """``latitude|longitude|distance|unit``, on a globe."""
    north, east, distance, unit = split(asked, "|")
    one, other = math.radians(float(north)), math.radians(latitude)
    turn = math.radians(float(east) - longitude)
    angle = math.acos(min(1, math.sin(one) * math.sin(other) + math.cos(one) * math.cos(other) * math.cos(turn)))
    return angle * 6_371_000 <= float(distance) * {"km": 1000, "m": 1}[unit]


def link_holds(asked: str, modifier: str, found: Link) -> bool:
    text = plain(asked)
    if modifier == "identifier":
        return any(token_holds(asked, token) for token in found.tokens)
    if found.text is None or found.text.startswith("#"):
        return False
    if found.canonical:
        return found.text == text if "|" in text else found.text.partition("|")[0] == text
    if modifier and "/" not in text:
        text = f"{modifier}/{text}"
    if modifier and found.local and found.local[0] != modifier:
        return False
    whole, _, version = found.text.partition("/_history/")
    target, _, wanted = text.partition("/_history/")
    if wanted and wanted != version:
        return False
    if "/" in target or ":" in target:
        return whole == target
    return found.local is not None and found.local[1] == target
