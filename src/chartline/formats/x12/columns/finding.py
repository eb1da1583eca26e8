"""Segments of one kind that belong to claims and lines: the first of each, told apart by qualifiers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chartline.formats.x12.columns import build
from chartline.formats.x12.columns.arrays import Days, Flags, Ints, Spans
from chartline.formats.x12.columns.envelopes import Transaction
from chartline.formats.x12.columns.numbers import Place, cents, dates
from chartline.formats.x12.columns.window import Window


class Found:
    """Segments, in the order of the file, and the row of a table that each belongs to.

    ``rows`` never decrease. ``count`` is the number of rows of that table.
    """

    def __init__(self, window: Window, segments: Ints, rows: Ints, count: int) -> None:
        self.window = window
        self.segments = segments
        self.rows = rows
        self.count = count

    def only(self, flags: Flags) -> Found:
        """Some of them."""
        return Found(self.window, self.segments[flags], self.rows[flags], self.count)

    def having(self, number: int) -> Found:
        """Those in which this element is not empty."""
        present = self.element(number).present
        return self if present.all() else self.only(present)

    def first(self, flags: Flags | None = None) -> Found:
        """The first of each row among all, or among some."""
        some = self if flags is None else self.only(flags)
        if len(some.rows) < 2:
            return some
        return some.only(np.concatenate(([True], some.rows[1:] != some.rows[:-1])))

    def last(self) -> Found:
        """The last of each row."""
        return self.only(np.concatenate((self.rows[1:] != self.rows[:-1], [True]))) if len(self.rows) > 1 else self

    def element(self, number: int) -> Spans:
        """An element of each."""
        return self.window.element(self.segments, number)

    def code(self, number: int) -> Ints:
        """An element of each as ``packed`` gives it."""
        return self.window.code(self.element(number))

    def texts(self, number: int) -> pa.Array:
        """An element as a column of the table; null where there is none."""
        return build.scattered(self.window, self.element(number), self.rows, self.count)

    def days(self, number: int, name: str) -> tuple[Days, Flags]:
        """A date as a column of the table, and where there is one. Raises ``x12.bad_date``."""
        spans = self.element(number)
        values, present = np.zeros(self.count, np.int32), np.zeros(self.count, np.bool_)
        if len(self.rows):
            values[self.rows] = dates(Place(self.window, self.segments, name, number), spans)
            present[self.rows] = spans.present
        return values, present

    def dates(self, number: int, name: str) -> pa.Array:
        """A date as a column of the table; null where there is none. Raises ``x12.bad_date``."""
        return build.days(*self.days(number, name))

    def spread(self, numbers: tuple[int, ...]) -> tuple[Spans, Ints]:
        """Several elements of each, and their rows, all in the order of the file."""
        segments = np.repeat(self.segments, len(numbers))
        spans = self.window.element(segments, np.tile(np.array(numbers), len(self.segments)))
        return spans, np.repeat(self.rows, len(numbers))

    def money(self, number: int, name: str) -> pa.Array:
        """A required amount as a column of the table; null for rows without such a segment. Raises
        ``x12.bad_amount``."""
        values, present = np.zeros(self.count, np.int64), np.zeros(self.count, np.bool_)
        values[self.rows] = cents(Place(self.window, self.segments, name, number), self.element(number))
        present[self.rows] = True
        return build.money(values, present)


def rows_of(starts: Ints, segments: Ints) -> Ints:
    """Which of the stretches that begin at ``starts`` each segment is in; -1 before the first."""
    return np.searchsorted(starts, segments, side="right") - 1


def numbered(rows: Ints) -> Ints:
    """The number of each among those with the same row, from 1; rows never decrease."""
    counts = np.bincount(rows)
    return np.arange(1, len(rows) + 1) - (np.cumsum(counts) - counts)[rows]


def last_of(marks: Flags) -> Ints:
    """For each segment the last marked one up to it; 0 where there is none."""
    return np.maximum.accumulate(np.where(marks, np.arange(len(marks)), 0))


def interleaved(columns: list[Spans], count: int) -> tuple[Spans, Ints]:
    """Texts that follow each other in each of ``count`` rows as one series, and the row of each."""
    start = np.stack([column.start for column in columns], axis=1).ravel()
    end = np.stack([column.end for column in columns], axis=1).ravel()
    return Spans(start, end), np.repeat(np.arange(count), len(columns))


def places(window: Window, segments: Ints) -> tuple[pa.Array, pa.Array]:
    """The byte and the ordinal of segments in the file."""
    return build.numbers(window.origin[segments] + window.offset), build.numbers(segments + window.ordinal)


def controls(transactions: list[Transaction], of: Ints) -> list[pa.Array]:
    """The control numbers of interchange, group and transaction for rows whose transactions are ``of``."""
    index = pa.array(of)
    names = [(t.interchange or None, t.group or None, t.control or None) for t in transactions]
    return [pa.array([name[at] for name in names], pa.string()).take(index) for at in range(3)]
