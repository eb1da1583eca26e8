"""Values into segments: delimiters guarded, trailing empty elements trimmed, nothing changed silently.

Refuses data that holds a delimiter, a control character, a character outside printable ASCII, or blanks at its ends:
the reader on the other side would see something else than was meant. Names and addresses may be passed through
``clean`` first, which says what it changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from chartline.formats.x12.elements import day_text, quantity_text
from chartline.formats.x12.tokenizer import Delimiters
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money

BAD_TEXT = ErrorKind(
    "x12.bad_text",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A value holds a character that cannot be sent in an X12 file.",
    "Correct the value named in the fields: plain letters, digits and punctuation, no delimiter, no blank at its ends.",
    status=422,
)
MISSING = ErrorKind(
    "x12.missing",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A value that the X12 file must carry is empty.",
    "Fill in the value named in the fields and build the file again.",
    status=422,
)
TOO_LONG = ErrorKind(
    "x12.too_long",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A value is longer than its X12 element allows.",
    "Shorten the value named in the fields and build the file again.",
    status=422,
)

TOO_MANY = ErrorKind(
    "x12.too_many",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There are more entries of a kind than the X12 file can carry.",
    "Split the claim or shorten the list named in the fields: a claim has at most 50 lines and 12 diagnoses.",
    status=422,
)
WRONG_CURRENCY = ErrorKind(
    "x12.wrong_currency",
    Blame.PRACTICE,
    Again.NEVER,
    "An amount is not in US dollars.",
    "Bill payers of this network in US dollars.",
    status=422,
)

Value = str | int | Money | date | Decimal | None
Element = Value | Sequence[Value]
"""A sequence is a composite: its items are the components. None is an absent element."""
Draft = Sequence[Element]
"""A segment to be written: its id, then its elements from 01."""

_spaces = re.compile(r" {2,}")


def clean(text: str, delimiters: Delimiters | None = None) -> str:
    """A name or an address line as X12 can carry it.

    Upper case; accents taken off (``é`` becomes ``E``); delimiters, control characters and characters outside ASCII
    become a blank; runs of blanks become one; blanks at the ends go. May leave nothing.
    """
    chosen = delimiters or Delimiters()
    unsafe = {chosen.element, chosen.component, chosen.repetition, chosen.segment}
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).upper()
    kept = (c for c in plain if not unicodedata.combining(c))
    return _spaces.sub(" ", "".join(c if " " <= c <= "~" and c not in unsafe else " " for c in kept)).strip()


def require(value: str, name: str) -> str:
    """The value itself. Raises ``x12.missing`` naming the field when it is empty."""
    if not value:
        raise MISSING.error(field=name)
    return value


def limit(value: str, most: int, name: str) -> str:
    """The value itself. Raises ``x12.too_long`` naming the field when it has more than ``most`` characters."""
    if len(value) > most:
        raise TOO_LONG.error(field=name, most=str(most))
    return value


def write_segment(draft: Draft, delimiters: Delimiters) -> str:
    """One segment with its terminator. Raises ``x12.bad_text``."""
    name = str(draft[0])
    guarded = {delimiters.element, delimiters.component, delimiters.repetition, delimiters.segment} - {""}
    parts = [name]
    for number, element in enumerate(draft[1:], 1):
        texts = [_text(value) for value in _components(element)]
        for text in texts:
            if text and (text != text.strip() or any(not " " <= c <= "~" or c in guarded for c in text)):
                raise BAD_TEXT.error(element=f"{name}{number:02d}")
        while texts and not texts[-1]:
            texts.pop()
        parts.append(delimiters.component.join(texts))
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return delimiters.element.join(parts) + delimiters.segment


def _components(element: Element) -> Sequence[Value]:
    return element if isinstance(element, Sequence) and not isinstance(element, str) else [element]


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Money):
        if value.currency != "USD":
            raise WRONG_CURRENCY.error(currency=value.currency)
        return value.wire()
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, Decimal):
        return quantity_text(value)
    return str(value)
