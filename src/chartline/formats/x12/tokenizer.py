"""Raw segments as values: one segment at a time, nothing kept.

For everything that is not in a hurry. Refuses what ``source`` refuses in its strict way, and a segment whose id is not
two or three capital letters and digits: a terminator inside data shifts everything after it.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.delimiters import ISA_LENGTH, TRUNCATED, UNREADABLE, Delimiters, read_delimiters
from chartline.formats.x12.record import Record
from chartline.formats.x12.source import STRICT, Block, Leniency, Source, read_blocks

__all__ = [
    "ISA_LENGTH",
    "TRUNCATED",
    "UNREADABLE",
    "Delimiters",
    "Segment",
    "read_delimiters",
    "read_segments",
    "segments_of",
]


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


def read_segments(source: Source, leniency: Leniency = STRICT) -> Iterator[Segment]:
    """Every segment of every interchange, one at a time, nothing kept.

    Text that is not UTF-8 is read as Latin-1. Raises ``x12.unreadable`` and ``x12.truncated``, possibly after
    segments were already yielded: use nothing of a file before its last segment came.
    """
    for block in read_blocks(source, leniency):
        yield from segments_of(block)


def segments_of(block: Block) -> Iterator[Segment]:
    """The segments of one block. Raises ``x12.unreadable`` at a segment without a proper id."""
    mark = block.delimiters.element
    for index, raw in enumerate(block.raws):
        elements = raw.split(mark)
        name = elements.pop(0)
        if not (1 < len(name) < 4 and name.isascii() and name.isalnum() and name.isupper()):
            raise UNREADABLE.error(segment=str(block.ordinal + index), offset=str(block.byte(index)))
        yield Segment(name, elements, block.byte(index), block.ordinal + index, block.delimiters)
