"""Bytes into segments, lazily, with the delimiters each interchange declares for itself.

Every ISA is read by position (it is the only fixed-width segment), so any delimiters work and may differ from one
interchange to the next in the same file. A byte order mark, blanks around the file and line ends after terminators
are stepped over. Refuses text before the ISA, an ISA of the wrong width, and a file that stops inside an interchange:
a half-read remittance is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from chartline.formats.x12.record import Record
from chartline.kernel.errors import Again, Blame, ErrorKind

UNREADABLE = ErrorKind(
    "x12.unreadable",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The file is not readable as X12.",
    "Open the file as received: it must begin with a 106-character ISA segment. "
    "An error page or a mail header means it was saved wrongly; otherwise ask the sender to send it again.",
    status=422,
)
TRUNCATED = ErrorKind(
    "x12.truncated",
    Blame.NETWORK,
    Again.AFTER_FIX,
    "The X12 file stops before its end.",
    "Fetch the file again; if it is still cut off, ask the sender for a complete copy. Nothing of it was used.",
    status=422,
)

ISA_LENGTH = 106
_ISA_SEPARATORS = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_blanks = re.compile(rb"[ \t\r\n\x00\x1a]*")


class Delimiters(msgspec.Struct, frozen=True, kw_only=True):
    """The four separators of one interchange; ``repetition`` is empty where ISA11 does not name one (before 5010)."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"


class Segment(Record, frozen=True, gc=False):
    """One segment. ``elements[0]`` is element 01, raw; ``offset`` counts bytes and ``ordinal`` segments (from 1)."""

    id: str
    elements: list[str]
    offset: int
    ordinal: int
    delimiters: Delimiters

    def at(self, number: int) -> str:
        """Element ``number`` (from 1) without surrounding blanks; empty when absent."""
        return self.elements[number - 1].strip() if number <= len(self.elements) else ""

    def components(self, number: int) -> list[str]:
        """The components of element ``number`` without surrounding blanks; an absent element has none."""
        value = self.at(number)
        return [part.strip() for part in value.split(self.delimiters.component)] if value else []

    def component(self, number: int, position: int) -> str:
        """Component ``position`` (from 1) of element ``number``; empty when absent."""
        parts = self.components(number)
        return parts[position - 1] if position <= len(parts) else ""

    def repetitions(self, number: int) -> list[str]:
        """The repeated values of element ``number``; one when the interchange has no repetition separator."""
        value = self.at(number)
        if not value:
            return []
        return value.split(self.delimiters.repetition) if self.delimiters.repetition else [value]


def read_delimiters(data: bytes, offset: int = 0) -> Delimiters:
    """The delimiters of the interchange whose ISA begins at ``offset``.

    Raises ``x12.unreadable`` and, where the data ends inside the ISA, ``x12.truncated``.
    """
    isa = data[offset : offset + ISA_LENGTH]
    if not isa.startswith(b"ISA"):
        raise UNREADABLE.error(offset=str(offset))
    if len(isa) < ISA_LENGTH:
        raise TRUNCATED.error(offset=str(offset))
    element, component, segment = isa[3], isa[104], isa[105]
    # An element separator anywhere else would mean that a field is not padded to its width.
    if isa.count(element) != len(_ISA_SEPARATORS) or any(isa[at] != element for at in _ISA_SEPARATORS):
        raise UNREADABLE.error(offset=str(offset), segment="ISA")
    repetition = "" if chr(isa[82]).isalnum() or isa[82] == 0x20 else chr(isa[82])
    chosen = [chr(element), chr(component), chr(segment), *repetition]
    if len(set(chosen)) != len(chosen) or any(not c.isascii() or c.isalnum() or c == " " for c in chosen):
        raise UNREADABLE.error(offset=str(offset), segment="ISA")
    return Delimiters(element=chr(element), component=chr(component), repetition=repetition, segment=chr(segment))


def read_segments(data: bytes) -> Iterator[Segment]:
    """Every segment of every interchange in ``data``, one at a time, nothing kept.

    Text that is not UTF-8 is read as Latin-1. Raises ``x12.unreadable`` and ``x12.truncated``, possibly after
    segments were already yielded: use nothing of a file before its last segment came.
    """
    size = len(data)
    position = _skip_blanks(data, len(_BYTE_ORDER_MARK) if data.startswith(_BYTE_ORDER_MARK) else 0)
    if position == size:
        raise UNREADABLE.error(offset="0")
    ordinal = 0
    control = ""
    inside = False
    delimiters = Delimiters()
    terminator = b"~"
    while position < size:
        if not inside:
            delimiters = read_delimiters(data, position)
            terminator = delimiters.segment.encode()
        end = data.find(terminator, position)
        raw = data[position : size if end < 0 else end]
        ordinal += 1
        segment = _segment(raw, position, ordinal, delimiters)
        if segment.id == "ISA":
            if inside:
                raise TRUNCATED.error(segment=str(ordinal), offset=str(position))
            inside, control = True, segment.at(13)
        elif segment.id == "IEA":
            inside = False
        # A transport that trims text takes a last newline terminator along; the control number proves the rest came.
        if end < 0 and (segment.id != "IEA" or segment.at(2) != control):
            raise TRUNCATED.error(segment=str(ordinal), offset=str(position))
        yield segment
        position = size if end < 0 else _skip_blanks(data, end + 1)
    if inside:
        raise TRUNCATED.error(segment=str(ordinal), offset=str(size))


def _segment(raw: bytes, offset: int, ordinal: int, delimiters: Delimiters) -> Segment:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if delimiters.segment == "\n":
        text = text.rstrip("\r")
    elements = text.split(delimiters.element)
    name = elements.pop(0)
    if not (1 < len(name) < 4 and name.isascii() and name.isalnum() and name.isupper()):
        raise UNREADABLE.error(segment=str(ordinal), offset=str(offset))
    return Segment(name, elements, offset, ordinal, delimiters)


def _skip_blanks(data: bytes, position: int) -> int:
    if position < len(data) and data[position] > 0x20:
        return position
    match = _blanks.match(data, position)
    return match.end() if match else position
