"""Values into segments: delimiters guarded, trailing empty elements trimmed, nothing changed silently.

Refuses data that holds a delimiter, a control character, a character outside printable ASCII, or blanks at its ends:
the reader on the other side would see something else than was meant. Names and addresses may be passed through
``clean`` first, which says what it changes.

Segments are checked many at a time: what was joined must hold exactly as many separators as were meant, only printable
ASCII, and no blank beside a separator. Only where that fails is each value looked at, to name the element.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
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


class Repeated(tuple["Value | tuple[Value, ...]", ...]):
    """The values of a repeating element, each simple or a composite (a tuple of components)."""

    __slots__ = ()


Element = Value | Sequence[Value] | Repeated
"""A sequence is a composite: its items are the components. None is an absent element."""
Draft = Sequence[Element]
"""A segment to be written: its id, then its elements from 01."""

_spaces = re.compile(r" {2,}")
_DEFAULT = Delimiters()


def clean(text: str, delimiters: Delimiters | None = None) -> str:
    """A name or an address line as X12 can carry it.

    Upper case; accents taken off (``é`` becomes ``E``); delimiters, control characters and characters outside ASCII
    become a blank; runs of blanks become one; blanks at the ends go. May leave nothing.
    """
    chosen = delimiters or _DEFAULT
    unsafe = (chosen.element, chosen.component, chosen.repetition, chosen.segment)
    if text.isascii() and text.isprintable():
        plain = text.upper()
    else:
        decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss")).upper()
        kept = (c for c in decomposed if not unicodedata.combining(c))
        plain = "".join(c if " " <= c <= "~" else " " for c in kept)
    for mark in unsafe:
        if mark and mark in plain:
            plain = plain.replace(mark, " ")
    return _spaces.sub(" ", plain).strip() if "  " in plain else plain.strip()


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
    return write_segments((draft,), delimiters)


def write_segments(drafts: Iterable[Draft], delimiters: Delimiters) -> str:
    """Segments with their terminators, one after the other.

    Raises ``x12.bad_text`` naming the element of the first value that cannot be written, and ``x12.wrong_currency``.
    Hand in some thousand at a time: the check afterwards reads the whole text once.
    """
    element, component, terminator = delimiters.element, delimiters.component, delimiters.segment
    held = drafts if isinstance(drafts, (list, tuple)) else list(drafts)
    lines: list[str] = []
    separators = components = repetitions = 0
    for draft in held:
        parts: list[str] = []
        for item in draft:
            if type(item) is str:
                parts.append(item)
            elif item is None:
                parts.append("")
            elif isinstance(item, Repeated):
                text, inner = _repeated(item, delimiters)
                parts.append(text)
                repetitions += len(item) - 1 if item else 0
                components += inner
            elif isinstance(item, tuple):
                texts = [value if type(value) is str else _text(value) for value in item]
                while texts and not texts[-1]:
                    texts.pop()
                parts.append(component.join(texts))
                components += len(texts) - 1 if texts else 0
            elif (known := _TEXTS.get(type(item))) is not None:
                parts.append(known[item])
            elif isinstance(item, Sequence) and not isinstance(item, str):
                texts = _trimmed(item)
                parts.append(component.join(texts))
                components += len(texts) - 1 if texts else 0
            else:
                parts.append(_text(item))
        while len(parts) > 1 and not parts[-1]:
            parts.pop()
        separators += len(parts) - 1
        lines.append(element.join(parts))
    lines.append("")
    text = terminator.join(lines)
    if not (
        text.count(element) == separators
        and text.count(terminator) == len(held)
        and text.count(component) == components
        and (text.count(delimiters.repetition) if delimiters.repetition else 0) == repetitions
        and _is_plain(text, delimiters)
    ):
        _refuse(held, delimiters)
    return text


def _is_plain(text: str, delimiters: Delimiters) -> bool:
    """Whether all is printable ASCII and no blank stands beside a separator."""
    terminator = delimiters.segment
    if not text.isascii():
        return False
    if not text.isprintable() and not (terminator < " " and text.replace(terminator, "").isprintable()):
        return False
    for mark in (delimiters.element, delimiters.component, delimiters.repetition, terminator):
        if mark and (f" {mark}" in text or f"{mark} " in text):
            return False
    return True


def _refuse(drafts: Sequence[Draft], delimiters: Delimiters) -> None:
    """Raise ``x12.bad_text`` for the first value that a reader would see differently."""
    guarded = {delimiters.element, delimiters.component, delimiters.repetition, delimiters.segment} - {""}
    for draft in drafts:
        name = str(draft[0])
        for number, element in enumerate(draft[1:], 1):
            for value in _values(element):
                text = _text(value)
                if text and (text != text.strip() or any(not " " <= c <= "~" or c in guarded for c in text)):
                    raise BAD_TEXT.error(element=f"{name}{number:02d}")
            if type(element) is Repeated and element and not delimiters.repetition:
                raise BAD_TEXT.error(element=f"{name}{number:02d}")
        if not name.isalnum():
            raise BAD_TEXT.error(element="00")


def _values(element: Element) -> Iterable[Value]:
    if isinstance(element, Repeated):
        return [value for item in element for value in (item if isinstance(item, tuple) else (item,))]
    return element if isinstance(element, Sequence) and not isinstance(element, str) else (element,)


def _trimmed(values: Sequence[Value]) -> list[str]:
    texts = [_text(value) for value in values]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _repeated(element: Repeated, delimiters: Delimiters) -> tuple[str, int]:
    """The text and the number of component separators in it."""
    composites = [_trimmed(item if isinstance(item, tuple) else (item,)) for item in element]
    inner = sum(len(texts) - 1 for texts in composites if texts)
    return delimiters.repetition.join(delimiters.component.join(texts) for texts in composites), inner


def _text(value: Value) -> str:
    if value is None:
        return ""
    if type(value) is str:
        return value
    known = _TEXTS.get(type(value))
    if known is not None:
        return known[value]
    return day_text(value) if isinstance(value, date) else str(value)


class _Texts(dict[object, str]):
    """The texts of values of one type, remembered: a file repeats its amounts, days and quantities."""

    __slots__ = ("write",)

    def __init__(self, write: Callable[..., str]) -> None:
        super().__init__()
        self.write = write

    def __missing__(self, value: object) -> str:
        text = self.write(value)
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[value] = text
        return text


def _money(value: Money) -> str:
    if value.currency != "USD":
        raise WRONG_CURRENCY.error(currency=value.currency)
    return value.wire()


_MOST_REMEMBERED = 20_000
_TEXTS: dict[type, _Texts] = {
    Money: _Texts(_money),
    date: _Texts(day_text),
    Decimal: _Texts(quantity_text),
    int: _Texts(str),
}
