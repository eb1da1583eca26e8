"""How values become posting lists, the same way when they are stored and when they are asked for.

Strings by the first 2, 3, 5 and 8 letters, so that a search takes the longest stored beginning and the body decides
the rest. Birth dates by day, month, year and decade. Spans of time in two lists: short ones of resources that have
one only (found by one range of the index) and the odd rest.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from chartline.formats.fhir import name_words

PREFIXES = (2, 3, 5, 8)
SHORT = 32 * 86_400_000_000
"""Spans of up to a month are short, in microseconds."""
BORN = frozenset({"Patient", "RelatedPerson", "Person", "Practitioner"})
"""Types of people: their dates (birth, death) are never stored readable."""
GROUPS = {
    "family": "name",
    "given": "name",
    "phonetic": "name",
    "address-city": "address",
    "address-country": "address",
    "address-postalcode": "address",
    "address-state": "address",
}
"""String parameters that are parts of another one share its posting lists; the body decides which part it was."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DECADE, _LAST_DECADE = 180, 220
"""Dates before and after count to these decades."""
_MANY_YEARS = 25
_LONG = "long"
"""The mark of spans over more than one year, which have no year's mark."""


def beginnings(text: str) -> list[str]:
    """The stored beginnings of a folded text; a text of one letter is stored whole."""
    return [text[:size] for size in PREFIXES if size <= len(text)] if len(text) > 1 else [text]


def beginning(text: str) -> str | None:
    """The longest stored beginning that every text which starts with ``text`` has; None when it is too short."""
    size = PREFIXES[bisect_right(PREFIXES, len(text)) - 1] if len(text) > 1 else 0
    return text[:size] if size else None


def whole_beginning(text: str) -> bool:
    """Whether ``beginning`` says it all."""
    return len(text) in PREFIXES


def desk_words(texts: Collection[str]) -> list[str]:
    """The words of folded names as the desk compares them (``o'neil`` is ``oneil``), where no text begins with them."""
    found = {word: None for text in texts for word in name_words(text)}
    return [word for word in found if not any(text.startswith(word) for text in texts)]


def slashes(uri: str) -> list[str]:
    """The beginnings of a uri at its slashes, itself among them, for ``:below``."""
    start = uri.find("://") + 3 if "://" in uri else 0
    found = [uri[:at] for at, letter in enumerate(uri) if letter == "/" and at > start]
    return [*found, uri] if not found or found[-1] != uri else found


def day_marks(lo: int, hi: int) -> list[str]:
    """The day, month, year and decades under which a hashed date ``[lo, hi)`` is stored."""
    first, last = _moment(lo), _moment(hi - 1)
    marks = [f"{decade}x" for decade in range(_decade(first.year), _decade(last.year) + 1)]
    if first.year != last.year:
        marks.append(_LONG)
    else:
        marks.append(f"{first.year:04}")
        if first.month == last.month:
            marks.append(f"{first.year:04}-{first.month:02}")
            if first.day == last.day:
                marks.append(f"{first.year:04}-{first.month:02}-{first.day:02}")
    return marks


def span_marks(lo: int, hi: int) -> list[str]:
    """The finest mark that every date inside ``[lo, hi)`` is stored under: of equality. Several for long spans."""
    first, last = _moment(lo), _moment(hi - 1)
    if first.year != last.year:
        return reaching_marks(lo, hi)
    if first.month != last.month:
        return [f"{first.year:04}"]
    if first.day != last.day:
        return [f"{first.year:04}-{first.month:02}"]
    return [f"{first.year:04}-{first.month:02}-{first.day:02}"]


def reaching_marks(lo: int, hi: int) -> list[str]:
    """Years (decades, where they are many) of which one at least belongs to every date that touches ``[lo, hi)``."""
    first, last = _moment(lo).year, _moment(hi - 1).year
    if last - first < _MANY_YEARS:
        return [*(f"{year:04}" for year in range(first, last + 1)), _LONG]
    return [f"{decade}x" for decade in range(_decade(first), _decade(last) + 1)]


def _decade(year: int) -> int:
    return min(max(year // 10, _FIRST_DECADE), _LAST_DECADE)


def _moment(micros: int) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        return datetime(9999, 12, 31, tzinfo=UTC) if micros > 0 else datetime(1, 1, 1, tzinfo=UTC)
