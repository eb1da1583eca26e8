"""A stretch of whole segments as arrays: where each begins, what kind it is, and where its elements are.

All places are found in a few passes over the bytes. The texts are those the segment reader would give: without
surrounding blanks, and text that is not UTF-8 is read as Latin-1. Refuses segment ids that it refuses.
"""

from __future__ import annotations

import re
from functools import cached_property

import numpy as np

from chartline.formats.x12.columns.arrays import Flags, Ints, Octets, Spans, Words
from chartline.formats.x12.columns.identifiers import ISA
from chartline.formats.x12.delimiters import Delimiters

PAD = bytes(16)
"""Around the bytes, so that a word that ends at any of them can be read."""

BLANKS = b" \t\r\n\x00\x1a"
_blank = np.zeros(256, np.bool_)
_blank[list(BLANKS)] = True
_run = re.compile(rb"[ \t\r\n\x00\x1a]*")
_SPACES = b"\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f "
_space = np.zeros(256, np.bool_)
_space[list(_SPACES)] = True
_strange = re.compile(r"[^\S\t-\r\x1c-\x1f ]")
"""Blanks beyond ASCII."""
_KEPT = np.array([0] + [(1 << 64) - (1 << (64 - 8 * count)) for count in range(1, 9)], np.uint64)
"""The last characters of a word, by how many."""
_MASKS = np.array([0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF], np.uint32)


class Window:
    """Segments of one stretch of a file that uses one set of delimiters.

    ``context`` of them, at the beginning, were handled before and are there for what follows them. Arrays have one
    entry a segment: ``begin`` is the place of the id in ``text``, ``codes`` and ``lengths`` are the id as a number and
    its length, ``kinds`` (set by the caller) its kind.
    """

    def __init__(self, data: bytes, delimiters: Delimiters, *, context: int, offset: int, ordinal: int) -> None:
        self.delimiters = delimiters
        self.data = data
        self.text: Octets = np.frombuffer(data, np.uint8)
        # The same bytes as words that begin at each of them.
        self.words: Words = np.ndarray((len(data) - 7,), "<u8", data, 0, (1,))
        self._shorts: Words = np.ndarray((len(data) - 3,), "<u4", data, 0, (1,))
        self._split()
        self.context = int(np.searchsorted(self.begin, len(PAD) + context))
        self.offset = offset - len(PAD) - context
        self.ordinal = ordinal - self.context
        self.origin = self.begin
        self.kinds: Octets = np.zeros(0, np.uint8)
        self.lengths: Ints = self._marks[self._first] - self.begin
        self.codes: Words = self._shorts[self.begin] & _MASKS[np.clip(self.lengths, 0, 3)]

    def __len__(self) -> int:
        return len(self.begin)

    def _split(self) -> None:
        text, terminator, element = self.text, ord(self.delimiters.segment), ord(self.delimiters.element)
        mark = text == element
        mark |= text == terminator
        mark[: len(PAD)] = False
        mark[-len(PAD) :] = False
        marks = np.flatnonzero(mark)
        last = np.flatnonzero(text[marks] == terminator)
        end = marks[last]
        first = np.empty_like(last)
        begin = np.empty_like(end)
        if len(last):
            first[0], begin[0] = 0, len(PAD)
            first[1:], begin[1:] = last[:-1] + 1, end[:-1] + 1
        blank = _blank[text[begin]] & (begin < end)
        for _ in range(2):
            if not blank.any():
                break
            begin += blank
            blank = _blank[text[begin]] & (begin < end)
        for row in np.flatnonzero(blank).tolist():
            match = _run.match(self.data, int(begin[row]), int(end[row]))
            begin[row] = match.end() if match else begin[row]
        if _blank[terminator]:
            # Empty lines between segments are blanks, not empty segments.
            kept = begin < end
            begin, end, first, last = begin[kept], end[kept], first[kept], last[kept]
            if terminator == 0x0A:
                _without_returns(text, begin, marks, last)
        if _blank[element]:
            while (behind := marks[first] < begin).any():
                first = first + behind
        self.begin, self.end, self._marks, self._first, self._last = begin, end, marks, first, last

    def cut(self, count: int) -> None:
        """Forget the segments after the first ``count``."""
        self.begin, self.origin, self.end = self.begin[:count], self.origin[:count], self.end[:count]
        self.lengths, self.codes, self.kinds = self.lengths[:count], self.codes[:count], self.kinds[:count]
        self._first, self._last = self._first[:count], self._last[:count]

    def place(self, row: int) -> tuple[int, int]:
        """The ordinal of a segment in the file and the byte where it begins."""
        return self.ordinal + row, self.offset + int(self.origin[row])

    def name(self, row: int) -> str:
        """The id of a segment."""
        begin = int(self.begin[row])
        return self.data[begin : begin + int(self.lengths[row])].decode("latin-1")

    def count(self, rows: Ints) -> Ints:
        """How many elements segments have."""
        return self._last[rows] - self._first[rows]

    def element(self, rows: Ints, number: int | Ints) -> Spans:
        """Element ``number`` (from 1) of segments, without surrounding blanks."""
        last = self._last[rows]
        at = np.minimum(self._first[rows] + (number - 1), last)
        end = self._marks[np.minimum(at + 1, last)]
        return self.trimmed(np.minimum(self._marks[at] + 1, end), end)

    def elements(self, rows: Ints, first: int, last: int) -> list[Spans]:
        """Elements ``first`` to ``last`` of segments, without surrounding blanks."""
        begin, stop = self._first[rows] + (first - 1), self._last[rows]
        marks = [self._marks[np.minimum(begin + step, stop)] for step in range(last - first + 2)]
        return [self.trimmed(np.minimum(marks[at] + 1, marks[at + 1]), marks[at + 1]) for at in range(len(marks) - 1)]

    def trimmed(self, start: Ints, end: Ints) -> Spans:
        """Texts without surrounding blanks."""
        if not self._padded:
            return Spans(start, end)
        odd = ((self.text[start] <= 0x20) | (self.text[end - 1] <= 0x20)) & (end > start)
        if not odd.any():
            return Spans(start, end)
        start, end = start.copy(), end.copy()
        rows = np.flatnonzero(odd)
        # Blanks after a text are as long as its field was wide; those before it are rare.
        while len(rows):
            rows = rows[_space[self.text[end[rows] - 1]] & (end[rows] > start[rows])]
            end[rows] -= 1
        rows = np.flatnonzero(odd)
        while len(rows):
            rows = rows[_space[self.text[start[rows]]] & (end[rows] > start[rows])]
            start[rows] += 1
        return Spans(start, end)

    @cached_property
    def _padded(self) -> bool:
        """Whether any text may have blanks around it; an ISA has, and is not counted."""
        text = self.text
        low = np.flatnonzero(text <= 0x20)
        element, component, segment = (
            ord(sign) for sign in (self.delimiters.element, self.delimiters.component, self.delimiters.segment)
        )
        before, after = text[low - 1], text[np.minimum(low + 1, len(text) - 1)]
        beside = (before == element) | (before == component)
        beside |= (after == element) | (after == component) | (after == segment)
        beside &= (low >= len(PAD)) & (low < len(text) - len(PAD))
        if min(element, component, segment) <= 0x20:
            beside &= ~np.isin(text[low], (element, segment))
        rest = low[beside]
        for row in np.flatnonzero(self.kinds == ISA).tolist():
            rest = rest[(rest < self.begin[row]) | (rest >= self.end[row])]
        return bool(len(rest))

    @cached_property
    def _components(self) -> Ints:
        return np.append(np.flatnonzero(self.text == ord(self.delimiters.component)), len(self.text) - 1)

    def components(self, whole: Spans, most: int) -> list[Spans]:
        """The first ``most`` components of elements, without surrounding blanks."""
        marks = self._components
        at = np.searchsorted(marks, whole.start)
        found = []
        start = whole.start
        for number in range(most):
            mark = marks[np.minimum(at + number, len(marks) - 1)]
            end = np.minimum(mark, whole.end)
            found.append(self.trimmed(start, end))
            start = np.minimum(end + 1, whole.end)
        return found

    def all_components(self, whole: Spans) -> tuple[Spans, Ints]:
        """Every component of elements, without surrounding blanks, and which element each is of."""
        marks = self._components
        first = np.searchsorted(marks, whole.start)
        counts = np.searchsorted(marks, whole.end) - first + 1
        rows = np.repeat(np.arange(len(counts)), counts)
        number = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        at = first[rows] + number
        start = np.where(number == 0, whole.start[rows], marks[at - 1] + 1)
        return self.trimmed(start, np.minimum(marks[np.minimum(at, len(marks) - 1)], whole.end[rows])), rows

    def code(self, spans: Spans) -> Ints:
        """Texts of at most four characters as ``packed`` gives them; longer ones are like empty ones."""
        length = spans.end - spans.start
        length = np.where(length > 4, 0, length)
        return (self._shorts[spans.start] & _MASKS[length]) | (length << 32)

    def equal(self, some: Spans, others: Spans) -> Flags:
        """Which texts are the same as their counterparts; only texts of at most eight characters are compared."""
        length = some.end - some.start
        kept = _KEPT[np.where(length > 8, 0, length)]
        same = (self.words[some.end - 8] & kept) == (self.words[others.end - 8] & kept)
        return same & (length == others.end - others.start) & (length <= 8)

    def texts(self, spans: Spans) -> list[str]:
        """Texts as Python strings, one by one: for the few that are needed as such."""
        pairs = zip(spans.start.tolist(), spans.end.tolist(), strict=True)
        return [self.data[start:end].decode() for start, end in pairs]

    def readable(self) -> Window:
        """The same segments with all text as UTF-8 and without the surrounding blanks that ASCII does not know."""
        if self.data.isascii():
            return self
        try:
            if _strange.search(self.data.decode()) is None:
                return self
        except UnicodeDecodeError:
            pass
        pieces: list[bytes] = []
        done = 0
        padding = _padding(self.delimiters)
        for row in np.flatnonzero(self._beyond_ascii()).tolist():
            start, end = int(self.begin[row]), int(self.end[row])
            raw = self.data[start:end]
            try:
                text = raw.decode()
            except UnicodeDecodeError:
                text = raw.decode("latin-1")
            pieces += [self.data[done:start], padding.sub("", text).encode()]
            done = end
        # What follows the last segment is not this window's, and may be anything.
        pieces += [self.data[done : int(self.end[-1]) + 1], PAD]
        other = Window(b"".join(pieces), self.delimiters, context=0, offset=0, ordinal=0)
        other.context, other.offset, other.ordinal = self.context, self.offset, self.ordinal
        other.origin, other.kinds = self.origin, self.kinds
        return other

    def _beyond_ascii(self) -> Flags:
        high = np.flatnonzero(self.text >= 0x80)
        first = np.searchsorted(high, self.begin)
        return np.searchsorted(high, self.end) > first


class Sorted:
    """The segments of each kind."""

    def __init__(self, kinds: Octets) -> None:
        self._order = np.argsort(kinds, kind="stable")
        self._ends = np.cumsum(np.bincount(kinds, minlength=256))

    def __getitem__(self, kind: int) -> Ints:
        """The rows of the segments of one kind, ascending."""
        return self._order[self._ends[kind - 1] : self._ends[kind]]


def _padding(delimiters: Delimiters) -> re.Pattern[str]:
    """Blanks of any script beside a separator or at the end of a segment."""
    separators = re.escape(delimiters.element + delimiters.component)
    blanks = rf"(?:(?![{separators}])\s)++"
    # From the first of many blanks only, and without going back: a long run must not cost its square.
    return re.compile(rf"(?<=[{separators}]){blanks}|(?<!\s){blanks}(?=[{separators}]|\Z)")


def _without_returns(text: Octets, begin: Ints, marks: Ints, last: Ints) -> None:
    """Move the ends of segments before the carriage returns there; ``marks`` is changed."""
    rows = np.arange(len(last))
    while len(rows):
        end = marks[last[rows]]
        rows = rows[(text[end - 1] == 0x0D) & (end > begin[rows])]
        marks[last[rows]] -= 1
