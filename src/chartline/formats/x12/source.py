"""Bytes, a file or a stream into blocks of raw segments, in constant memory.

This is the one place that finds where segments begin and end; everything that reads X12 stands on it. Each ISA
declares its own delimiters, which may differ from one interchange to the next in the same file. A byte order mark,
blanks around the file and line ends after terminators are stepped over.

By default refuses text before the ISA, an ISA of the wrong width, and a file that stops inside an interchange: a
half-read remittance is worse than none. A ``Leniency`` lets each of these pass with a note, so that a check can report
it. Always refuses a segment longer than the limit, so that a file cannot fill the memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from chartline.formats.x12.delimiters import (
    ISA_LENGTH,
    TRUNCATED,
    UNREADABLE,
    Delimiters,
    has_isa_width,
    read_delimiters,
)
from chartline.kernel.errors import Again, Blame, ErrorKind

Source = bytes | Path | BinaryIO
"""A whole file in memory, the path of a file, or a stream opened for reading bytes."""

TOO_LARGE = ErrorKind(
    "x12.segment_too_large",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "A segment of the X12 file is longer than any real one.",
    "The segment terminator is probably wrong or missing; the fields name where the segment begins. "
    "Ask the sender for a correct file.",
    status=422,
)

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BLANK_BYTES = b" \t\r\n\x00\x1a"
_BLANKS = _BLANK_BYTES.decode()


class Leniency(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller lets pass with a note instead of an error, and the limits that always hold.

    ``junk`` is text before the first ISA or between interchanges, ``isa_width`` an ISA without padding,
    ``truncated`` a file that stops inside an interchange or an interchange without its IEA, ``wrapped`` lines that are
    broken at some width, also inside segments. Bytes of a file whose ISA is broken count without its line ends.
    """

    junk: bool = False
    isa_width: bool = False
    truncated: bool = False
    wrapped: bool = False
    longest_segment: int = 65_536
    """Bytes; the longest segment of the guides has less than 3,000."""


STRICT = Leniency()
LENIENT = Leniency(junk=True, isa_width=True, truncated=True, wrapped=True)


class Note(msgspec.Struct, frozen=True, gc=False):
    """Something wrong that was let pass: a problem code and the byte where it is."""

    code: str
    byte: int


class Block(msgspec.Struct):
    """Some consecutive segments of one interchange.

    ``raws`` are the texts of the segments without terminator and surrounding line ends; an empty text is an empty
    segment. ``offset`` is the byte where ``text`` begins, ``ordinal`` the number of the first segment in the file, from
    1. ``opens`` and ``closes`` say whether the block begins with the ISA and ends with the IEA; ``lost`` that the
    interchange ends with this block although no IEA came.
    """

    delimiters: Delimiters
    offset: int
    ordinal: int
    raws: list[str]
    text: str
    """The bytes of the block read as Latin-1, so that one character is one byte."""
    opens: bool = False
    closes: bool = False
    lost: bool = False
    notes: tuple[Note, ...] = ()
    _starts: list[int] = msgspec.field(default_factory=list)

    def byte(self, index: int) -> int:
        """The byte of the file where segment ``index`` of this block begins."""
        if not self._starts:
            position, terminator, text = 0, self.delimiters.segment, self.text
            blanks = _BLANKS
            for _ in self.raws:
                # Empty lines between lines of segments were dropped, so they are blanks here too.
                while position < len(text) and text[position] in blanks:
                    position += 1
                self._starts.append(position)
                position = text.find(terminator, position) + 1 or len(text)
        return self.offset + self._starts[index]


def read_blocks(source: Source, leniency: Leniency = STRICT, *, size: int = 1 << 18) -> Iterator[Block]:
    """The segments of every interchange in the file, in blocks of about ``size`` bytes, none spanning two interchanges.

    Text that is not UTF-8 is read as Latin-1. Raises ``x12.unreadable``, ``x12.truncated`` and
    ``x12.segment_too_large``, possibly after blocks were already yielded: use nothing of a file before its last block.
    """
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield from _Reader(stream, leniency, size).blocks()
    else:
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        yield from _Reader(stream, leniency, size).blocks()


class _Reader:
    def __init__(self, stream: BinaryIO, leniency: Leniency, size: int) -> None:
        self._stream = stream
        self._leniency = leniency
        self._size = size
        self._data = b""
        self._offset = 0
        self._ended = False
        self._unwrapping = False
        self._ordinal = 1
        self._notes: list[Note] = []

    def blocks(self) -> Iterator[Block]:
        self._fill(ISA_LENGTH)
        if self._data.startswith(_BYTE_ORDER_MARK):
            self._drop(len(_BYTE_ORDER_MARK))
        found = False
        while self._seek_isa():
            found = True
            yield from self._interchange()
        if not found:
            raise UNREADABLE.error(offset="0")
        if self._notes:
            # Something was wrong after the last interchange, and no block is left to say so.
            yield Block(Delimiters(), self._offset, self._ordinal, [], "", notes=tuple(self._notes))

    def _interchange(self) -> Iterator[Block]:
        self._fill(4 * ISA_LENGTH)
        if self._leniency.wrapped and not self._unwrapping and _is_broken(self._data):
            self._unwrapping = True
            self._data = self._data.translate(None, b"\r\n")
            self._fill(4 * ISA_LENGTH)
            self._note("x12.wrapped")
        delimiters = read_delimiters(self._data, any_width=self._leniency.isa_width)
        if not has_isa_width(self._data, 0):
            self._note("x12.isa_width")
        control = self._data.split(delimiters.element.encode(), 14)[13]
        terminator = delimiters.segment.encode()
        opens = True
        while True:
            self._fill(self._size)
            end, closes = self._cut(delimiters, opens)
            if end < 0:
                end, closes = self._last(delimiters, control)
            elif end == 0:
                if len(self._data) > self._leniency.longest_segment:
                    raise TOO_LARGE.error(offset=str(self._offset))
                if not self._fill(len(self._data) + self._size):
                    end, closes = self._last(delimiters, control)
                else:
                    continue
            lost = not closes and ((self._ended and end == len(self._data)) or self._starts_isa(end, delimiters))
            yield self._block(end, delimiters, terminator, opens=opens, closes=closes, lost=lost)
            opens = False
            if closes or lost:
                return

    def _cut(self, delimiters: Delimiters, opens: bool) -> tuple[int, bool]:
        """Where the block ends, after a terminator, and whether with an IEA; 0 needs more data, -1 no terminator."""
        data, terminator, element = self._data, delimiters.segment.encode(), delimiters.element.encode()
        close = self._find(b"IEA" + element, 0, terminator)
        stray = self._find(b"ISA" + element, 1 if opens else 0, terminator)
        if stray >= 0 and (close < 0 or stray < close):
            if not self._leniency.truncated:
                raise TRUNCATED.error(offset=str(self._offset + stray))
            self._note("x12.iea_missing", stray)
            return stray, False
        if close >= 0:
            end = data.find(terminator, close)
            if end >= 0:
                # Blanks after the trailer belong to it, so that every byte of a file is in some block.
                rest = data[end + 1 :]
                return len(data) - len(rest.lstrip(_BLANK_BYTES)), True
            return (-1, False) if self._ended else (0, False)
        end = data.rfind(terminator)
        if self._ended:
            rest = data[end + 1 :].strip(_BLANK_BYTES)
            return (-1, False) if rest or end < 0 else (self._lost(), False)
        if end + 1 < len(data) - self._leniency.longest_segment:
            raise TOO_LARGE.error(offset=str(self._offset + end + 1))
        return end + 1, False

    def _last(self, delimiters: Delimiters, control: bytes) -> tuple[int, bool]:
        """The rest of a file that does not end with a terminator."""
        data, element = self._data, delimiters.element.encode()
        begin = data.rfind(delimiters.segment.encode()) + 1
        fields = data[begin:].strip(_BLANK_BYTES).split(element)
        # A transport that trims text takes a last newline terminator along; the control number proves the rest came.
        if fields[0] == b"IEA" and len(fields) > 2 and fields[2].strip() == control.strip():
            return len(data), True
        return self._lost(), False

    def _lost(self) -> int:
        if not self._leniency.truncated:
            raise TRUNCATED.error(offset=str(self._offset + len(self._data)))
        self._note("x12.truncated", len(self._data))
        return len(self._data)

    def _find(self, name: bytes, start: int, terminator: bytes) -> int:
        """Where a segment with this id begins: after the terminator or at the start of the data."""
        data = self._data
        at = data.find(name, start)
        while at >= 0:
            before = data[max(0, at - 64) : at].rstrip(_BLANK_BYTES.replace(terminator, b""))
            if before.endswith(terminator) or (not before and at < 64):
                return at
            at = data.find(name, at + 1)
        return -1

    def _starts_isa(self, at: int, delimiters: Delimiters) -> bool:
        return self._data.startswith(b"ISA" + delimiters.element.encode(), at)

    def _block(
        self, end: int, delimiters: Delimiters, terminator: bytes, *, opens: bool, closes: bool, lost: bool
    ) -> Block:
        data = self._data[:end]
        text = data.decode("latin-1")
        newline = delimiters.segment == "\n"
        raws = None if newline else _one_a_line(text, delimiters.segment)
        if raws is None:
            raws = text.split(delimiters.segment)
            if newline:
                raws = [raw.lstrip(_BLANKS).rstrip("\r") for raw in raws]
            elif "\n" in text or "\r" in text or text.startswith(tuple(_BLANKS)) or delimiters.segment + " " in text:
                raws = [raw.lstrip(_BLANKS) for raw in raws]
                if self._leniency.wrapped:
                    raws = self._joined(raws)
        if not data.isascii():
            raws = [raw if raw.isascii() else _decoded(raw) for raw in raws]
        # What follows the last terminator is either nothing or the rest of a file without one.
        if raws and not raws[-1].strip(_BLANKS):
            raws.pop()
        if newline:
            # Empty lines between segments are blanks, not empty segments.
            raws = [raw for raw in raws if raw]
        block = Block(
            delimiters, self._offset, self._ordinal, raws, text, opens, closes, lost, notes=tuple(self._notes)
        )
        self._notes.clear()
        self._ordinal += len(raws)
        self._drop(end)
        return block

    def _joined(self, raws: list[str]) -> list[str]:
        """Segments without the line ends inside them; a note where there were any."""
        # What follows the last terminator is mostly nothing but a line end.
        whole = [*raws[:-1], raws[-1].rstrip()]
        broken = [at for at, raw in enumerate(whole) if "\n" in raw or "\r" in raw]
        for at in broken:
            raws[at] = raws[at].replace("\r", "").replace("\n", "")
        if broken:
            self._note("x12.wrapped")
        return raws

    def _seek_isa(self) -> bool:
        """Step over blanks, or over junk where that is allowed, to the next ISA; False at the end of the file."""
        noted = False
        while True:
            self._fill(self._size)
            kept = self._data.lstrip(_BLANK_BYTES)
            self._drop(len(self._data) - len(kept))
            if not kept and self._ended:
                return False
            if not kept:
                continue
            if len(kept) < 3 and not self._ended:
                self._fill(self._size + 3)
            if self._data.startswith(b"ISA"):
                return True
            if not self._leniency.junk:
                raise UNREADABLE.error(offset=str(self._offset))
            if not noted:
                self._note("x12.junk")
                noted = True
            at = self._next_isa()
            self._drop(at if at >= 0 else max(1, len(self._data) - (0 if self._ended else 2)))

    def _next_isa(self) -> int:
        at = self._data.find(b"ISA")
        # Prose may hold the letters; a real ISA has its separator again three characters on.
        while at >= 0 and len(self._data) > at + 6 and self._data[at + 3] != self._data[at + 6]:
            at = self._data.find(b"ISA", at + 1)
        return at

    def _fill(self, size: int) -> bool:
        """Have at least ``size`` bytes, unless the stream ends; whether anything was read."""
        if self._ended or len(self._data) >= size:
            return False
        parts = [self._data]
        have = len(self._data)
        while have < size:
            part = self._stream.read(max(size - have, self._size))
            if not part:
                self._ended = True
                break
            if self._unwrapping:
                part = part.translate(None, b"\r\n")
            parts.append(part)
            have += len(part)
        grew = have > len(self._data)
        self._data = b"".join(parts)
        return grew

    def _drop(self, count: int) -> None:
        self._data = self._data[count:]
        self._offset += count

    def _note(self, code: str, ahead: int = 0) -> None:
        self._notes.append(Note(code, self._offset + ahead))


def _is_broken(isa: bytes) -> bool:
    """Whether the ISA at the start of the data is broken by a line end before its last field."""
    lines = isa[: ISA_LENGTH - 1].replace(b"\r", b"\n").split(b"\n", 1)
    return len(lines) == 2 and lines[0].count(isa[3:4]) < 16


def _one_a_line(text: str, terminator: str) -> list[str] | None:
    """The segments of a block with one segment a line, split at once; None where some line is not like the others."""
    body = text.strip("\r\n")
    if "\n" not in body or not body.endswith(terminator):
        return None
    raws = body[:-1].split(terminator + ("\r\n" if terminator + "\r\n" in body[:4096] else "\n"))
    # The smallest text begins with a blank, or is empty, if any does.
    return raws if len(raws) == body.count(terminator) and min(raws) >= "!" else None


def _decoded(raw: str) -> str:
    try:
        return raw.encode("latin-1").decode()
    except UnicodeDecodeError:
        return raw
