"""Where the transactions of a window begin and end, and what their envelope says.

Follows the nesting of ISA, GS and ST from window to window and refuses what ``read_interchanges`` refuses, with the
same errors: a file that cannot be trusted to be whole gives no rows.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from chartline.formats.x12.columns.arrays import Ints
from chartline.formats.x12.columns.identifiers import ENVELOPE, GE, GS, IEA, ISA, SE, ST, TA1, chosen
from chartline.formats.x12.columns.window import Window
from chartline.formats.x12.delimiters import TRUNCATED
from chartline.formats.x12.envelope import MISPLACED


class Level(IntEnum):
    """How deep in the envelope a segment stands."""

    OUTSIDE = 0
    INTERCHANGE = 1
    GROUP = 2
    TRANSACTION = 3


class Transaction(NamedTuple):
    """One transaction, or the part of it that a window holds.

    ``begin`` and ``end`` are the rows of its first segment after ST and of its SE, or where the window begins and
    ends. ``opens`` says that its ST is in this window. ``number`` counts those of the wanted kind, from 0.
    """

    begin: int
    end: int
    opens: bool
    number: int
    interchange: str
    group: str
    control: str
    guide: str


class Envelopes:
    """The state of the envelope between two windows.

    Wanted are transactions of one ``set_id``; ``others`` are the guides, without addenda, of those that are not.
    """

    def __init__(self, set_id: str, others: tuple[str, ...] = ()) -> None:
        self.set_id = set_id
        self._others = others
        self.level = Level.OUTSIDE
        self.seen = 0
        """Transactions of the wanted kind so far."""
        self.wanted = False
        """Whether the open transaction is of the wanted kind."""
        self.interchange = ""
        self._group = ""
        self._guide = ""
        self._control = ""
        self._own_guide = ""

    def follow(self, window: Window, *, unterminated: bool) -> list[Transaction]:
        """The wanted transactions of a window. ``unterminated`` says that its last segment ends with the file.

        Raises ``x12.truncated`` and ``x12.misplaced``.
        """
        found: list[Transaction] = []
        rows = np.flatnonzero(chosen(window.kinds, *ENVELOPE))
        begin, opens, done = window.context, False, window.context - 1
        for row, kind in zip(rows.tolist(), window.kinds[rows].tolist(), strict=True):
            if row < window.context:
                continue
            if row > done + 1 and self.level != Level.TRANSACTION:
                raise self._misplaced(window, done + 1)
            done = row
            if unterminated and row == len(window) - 1:
                self._check_last(window, row, kind)
            if kind == ISA:
                self._open(window, row)
            elif self.level == Level.TRANSACTION:
                if kind == SE:
                    if self.wanted:
                        found.append(self._transaction(begin, row, opens=opens))
                    self.level, self.wanted = Level.GROUP, False
                elif kind != TA1:
                    raise TRUNCATED.error(missing="SE", segment=str(window.place(row)[0]))
            elif kind == ST and self.level == Level.GROUP:
                _, set_id, self._control, self._own_guide = _values(window, row, 3)
                guide = self._own_guide or self._guide
                self.wanted = set_id == self.set_id and not guide.startswith(self._others)
                self.seen += self.wanted
                self.level, begin, opens = Level.TRANSACTION, row + 1, True
            else:
                self._outside_transaction(window, row, kind)
        if done < len(window) - 1:
            if self.level != Level.TRANSACTION:
                raise self._misplaced(window, done + 1)
            if unterminated:
                self._check_last(window, len(window) - 1, 0)
        if self.wanted and begin < len(window):
            found.append(self._transaction(begin, len(window), opens=opens))
        return found

    def _outside_transaction(self, window: Window, row: int, kind: int) -> None:
        if self.level == Level.INTERCHANGE and kind == GS:
            values = _values(window, row, 8)
            self._group, self._guide = values[6], values[8]
            self.level = Level.GROUP
        elif self.level == Level.INTERCHANGE and kind == IEA:
            self.level = Level.OUTSIDE
        elif self.level == Level.GROUP and kind == GE:
            self.level = Level.INTERCHANGE
        elif self.level == Level.GROUP and kind in (GS, IEA):
            raise TRUNCATED.error(missing="GE", segment=str(window.place(row)[0]))
        elif not (self.level == Level.INTERCHANGE and kind == TA1):
            raise self._misplaced(window, row)

    def _open(self, window: Window, row: int) -> None:
        if self.level != Level.OUTSIDE:
            ordinal, offset = window.place(row)
            raise TRUNCATED.error(segment=str(ordinal), offset=str(offset))
        self.interchange = _values(window, row, 13)[13]
        self.level = Level.INTERCHANGE

    def _check_last(self, window: Window, row: int, kind: int) -> None:
        # A transport that trims text takes a last newline terminator along; the control number proves the rest came.
        if kind != IEA or _values(window, row, 2)[2] != self.interchange:
            ordinal, offset = window.place(row)
            raise TRUNCATED.error(segment=str(ordinal), offset=str(offset))

    def _misplaced(self, window: Window, row: int) -> Exception:
        return MISPLACED.error(segment=str(window.place(row)[0]), id=window.name(row))

    def _transaction(self, begin: int, end: int, *, opens: bool) -> Transaction:
        return Transaction(
            begin,
            end,
            opens,
            self.seen - 1,
            self.interchange,
            self._group,
            self._control,
            self._own_guide or self._guide,
        )


def _values(window: Window, row: int, most: int) -> list[str]:
    """The elements of one segment as strings, by number; the id is number 0."""
    rows: Ints = np.full(most, row)
    return [window.name(row), *window.texts(window.element(rows, np.arange(1, most + 1)))]
