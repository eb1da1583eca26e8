"""A copy of a file without its people, which can be shared: the same shape, the same sums, other names.

Every value that may name a person, an office or an account (the dictionary says which) is replaced, the same value
always by the same one in a copy, so that what belonged together still does. Dates of patients and services move by one
number of days, amounts stay, lengths stay where they can. What was wrong stays wrong in the same way: an NPI with a bad
check digit becomes another one with a bad check digit, so that the copy of a rejected file is rejected too. What the
replacement is depends on a secret that is drawn for each copy and kept nowhere. Free text is removed, and so are the
values of segments that nobody knows, values that do not fit their element (they may have slipped out of place), and
text around the interchanges.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from datetime import date, timedelta

from chartline.formats.x12.check import Progress
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.dictionary import ElementDefinition, SegmentDefinition, ValueFormat, dictionary
from chartline.formats.x12.explain.meaning import PRODUCED
from chartline.formats.x12.source import LENIENT, Block, Leniency, Source, read_blocks
from chartline.formats.x12.value_formats import an_npi

_MOST_DAYS = 300
_TAXONOMY = 10
_REMEMBERED = 16_384
_ZIP = "005010000"
_DATE = re.compile(r"\d{8}")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PERIOD = re.compile(r"\d{8}(?:-\d{8}|\d{4}|\d{6})?")
_NPI = re.compile(r"[12]\d{9}", re.ASCII)
_ID = re.compile(r"[A-Z][A-Z0-9]{1,2}", re.ASCII)
_ENVELOPE = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA", "TA1", "AK1", "AK2"})
"""Their control numbers tie headers to trailers and answers to questions, and say nothing about anybody."""
_NUMBERS = frozenset({"R", "N0", "N2", "DT", "TM"})
_OF_PAYERS = frozenset({("SVD", 1), ("CN1", 4), ("HCP", 6)})
"""Ids that the dictionary does not call identifying, but that point to a value that is replaced or to a contract."""


def redact(
    source: Source, *, leniency: Leniency = LENIENT, secret: bytes | None = None, progress: Progress | None = None
) -> Iterator[bytes]:
    """The copy, piece by piece. ``secret`` makes the same replacements again; without it they are drawn anew.

    Raises as ``read_blocks`` does.
    """
    replacing = Replacing(secret or secrets.token_bytes(32))
    for block in read_blocks(source, leniency):
        yield _copied(block, replacing)
        if progress is not None:
            progress(block.offset + len(block.text))


class Replacing:
    """Replaces values, the same always by the same."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._copies: dict[tuple[str, Delimiters], str] = {}
        self._days = 1 + int.from_bytes(self._digest("days"), "big") % _MOST_DAYS

    def segment(self, raw: str, delimiters: Delimiters) -> str:
        """One segment without what names anybody. Files repeat themselves, so copies are remembered for a while."""
        key = (raw, delimiters)
        copy = self._copies.get(key)
        if copy is None:
            if len(self._copies) >= _REMEMBERED:
                self._copies.clear()
            copy = self._copies[key] = self._copied(raw, delimiters)
        return copy

    def _copied(self, raw: str, delimiters: Delimiters) -> str:
        elements = raw.split(delimiters.element)
        name = elements[0]
        definition = dictionary().get(name)
        if definition is None:
            # Where a terminator stands inside a name, the rest of the name looks like the id of a segment.
            known = name if _ID.fullmatch(name) or not name else self._like(name)
            return delimiters.element.join([known, *(self._other("text", value) for value in elements[1:])])
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
                known = (definition.id, number) in _OF_PAYERS
                yield self._like(value) if known else self._value(element, value, elements, definition.id)

    def _parts(self, composite: SegmentDefinition, value: str, delimiters: Delimiters) -> str:
        parts = ["", *value.split(delimiters.component)]
        replaced: list[str] = []
        for number, text in enumerate(parts[1:], 1):
            element = composite.element(number)
            if not text:
                replaced.append(text)
            else:
                known = self._other("text", text) if element is None else self._value(element, text, parts, "")
                replaced.append(known)
        return delimiters.component.join(replaced)

    def _value(self, element: ElementDefinition, value: str, siblings: list[str], segment: str) -> str:
        kind = element.identifies
        if not value.strip() or (kind == "control" and segment in _ENVELOPE):
            return value
        form = self._form(element.formats, siblings)
        if form == "taxonomy":
            # A specialty is nobody's, unless something else was written in its place.
            return value if len(value) == _TAXONOMY else self._like(value)
        if not kind:
            return self._like(value) if _misfits(element, value) else value
        if kind in ("date", "birth"):
            return value if siblings[1] in PRODUCED or form == "time" else self._moved(value)
        if kind == "zip":
            return _ZIP[: len(value)] if value.isdigit() and len(value) <= len(_ZIP) else self._like(value)
        if kind in ("id", "account", "phone", "control") or form in ("npi", "ssn", "taxid", "phone"):
            return self._like(value)
        other = self._other(kind, value)
        return other.ljust(len(value)) if segment == "ISA" else other

    def _form(self, formats: tuple[ValueFormat, ...], siblings: list[str]) -> str:
        for form in formats:
            if not form.when or (form.when < len(siblings) and siblings[form.when].strip() in form.values):
                return form.name
        return ""

    def _moved(self, value: str) -> str:
        if not _PERIOD.fullmatch(value):
            return self._like(value)

        def moved(match: re.Match[str]) -> str:
            text = match[0]
            try:
                day = date(int(text[:4]), int(text[4:6]), int(text[6:])) - timedelta(days=self._days)
            except (ValueError, OverflowError):
                return "0" * len(text)
            return f"{day:%Y%m%d}"

        return _DATE.sub(moved, value)

    def _npi(self, value: str) -> str:
        """Another NPI, with a right check digit if this one has it, else with a wrong one."""
        digits = "1" + "".join(str(byte % 10) for byte in self._digest(f"npi {value}")[:8])
        right = next(digit for digit in "0123456789" if not an_npi(digits + digit))
        return digits + (str((int(right) + 1) % 10) if an_npi(value) else right)

    def _like(self, value: str) -> str:
        """Another value with digits and letters where this one has them; the same for every kind of id."""
        bare = value.strip()
        if _NPI.fullmatch(bare):
            return value.replace(bare, self._npi(bare))
        digest = self._digest(f"like {bare}")
        marks: list[str] = []
        for at, c in enumerate(value):
            byte = digest[at % 32]
            if c.isdigit():
                # What could not be an NPI does not become one.
                marks.append(str(3 + byte % 7 if at == 0 else byte % 10))
            else:
                marks.append(_LETTERS[byte % 26] if c.isalpha() else c)
        return "".join(marks)

    def _other(self, kind: str, value: str) -> str:
        """A word that says its kind and tells values apart, within the length of the value."""
        digest = self._digest(f"{kind} {value.strip().upper()}")
        mark = "".join(_LETTERS[byte % 26] for byte in digest[:6])
        return f"{kind.upper()} {mark}"[: len(value)].strip() if len(value) > len(kind) + 3 else mark[: len(value)]

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), key=self._secret, digest_size=32).digest()


def _misfits(element: ElementDefinition, value: str) -> bool:
    """Whether a value cannot be what its element is for, and so may be something else that slipped in."""
    if element.repeats > 1:
        return False
    if element.kind in _NUMBERS and any(c.isalpha() for c in value):
        return True
    return element.kind == "ID" and len(value.strip()) > max(element.most, _TAXONOMY // 2)


def _copied(block: Block, replacing: Replacing) -> bytes:
    """The block with its segments replaced and everything between them as it was."""
    marks = block.delimiters
    written: list[str] = []
    done = 0
    for index, raw in enumerate(block.raws):
        at = block.byte(index) - block.offset
        written.append(block.text[done:at])
        copy = replacing.segment(raw, marks)
        # A segment that was not UTF-8 was read byte for byte, and is written so.
        written.append(copy if block.text.startswith(raw, at) else copy.encode().decode("latin-1"))
        end = block.text.find(marks.segment, at)
        done = len(block.text) if end < 0 else end
    written.append(block.text[done:])
    return "".join(written).encode("latin-1")
