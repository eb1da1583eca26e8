"""A transaction as a tree of loops, as its guide nests them.

What readers of the smaller transactions and people who look at a file work on. Nothing is lost: a segment that has no
place in the guide hangs on the innermost loop that was open, and a transaction without a known guide is one flat loop.
"""

from __future__ import annotations

import msgspec

from chartline.formats.x12.envelope import Transaction
from chartline.formats.x12.guide import Guide, SegmentUse, guide_of
from chartline.formats.x12.record import Record
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.walker import Open, Walk


class Loop(Record, frozen=True):
    """One loop: its id in the guide (``2010BA``; the whole transaction is ``ST``), its segments in order, the loops in
    it, and for each segment how the guide uses it (None where it has no place)."""

    id: str
    name: str
    segments: list[Segment]
    loops: list[Loop]
    uses: list[SegmentUse | None] = msgspec.field(default_factory=list)

    def find(self, name: str, *keys: str) -> Segment | None:
        """The first segment with this id and, where given, one of these qualifiers in element 01."""
        for segment in self.segments:
            if segment.id == name and (not keys or segment.at(1) in keys):
                return segment
        return None

    def all(self, name: str, *keys: str) -> list[Segment]:
        """Every segment with this id and, where given, one of these qualifiers in element 01."""
        return [s for s in self.segments if s.id == name and (not keys or s.at(1) in keys)]

    def value(self, name: str, key: str, number: int = 2) -> str:
        """Element ``number`` of the first such segment, empty when there is none."""
        segment = self.find(name, key)
        return segment.at(number) if segment is not None else ""

    def child(self, *ids: str) -> Loop | None:
        """The first loop with one of these ids directly in this one."""
        return next((loop for loop in self.loops if loop.id in ids), None)

    def children(self, *ids: str) -> list[Loop]:
        """Every loop with one of these ids directly in this one; all loops when no id is given."""
        return [loop for loop in self.loops if not ids or loop.id in ids]


def read_tree(transaction: Transaction, version: str = "") -> Loop:
    """The tree of a transaction, without its ST and SE.

    ``version`` is GS08, for transactions that carry no ST03. An unknown guide gives one flat loop with the id ``ST``.
    """
    beginning = next((segment for segment in transaction.segments if segment.id == "BHT"), None)
    elements = ["BHT", *beginning.elements] if beginning is not None else None
    guide = guide_of(transaction.set_id, transaction.guide or version, elements)
    if guide is None:
        return Loop("ST", "", transaction.segments, [])
    return _walked(guide, transaction)


def _walked(guide: Guide, transaction: Transaction) -> Loop:
    if not transaction.segments:
        return Loop("ST", guide.title, [], [])
    delimiters = transaction.segments[0].delimiters
    walk: Walk[Segment] = Walk(guide, lambda *_: None, component=delimiters.component)
    start = ["ST", transaction.set_id, transaction.control]
    walk.step(start, Segment("ST", start[1:], 0, 0, delimiters))
    uses = {segment.ordinal: walk.step([segment.id, *segment.elements], segment) for segment in transaction.segments}
    walk.root.items.pop(0)
    return _loop(walk.root, uses)


def _loop(inner: Open[Segment], uses: dict[int, SegmentUse | None]) -> Loop:
    return Loop(
        inner.node.id,
        inner.node.name,
        inner.items,
        [_loop(child, uses) for child in inner.loops],
        [uses[segment.ordinal] for segment in inner.items],
    )
