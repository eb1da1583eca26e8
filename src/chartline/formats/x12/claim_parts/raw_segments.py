"""Raw segments of a claim file one after another, with a way back to the place of the last one.

Claims are read from texts, not from ``Segment`` objects: building one for each segment would cost more than all the
rest. Only when something is wrong is the place worked out. Blanks beside separators are taken away a block at a time,
because hardly any file has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from operator import length_hint

from chartline.formats.x12.claim_parts.composites import MOST_REMEMBERED, Composites
from chartline.formats.x12.delimiters import ISA_LENGTH, UNREADABLE, Delimiters
from chartline.formats.x12.source import Block, Source, read_blocks
from chartline.formats.x12.tokenizer import Segment

ENDS_LOOP = frozenset({"HL", "CLM", "SE", "ST", "GE", "GS", "IEA", "ISA", ""})
"""Ids that end whatever is being read; the empty one stands for the end of the file."""
BLANK = [""] * 26
"""Put after the elements of a segment that stops early."""


class RawSegments:
    """An iterator over raw texts (``raws``) and what is needed to read them: the separators, the known composites."""

    __slots__ = ("_block", "_left", "component", "composites", "mark", "raws", "service_days")

    def __init__(self, source: Source) -> None:
        self.mark = self.component = ""
        self.composites = Composites("")
        self.service_days: dict[str, date] = {}
        """Whole segments that only say a day of service: hundreds of lines share one."""
        self._block = Block(Delimiters(), 0, 1, [], "")
        self._left: Iterator[str] = iter(())
        self.raws: Iterator[str] = chain.from_iterable(self._parts(source))

    def _parts(self, source: Source) -> Iterator[Iterator[str]]:
        for block in read_blocks(source):
            marks = block.delimiters
            if marks.element != self.mark or len(self.service_days) > MOST_REMEMBERED:
                self.service_days = {}
            self.mark = marks.element
            if marks.component != self.component:
                self.component = marks.component
                self.composites = Composites(marks.component)
            self._block = block
            # Kept, because how much is left of it tells which segment was the last.
            self._left = iter(_trimmed(block))
            yield self._left

    def next(self) -> list[str]:
        """The id and the elements of the next segment; one empty text at the end of the file."""
        return next(self.raws, "").split(self.mark)

    def last(self) -> Segment:
        """The segment that was taken last. Finding its place costs a walk through the block: ask only for errors."""
        index = max(0, len(self._block.raws) - length_hint(self._left) - 1)
        name, *elements = self._block.raws[index].split(self.mark)
        return Segment(name, elements, self._block.byte(index), self._block.ordinal + index, self._block.delimiters)

    def step_over(self, name: str) -> None:
        """Let a segment pass that nobody asked for. Raises ``x12.unreadable`` when its id is none."""
        if not (1 < len(name) < 4 and name.isascii() and name.isalnum() and name.isupper()):
            segment = self.last()
            raise UNREADABLE.error(segment=str(segment.ordinal), offset=str(segment.offset))


def _trimmed(block: Block) -> list[str]:
    mark, text = block.delimiters.element, block.text
    # The ISA is padded by design.
    start = ISA_LENGTH if block.opens else 0
    if (
        text.find(f" {mark}", start) < 0
        and text.find(f"{mark} ", start) < 0
        and text.find(f" {block.delimiters.segment}", start) < 0
    ):
        return block.raws
    return [mark.join(map(str.strip, raw.split(mark))) if " " in raw else raw for raw in block.raws]
