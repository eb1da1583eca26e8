"""The hierarchy of a claim file: which billing provider, subscriber and patient each level means.

A level names its parent by number. Nearly always the parent is the last level of its kind, which is checked for all at
once; where it is not, the numbers are looked up one by one. Refuses a level without its parent.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from chartline.formats.x12.columns.arrays import Flags, Ints
from chartline.formats.x12.columns.finding import rows_of
from chartline.formats.x12.columns.identifiers import packed
from chartline.formats.x12.columns.window import Window
from chartline.formats.x12.envelope import MISPLACED
from chartline.kernel.errors import Again, Blame, ErrorKind

FAR_PARENT = ErrorKind(
    "x12.far_parent",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "A level of the claim file belongs to a level too far before it.",
    "Read the file with more megabytes at a time, or with the typed reader; the fields name the segment.",
    status=422,
)

BILLING, SUBSCRIBER, PATIENT = packed("20"), packed("22"), packed("23")


class Levels(NamedTuple):
    """The HL segments of a window, and for each the rows of its billing provider and subscriber levels.

    ``billing`` and ``subscriber`` are -1 where a level has none.
    """

    segments: Ints
    kinds: Ints
    billing: Ints
    subscriber: Ints


def levels(window: Window, segments: Ints, begins: Ints, *, continued: bool) -> Levels:
    """The levels of some HL segments. ``begins`` are the transactions; ``continued`` that the first began before.

    Raises ``x12.misplaced`` and ``x12.far_parent``.
    """
    number, parent = window.element(segments, 1), window.element(segments, 2)
    kinds = window.code(window.element(segments, 3))
    unknown = ~((kinds == BILLING) | (kinds == SUBSCRIBER) | (kinds == PATIENT))
    if unknown.any():
        raise _misplaced(window, segments, int(np.argmax(unknown)))
    of = rows_of(begins, segments)

    def parents(of_kind: int) -> tuple[Ints, Flags]:
        last = np.maximum.accumulate(np.where(kinds == of_kind, np.arange(len(kinds)), -1))
        known = (last >= 0) & (of[last] == of) & window.equal(parent, number.pick(last))
        return last, known

    rows = np.arange(len(segments))
    providers, has_provider = parents(BILLING)
    subscribers, has_subscriber = parents(SUBSCRIBER)
    if ((kinds == SUBSCRIBER) & ~has_provider).any() or ((kinds == PATIENT) & ~has_subscriber).any():
        return _looked_up(window, segments, kinds, of, continued=continued)
    billing = np.where(kinds == BILLING, rows, np.where(kinds == SUBSCRIBER, providers, -1))
    subscriber = np.where(kinds == SUBSCRIBER, rows, np.where(kinds == PATIENT, subscribers, -1))
    billing = np.where(kinds == PATIENT, billing[subscriber], billing)
    return Levels(segments, kinds, billing, subscriber)


def _looked_up(window: Window, segments: Ints, kinds: Ints, of: Ints, *, continued: bool) -> Levels:
    numbers = window.texts(window.element(segments, 1))
    parents = window.texts(window.element(segments, 2))
    billing, subscriber = np.full(len(segments), -1), np.full(len(segments), -1)
    providers: dict[str, int] = {}
    subscribers: dict[str, int] = {}
    transaction = -1
    for row, (number, parent, kind) in enumerate(zip(numbers, parents, kinds.tolist(), strict=True)):
        if of[row] != transaction:
            transaction = int(of[row])
            providers.clear()
            subscribers.clear()
        if kind == BILLING:
            providers[number] = billing[row] = row
        elif kind == SUBSCRIBER and parent in providers:
            billing[row] = providers[parent]
            subscribers[number] = subscriber[row] = row
        elif kind == PATIENT and parent in subscribers:
            subscriber[row] = subscribers[parent]
            billing[row] = billing[subscriber[row]]
        elif continued and transaction == 0:
            raise FAR_PARENT.error(segment=str(window.place(int(segments[row]))[0]))
        else:
            raise _misplaced(window, segments, row)
    return Levels(segments, kinds, billing, subscriber)


def _misplaced(window: Window, segments: Ints, row: int) -> Exception:
    return MISPLACED.error(segment=str(window.place(int(segments[row]))[0]), id="HL")
