"""Amounts, quantities and dates, read many at once from the bytes.

Eight digits are one 64-bit word, and three multiplications make a number of it. Texts that are not of the plain form
(more than eight digits before the point, more than two after it) are read one by one by the same code as the typed
readers use, which also refuses what is no number. A float is never made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.columns.arrays import Days, Flags, Ints, Spans, Words
from chartline.formats.x12.columns.window import Window
from chartline.formats.x12.days import DAYS
from chartline.formats.x12.elements import BAD_AMOUNT, BAD_DATE, BAD_QUANTITY
from chartline.formats.x12.quantities import QUANTITIES
from chartline.kernel.errors import ErrorKind

EPOCH = 719_163
"""The proleptic ordinal of 1 January 1970."""

QUANTITY_PLACES = 6
_LARGEST = (1 << 63) - 1

_ZEROS = np.uint64(0x3030303030303030)
_KEPT = np.array([0] + [(1 << 64) - (1 << (64 - 8 * count)) for count in range(1, 9)], np.uint64)
_FILL = np.array([0x3030303030303030 & ((1 << (64 - 8 * count)) - 1) for count in range(9)], np.uint64)
_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] + [0] * 243, np.int32)
_BEFORE = np.concatenate(([0], np.cumsum(_MONTH[:13])[:-1], np.zeros(243, np.int64))).astype(np.int32)
_years = np.arange(10_000)
_LEAP = (_years % 4 == 0) & ((_years % 100 != 0) | (_years % 400 == 0))
_YEAR = (365 * (_years - 1) + (_years - 1) // 4 - (_years - 1) // 100 + (_years - 1) // 400).astype(np.int32)
# The year 0 has no days.
_DAYS_OF = np.where(_years == 0, 0, 1).astype(np.int32)


class Place(NamedTuple):
    """Where numbers stand, for errors: the segments in a window and the element, such as ``CLP03``."""

    window: Window
    rows: Ints
    name: str
    number: int | Ints

    def error(self, kind: ErrorKind, at: int) -> Exception:
        """What is wrong with number ``at``."""
        number = self.number if isinstance(self.number, int) else int(self.number[at])
        ordinal, _ = self.window.place(int(self.rows[at]))
        return kind.error(element=f"{self.name}{number:02d}", segment=str(ordinal))


def cents(place: Place, spans: Spans, *, optional: bool = False) -> Ints:
    """Amounts in hundredths; absent ones are 0 if ``optional``. Raises ``x12.bad_amount``."""
    values, odd = _hundredths(place.window, spans)
    if not optional and not spans.present.all():
        raise place.error(BAD_AMOUNT, int(np.argmin(spans.present)))
    _patch(place, spans, odd, values, BAD_AMOUNT, lambda text: AMOUNTS[text].minor)
    return values


def millionths(place: Place, spans: Spans) -> tuple[Ints, dict[int, int]]:
    """Quantities in millionths, absent ones 0, and by row those that need more than 64 bits.

    Raises ``x12.bad_quantity``.
    """
    values, odd = _hundredths(place.window, spans)
    values *= 10_000
    large: dict[int, int] = {}
    _patch(place, spans, odd, values, BAD_QUANTITY, lambda text: int(QUANTITIES[text].scaleb(QUANTITY_PLACES)), large)
    return values, large


def dates(place: Place, spans: Spans) -> Days:
    """CCYYMMDD as days since 1970, absent ones 0. Raises ``x12.bad_date``."""
    length = spans.end - spans.start
    word = place.window.words[spans.end - 8]
    pairs, digits = _pairs(word)
    year = (pairs & 0xFF) * 100 + ((pairs >> 16) & 0xFF)
    month, day = (pairs >> 32) & 0xFF, (pairs >> 48) & 0xFF
    good = digits & (length == 8)
    year = np.where(good, year, 0)
    leap = _LEAP[year]
    good &= (day >= 1) & (day <= (_MONTH[month] + (leap & (month == 2))) * _DAYS_OF[year])
    values = _YEAR[year] + _BEFORE[month] + (leap & (month > 2)) + day.astype(np.int32) - EPOCH
    values = np.where(good, values, 0).astype(np.int32)
    _patch(place, spans, ~good & (length > 0), values, BAD_DATE, lambda text: DAYS[text].toordinal() - EPOCH)
    return values


def _patch(
    place: Place,
    spans: Spans,
    odd: Flags,
    values: Ints | Days,
    kind: ErrorKind,
    read: Callable[[str], int],
    large: dict[int, int] | None = None,
) -> None:
    rows = np.flatnonzero(odd)
    if not len(rows):
        return
    for row, text in zip(rows.tolist(), place.window.texts(spans.pick(rows)), strict=True):
        try:
            value = read(text)
        except ValueError:
            raise place.error(kind, row) from None
        if large is not None and abs(value) > _LARGEST:
            large[row] = value
        else:
            values[row] = value


def _hundredths(window: Window, spans: Spans) -> tuple[Ints, Flags]:
    """Numbers with up to two decimals, and which of the present ones are not of that form."""
    text, (start, end) = window.text, spans
    first = text[start] == 0x2D
    present = end > start
    tail = window.words[end - 8]
    ones, tens = (tail >> 56).astype(np.int64), (tail >> 48).astype(np.int64) & 0xFF
    length = end - start - first
    two = ((tail >> 40) & 0xFF == 0x2E) & (length >= 3)
    one = (tens == 0x2E) & (length >= 2) & ~two
    none = (ones == 0x2E) & (length >= 2) & ~two & ~one
    whole = length - (3 * two + 2 * one + none)
    ones, tens = ones - 0x30, tens - 0x30
    fraction = np.where(two, 10 * tens + ones, np.where(one, 10 * ones, 0))
    sound = np.where(two, (tens >= 0) & (tens <= 9), True) & np.where(two | one, (ones >= 0) & (ones <= 9), True)
    # A point needs a digit beside it; without one there is nothing but the whole part.
    sound &= (whole <= 8) & (whole >= np.where(two | one, 0, 1))
    kept = np.where(sound, whole, 0)
    pairs, digits = _pairs((window.words[start + first + whole * sound - 8] & _KEPT[kept]) | _FILL[kept])
    fours = (pairs * 100 + (pairs >> 16)) & 0x0000FFFF0000FFFF
    number = (fours * 10_000 + (fours >> 32)) & 0xFFFFFFFF
    good = present & sound & digits
    values = number.astype(np.int64) * 100 + fraction
    return np.where(good, np.where(first, -values, values), 0), present & ~good


def _pairs(word: Words) -> tuple[Words, Flags]:
    """The numbers of the four pairs of digits, each in 16 bits of a word, and whether all are digits."""
    digits = word ^ _ZEROS
    good = ((digits + np.uint64(0x7676767676767676)) | digits) & np.uint64(0x8080808080808080) == 0
    return (digits * np.uint64(10) + (digits >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF), good
