"""Raw segments one after another, with a way back to the place of the last one.

The claims of a remittance are read from texts, not from ``Segment`` objects: building one for each segment would cost
more than all the rest. Only when something is wrong is the place worked out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from operator import length_hint

from chartline.formats.x12.cents import AMOUNTS, Amounts
from chartline.formats.x12.delimiters import UNREADABLE, Delimiters
from chartline.formats.x12.remittance.procedures import Procedures
from chartline.formats.x12.source import Block, Source, read_blocks
from chartline.formats.x12.tokenizer import Segment


class Segments:
    """An iterator over raw texts (``raws``) and what is needed to read them: separators, procedures, the currency."""

    __slots__ = ("_block", "_left", "amounts", "component", "mark", "procedures", "raws")

    def __init__(self, source: Source) -> None:
        self.mark = self.component = ""
        self.procedures = Procedures("")
        self.amounts: Amounts = AMOUNTS
        self._block = Block(Delimiters(), 0, 1, [], "")
        self._left: Iterator[str] = iter(())
        self.raws: Iterator[str] = chain.from_iterable(self._parts(source))

    def _parts(self, source: Source) -> Iterator[Iterator[str]]:
        for block in read_blocks(source):
            self._block = block
            self.mark = block.delimiters.element
            if block.delimiters.component != self.component:
                self.component = block.delimiters.component
                self.procedures = Procedures(self.component)
            # Kept, because how much is left of it tells which segment was the last.
            self._left = iter(block.raws)
            yield self._left

    def split(self, raw: str) -> list[str]:
        """A segment's id and elements, the elements without surrounding blanks."""
        elements = raw.split(self.mark)
        return [element.strip() for element in elements] if " " in raw else elements

    def composite(self, text: str) -> tuple[str, ...]:
        """The components of an element without surrounding blanks; an absent element has none."""
        return tuple(part.strip() for part in text.split(self.component)) if text else ()

    def last_raw(self) -> str:
        """The text of the segment that was taken last."""
        return self._block.raws[len(self._block.raws) - length_hint(self._left) - 1]

    def last(self) -> Segment:
        """The segment that was taken last. Raises ``x12.unreadable`` when its id is none."""
        index = len(self._block.raws) - length_hint(self._left) - 1
        elements = self._block.raws[index].split(self.mark)
        segment = Segment(
            elements[0],
            elements[1:],
            self._block.byte(index),
            self._block.ordinal + index,
            self._block.delimiters,
        )
        name = segment.id
        if not (1 < len(name) < 4 and name.isascii() and name.isalnum() and name.isupper()):
            raise UNREADABLE.error(segment=str(segment.ordinal), offset=str(segment.offset))
        return segment
