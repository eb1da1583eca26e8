"""A copy of a file without its people, which can be shared: the same shape, the same sums, other names.

Every value that may name a person, an office or an account (the dictionary says which) is replaced, the same value
always by the same one in a copy, so that what belonged together still does. Dates of patients and services move by one
number of days, amounts stay, check digits of replaced NPIs are right again, lengths stay where they can. What the
replacement is depends on a secret that is drawn for each copy and kept nowhere. Free text is removed, and so are the
values of segments that nobody knows.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from datetime import date, timedelta

from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.dictionary import ElementDefinition, SegmentDefinition, ValueFormat, dictionary
from chartline.formats.x12.source import LENIENT, Block, Leniency, Source, read_blocks

_MOST_DAYS = 300
_DATE = re.compile(r"\d{8}")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_KEPT = frozenset({"control"})
"""Control numbers tie headers to trailers and say nothing about anybody."""
_ENVELOPE = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA", "TA1"})
_PRODUCED = frozenset({"405", "050", "009"})
"""Dates about the file itself."""


def redact(source: Source, *, leniency: Leniency = LENIENT, secret: bytes | None = None) -> Iterator[bytes]:
    """The copy, piece by piece. ``secret`` makes the same replacements again; without it they are drawn anew.

    Raises as ``read_blocks`` does.
    """
    replacing = Replacing(secret or secrets.token_bytes(32))
    for block in read_blocks(source, leniency):
        yield _copied(block, replacing)


class Replacing:
    """Replaces values, the same always by the same."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._days = 1 + int.from_bytes(self._digest("days"), "big") % _MOST_DAYS

    def segment(self, raw: str, delimiters: Delimiters) -> str:
        """One segment without what names anybody."""
        elements = raw.split(delimiters.element)
        name = elements[0]
        definition = dictionary().get(name)
        if definition is None:
            if name in _ENVELOPE or not name:
                return raw
            return delimiters.element.join([name, *(self._other("text", value) for value in elements[1:])])
        return delimiters.element.join([name, *self._values(definition, elements, delimiters)])

    def _values(self, definition: SegmentDefinition, elements: list[str], delimiters: Delimiters) -> Iterator[str]:
        for number, value in enumerate(elements[1:], 1):
            element = definition.element(number)
            if not value or element is None:
                yield self._other("text", value) if value else value
            elif element.is_composite:
                repeated = value.split(delimiters.repetition) if delimiters.repetition else [value]
                parts = (self._parts(dictionary()[element.kind], each, delimiters) for each in repeated)
                yield (delimiters.repetition or "").join(parts)
            else:
                yield self._value(element, value, elements, fixed=definition.id == "ISA")

    def _parts(self, composite: SegmentDefinition, value: str, delimiters: Delimiters) -> str:
        parts = ["", *value.split(delimiters.component)]
        replaced: list[str] = []
        for number, text in enumerate(parts[1:], 1):
            element = composite.element(number)
            if not text:
                replaced.append(text)
            else:
                replaced.append(self._other("text", text) if element is None else self._value(element, text, parts))
        return delimiters.component.join(replaced)

    def _value(self, element: ElementDefinition, value: str, siblings: list[str], *, fixed: bool = False) -> str:
        kind = element.identifies
        if not kind or kind in _KEPT or not value.strip():
            return value
        if kind in ("date", "birth"):
            return value if siblings[1] in _PRODUCED else self._moved(value)
        form = self._form(element.formats, siblings)
        if form == "npi":
            return self._npi(value)
        if kind == "zip":
            return "00501" + "0" * max(0, len(value.strip()) - 5) if value.strip().isdigit() else value
        if kind in ("id", "account", "phone") or form in ("ssn", "taxid", "phone"):
            other = self._like(value)
        else:
            other = self._other(kind, value)
        return other[: len(value)].ljust(len(value)) if fixed else other

    def _form(self, formats: tuple[ValueFormat, ...], siblings: list[str]) -> str:
        for form in formats:
            if not form.when or (form.when < len(siblings) and siblings[form.when].strip() in form.values):
                return form.name
        return ""

    def _moved(self, value: str) -> str:
        def moved(match: re.Match[str]) -> str:
            text = match[0]
            try:
                day = date(int(text[:4]), int(text[4:6]), int(text[6:])) - timedelta(days=self._days)
            except (ValueError, OverflowError):
                return "0" * len(text)
            return f"{day:%Y%m%d}"

        return _DATE.sub(moved, value)

    def _npi(self, value: str) -> str:
        digits = "1" + "".join(str(byte % 10) for byte in self._digest(f"npi {value.strip()}")[:8])
        total = 24
        for at, digit in enumerate(reversed(digits)):
            number = int(digit) * (1 if at % 2 else 2)
            total += number - 9 if number > 9 else number
        return digits + str(-total % 10)

    def _like(self, value: str) -> str:
        """Another value with digits and letters where this one has them."""
        digest = self._digest(f"like {value.strip()}")
        return "".join(
            str(digest[at % 32] % 10) if c.isdigit() else _LETTERS[digest[at % 32] % 26] if c.isalpha() else c
            for at, c in enumerate(value)
        )

    def _other(self, kind: str, value: str) -> str:
        """A word that says its kind and tells values apart, within the length of the value."""
        digest = self._digest(f"{kind} {value.strip().upper()}")
        mark = "".join(_LETTERS[byte % 26] for byte in digest[:6])
        return f"{kind.upper()} {mark}"[: len(value)].strip() if len(value) > len(kind) + 3 else mark[: len(value)]

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), key=self._secret, digest_size=32).digest()


def _copied(block: Block, replacing: Replacing) -> bytes:
    """The block with its segments replaced and everything between them as it was."""
    marks = block.delimiters
    written: list[str] = []
    done = 0
    for index, raw in enumerate(block.raws):
        at = block.byte(index) - block.offset
        written.append(block.text[done:at])
        written.append(replacing.segment(raw, marks).encode().decode("latin-1"))
        end = block.text.find(marks.segment, at)
        done = len(block.text) if end < 0 else end
    written.append(block.text[done:])
    return "".join(written).encode("latin-1")
