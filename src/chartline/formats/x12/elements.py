"""Single elements as values: money, dates and quantities, and back.

Refuses anything doubtful (the letter O in an amount, 31 February, exponents) with the place in the file; an amount
is never guessed.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from chartline.formats.x12.tokenizer import Segment
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money

BAD_AMOUNT = ErrorKind(
    "x12.bad_amount",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "An amount in the X12 file is missing or is not a decimal number with at most two places.",
    "Ask the sender for a corrected file; the fields name the segment and element.",
    status=422,
)
BAD_QUANTITY = ErrorKind(
    "x12.bad_quantity",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "A quantity in the X12 file is not a decimal number.",
    "Ask the sender for a corrected file; the fields name the segment and element.",
    status=422,
)
BAD_DATE = ErrorKind(
    "x12.bad_date",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "A date in the X12 file does not exist.",
    "Ask the sender for a corrected file; the fields name the segment and element.",
    status=422,
)

_decimal = re.compile(r"-?(?:\d{1,15}(?:\.\d{0,6})?|\.\d{1,6})", re.ASCII)
_day = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


def place(segment: Segment, number: int) -> dict[str, str]:
    """Where an element stands, as error fields: the element such as ``CLP03`` and the segment's ordinal."""
    return {"element": f"{segment.id}{number:02d}", "segment": str(segment.ordinal)}


def amount(segment: Segment, number: int) -> Money:
    """A required amount in US dollars. Raises ``x12.bad_amount``."""
    text = segment.at(number)
    if _decimal.fullmatch(text) is not None:
        try:
            return Money.parse(text)
        except ValueError:
            pass
    raise BAD_AMOUNT.error(**place(segment, number))


def amount_or_none(segment: Segment, number: int) -> Money | None:
    """An amount, or None when the element is empty. Raises ``x12.bad_amount``."""
    return amount(segment, number) if segment.at(number) else None


def quantity(segment: Segment, number: int) -> Decimal | None:
    """A decimal quantity in its shortest form, or None when the element is empty. Raises ``x12.bad_quantity``."""
    text = segment.at(number)
    if not text:
        return None
    if _decimal.fullmatch(text) is None:
        raise BAD_QUANTITY.error(**place(segment, number))
    return Decimal(quantity_text(Decimal(text)))


def quantity_text(value: Decimal) -> str:
    """A quantity as X12 wants it: no exponent, no trailing zeros, ``"1"``, ``"1.5"``."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def day(segment: Segment, number: int) -> date | None:
    """A CCYYMMDD date, or None when the element is empty. Raises ``x12.bad_date``."""
    text = segment.at(number)
    return _read_day(text, segment, number) if text else None


def period(segment: Segment, number: int) -> tuple[date, date | None] | None:
    """A date (``D8``) or a range (``RD8``, both days with a hyphen) as first and last day; None when empty."""
    text = segment.at(number)
    if not text:
        return None
    first, hyphen, last = text.partition("-")
    return _read_day(first, segment, number), _read_day(last, segment, number) if hyphen else None


def day_text(value: date) -> str:
    """CCYYMMDD."""
    return f"{value.year:04d}{value.month:02d}{value.day:02d}"


def _read_day(text: str, segment: Segment, number: int) -> date:
    match = _day.fullmatch(text)
    if match is not None:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            pass
    raise BAD_DATE.error(**place(segment, number))
