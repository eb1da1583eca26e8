"""Hierarchy levels (HL) and how questions are put together into transactions.

Neighbours that share a party share its level, so the order of the questions is kept. Numbers and parents are worked
out here; callers never see them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.inquiry_parts.value_writer import filled
from chartline.formats.x12.writer import MISSING, Draft

T = TypeVar("T")

MOST_IN_TRANSACTION = 99
"""Payers commonly refuse transactions with more questions."""


class Levels:
    """Counts the levels of one transaction."""

    def __init__(self) -> None:
        self.last = 0

    def open(self, kind: str, parent: int | None, *, has_children: bool | None) -> Draft:
        """The HL of the next level; its number is ``last`` afterwards. None leaves HL04 out."""
        self.last += 1
        children = None if has_children is None else "1" if has_children else "0"
        return ("HL", self.last, parent, kind, children)


def together(values: Sequence[T], key: Callable[[T], Hashable]) -> Iterator[list[T]]:
    """Neighbours with the same key."""
    return (list(some) for _, some in groupby(values, key=key))


def batches(values: Sequence[T], key: Callable[[T], Hashable], name: str) -> Iterator[list[T]]:
    """The values of each transaction: neighbours with the same key, not too many at once.

    Raises ``x12.missing`` when there are none at all.
    """
    if not values:
        raise MISSING.error(field=name)
    for some in together(values, key):
        for start in range(0, len(some), MOST_IN_TRANSACTION):
            yield some[start : start + MOST_IN_TRANSACTION]


def heading(envelope: Envelope, structure: str, purpose: str, reference: str, kind: str = "") -> Draft:
    """The BHT; date and time are those of the envelope."""
    return filled("BHT", structure, purpose, reference, envelope.at.date(), f"{envelope.at:%H%M}", kind)
