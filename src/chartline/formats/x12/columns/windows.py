"""A file as windows of whole segments, cut between claims, in constant memory.

A window holds segments of one set of delimiters. It ends after a transaction where it can, else before a claim, so
that whatever belongs together is in one window. Where a transaction goes on, the segments that the next claims depend
on are given again as its context. Refuses what the segment reader refuses.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from chartline.formats.x12.columns.envelopes import Envelopes, Level, Transaction
from chartline.formats.x12.columns.identifiers import IEA_CODE, SE, ST, kinds
from chartline.formats.x12.columns.window import BLANKS, PAD, Window
from chartline.formats.x12.delimiters import ISA_LENGTH, TRUNCATED, UNREADABLE, Delimiters, read_delimiters
from chartline.formats.x12.source import STRICT, TOO_LARGE, Source
from chartline.kernel.errors import ChartlineError

_MARK = b"\xef\xbb\xbf"
_SMALLEST = 1 << 18


class Boundary(NamedTuple):
    """Where a transaction may be cut: the row of the last claim of a window, and the context of what follows it."""

    row: int
    context: bytes


class Stretch(NamedTuple):
    """A window and the wanted transactions in it."""

    window: Window
    transactions: list[Transaction]


@contextmanager
def _opened(source: Source) -> Generator[BinaryIO]:
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield stream
    else:
        yield io.BytesIO(source) if isinstance(source, bytes) else source


def read_windows(
    source: Source, envelopes: Envelopes, boundary: Callable[[Window], Boundary | None], size: int
) -> Iterator[Stretch]:
    """The windows of a file, of about ``size`` bytes each.

    ``boundary`` finds where a transaction of the wanted kind may be cut, None where it cannot. Raises
    ``x12.unreadable``, ``x12.truncated``, ``x12.misplaced`` and ``x12.segment_too_large``.
    """
    with _opened(source) as stream:
        yield from _Windows(stream, envelopes, boundary, size).read()


class _Windows:
    def __init__(
        self, stream: BinaryIO, envelopes: Envelopes, boundary: Callable[[Window], Boundary | None], size: int
    ) -> None:
        self._stream = stream
        self._envelopes = envelopes
        self._boundary = boundary
        self._size = size
        self._body = b""
        self._offset = 0
        self._ordinal = 1
        self._ended = False
        self._context = b""
        # Small at first, in case the delimiters change soon; what was looked at in vain is looked at again.
        self._want = min(_SMALLEST, size)

    def read(self) -> Iterator[Stretch]:
        self._fill(ISA_LENGTH)
        if self._body.startswith(_MARK):
            self._drop(len(_MARK))
        delimiters: Delimiters | None = None
        while True:
            if self._envelopes.level == Level.OUTSIDE:
                self._skip_blanks()
                if not self._body:
                    break
                delimiters = self._delimiters()
            assert delimiters is not None
            stretch = self._stretch(delimiters)
            over = self._ended and not self._body.strip(BLANKS)
            # Asked first: what a cut-off file lacks is not the sender's mistake, but was lost on the way.
            if (over or stretch is None) and self._ended and self._envelopes.level != Level.OUTSIDE:
                raise TRUNCATED.error(segment=str(self._ordinal - 1), offset=str(self._offset + len(self._body)))
            if stretch is not None:
                yield stretch
        if delimiters is None:
            raise UNREADABLE.error(offset="0")

    def _stretch(self, delimiters: Delimiters) -> Stretch | None:
        """The next window; None when only blanks were left."""
        while True:
            self._fill(self._want)
            terminator = delimiters.segment.encode()
            unterminated = self._ended and self._is_open(terminator)
            body = self._body + terminator if unterminated else self._body
            window = self._window(body, delimiters)
            count = self._to_other_delimiters(window, body, delimiters)
            changes = count < len(window)
            self._check_lengths(window, body)
            if len(window) <= window.context:
                if self._ended:
                    self._drop(len(self._body))
                    return None
                self._grow()
                continue
            window.cut(count)
            if unterminated and not changes and int(window.codes[-1]) != IEA_CODE:
                ordinal, offset = window.place(len(window) - 1)
                raise TRUNCATED.error(segment=str(ordinal), offset=str(offset))
            window.kinds = kinds(window.codes, window.lengths, window.place)
            context = b""
            if not changes and not self._ended:
                boundary = self._cut(window)
                if boundary is None:
                    self._grow()
                    continue
                window.cut(boundary.row)
                context = boundary.context
            taken = window.offset + int(window.end[-1]) + 1 - self._offset
            last = unterminated and not changes
            ordinal = window.ordinal + len(window)
            window = window.readable()
            transactions = self._envelopes.follow(window, unterminated=last)
            self._context = context
            self._ordinal = ordinal
            self._drop(min(taken, len(self._body)))
            self._want = min(_SMALLEST, self._size) if changes else min(2 * self._want, self._size)
            return Stretch(window, transactions)

    def _check_lengths(self, window: Window, body: bytes) -> None:
        """Refuse a segment that is longer than any real one, or a rest that will become one."""
        done = window.offset + int(window.end[-1]) + 1 - self._offset if len(window) else 0
        if len(body) - done > STRICT.longest_segment and not body[done:].isspace():
            raise TOO_LARGE.error(offset=str(self._offset + done))
        long = window.end - window.begin > STRICT.longest_segment
        if long.any():
            raise TOO_LARGE.error(offset=str(window.place(int(np.argmax(long)))[1]))

    def _is_open(self, terminator: bytes) -> bool:
        """Whether the last segment of the file has no terminator."""
        rest = self._body.rstrip(BLANKS.replace(terminator, b""))
        return not rest.endswith(terminator) and bool(rest.strip(BLANKS))

    def _window(self, body: bytes, delimiters: Delimiters) -> Window:
        data = b"".join((PAD, self._context, body, PAD))
        return Window(data, delimiters, context=len(self._context), offset=self._offset, ordinal=self._ordinal)

    def _to_other_delimiters(self, window: Window, body: bytes, delimiters: Delimiters) -> int:
        """How many segments there are until an interchange begins that is to be looked at on its own."""
        for row in np.flatnonzero((window.codes == IEA_CODE) & (window.lengths == 3)).tolist():
            if row + 1 < len(window):
                begin = window.offset + int(window.begin[row + 1]) - self._offset
                try:
                    if read_delimiters(body[begin : begin + ISA_LENGTH]) == delimiters:
                        continue
                except ChartlineError:
                    pass
                return row + 1
        return len(window)

    def _cut(self, window: Window) -> Boundary | None:
        """Where the window ends: after a transaction, else where one may be cut."""
        closed = np.flatnonzero(window.kinds == SE)
        last = int(closed[-1]) + 1 if len(closed) else 0
        if last and int(window.begin[last - 1]) * 2 > len(window.data):
            return Boundary(last, b"")
        opened = np.flatnonzero(window.kinds == ST)
        if len(opened) and int(opened[-1]) >= last:
            wanted = window.texts(window.element(opened[-1:], 1)) == [self._envelopes.set_id]
        else:
            wanted = not last and self._envelopes.wanted
        if not wanted:
            return Boundary(len(window), b"")
        boundary = self._boundary(window)
        if boundary is not None and boundary.row > max(last, window.context):
            return boundary
        return Boundary(last, b"") if last else None

    def _delimiters(self) -> Delimiters:
        self._fill(ISA_LENGTH)
        try:
            return read_delimiters(self._body[:ISA_LENGTH])
        except ChartlineError as error:
            # It was read on its own; the file says where it stands.
            fields = {**error.problem.fields, "offset": str(self._offset)}
            raise ChartlineError(replace(error.problem, fields=fields)) from None

    def _skip_blanks(self) -> None:
        while True:
            kept = self._body.lstrip(BLANKS)
            self._drop(len(self._body) - len(kept))
            if kept or not self._fill(self._want):
                return

    def _grow(self) -> None:
        self._want = max(2 * self._want, 2 * len(self._body))

    def _fill(self, size: int) -> bool:
        """Have ``size`` bytes unless the stream ends; whether any came."""
        parts, have = [self._body], len(self._body)
        before = have
        while have < size and not self._ended:
            part = self._stream.read(size - have)
            self._ended = not part
            parts.append(part)
            have += len(part)
        if have > before:
            self._body = b"".join(parts)
        return have > before

    def _drop(self, count: int) -> None:
        self._body = self._body[count:]
        self._offset += count
