"""Transactions one by one as trees, and claims of an 837 one by one with the levels above them, in bounded memory.

Tolerant, since what is explained is often what was rejected: what has no place hangs where it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chartline.formats.x12.envelope import Transaction
from chartline.formats.x12.explain.meaning import Meaning, meanings
from chartline.formats.x12.guide import Guide, guide_of
from chartline.formats.x12.record import Record
from chartline.formats.x12.source import LENIENT, Source, read_blocks
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop, read_tree
from chartline.formats.x12.walker import Open, Walk

_ENDS = frozenset({"SE", "GE", "IEA", "ST", "GS", "ISA"})
_CLAIM = "2300"
_LEVEL = "2000"


class Claim(Record, frozen=True, kw_only=True, gc=False):
    """One claim of an 837: its own loop and those above it, the nearest first, without their other claims."""

    guide: Guide
    control: str
    loop: Loop
    above: tuple[Loop, ...]

    def find(self, *ids: str) -> Loop | None:
        """The nearest loop with one of these ids directly in a loop above the claim."""
        return next((found for level in self.above if (found := level.child(*ids)) is not None), None)


class Told(Record, frozen=True, kw_only=True, gc=False):
    """One transaction as a tree; ``guide`` is None when nobody knows it."""

    set_id: str
    control: str
    version: str
    guide: Guide | None
    tree: Loop


def read_set_ids(source: Source) -> list[str]:
    """ST01 of every transaction in a file, in its order, each once; ``TA1`` for notices. Raises as ``read_blocks``."""
    found: dict[str, None] = {}
    for block in read_blocks(source, LENIENT):
        start, notice = f"ST{block.delimiters.element}", f"TA1{block.delimiters.element}"
        for raw in block.raws:
            if raw.startswith(start):
                found.setdefault(raw.split(block.delimiters.element, 2)[1].strip())
            elif raw.startswith(notice):
                found.setdefault("TA1")
    return list(found)


def read_told(source: Source, *set_ids: str) -> Iterator[Told]:
    """The transactions of these kinds as trees. Raises as ``read_blocks``."""
    for start, version, segments in _transactions(source, set_ids):
        transaction = Transaction(
            set_id=start.at(1),
            control=start.at(2),
            guide=start.at(3),
            segments=segments,
            declared_segments="",
            trailer_control="",
        )
        beginning = ["BHT", *segments[0].elements] if segments and segments[0].id == "BHT" else None
        guide = guide_of(start.at(1), start.at(3) or version, beginning)
        tree = read_tree(transaction, version)
        yield Told(set_id=start.at(1), control=start.at(2), version=start.at(3) or version, guide=guide, tree=tree)


def read_claims(source: Source) -> Iterator[Claim]:
    """The claims of every 837 whose guide is known, one at a time. Raises as ``read_blocks``."""
    walk: Walk[Segment] | None = None
    start: Segment | None = None
    guide: Guide | None = None
    version = ""
    ready: list[tuple[Loop, tuple[Loop, ...]]] = []
    for segment in _segments(source):
        if segment.id == "GS":
            version = segment.at(8)
        if segment.id in _ENDS and walk is not None:
            walk.finish()
        elif start is not None and segment.id not in _ENDS:
            if walk is None:
                guide = guide_of("837", start.at(3) or version, [segment.id, *segment.elements])
                if guide is None:
                    start = None
                    continue
                walk = Walk(guide, lambda *_: None, _keeping(ready), segment.delimiters.component)
                walk.step(["ST", *start.elements], start)
            walk.step([segment.id, *segment.elements], segment)
        if guide is not None and start is not None:
            for loop, above in ready:
                yield Claim(guide=guide, control=start.at(2), loop=loop, above=above)
            ready.clear()
        if segment.id in _ENDS:
            walk = None
            start = segment if segment.id == "ST" and segment.at(1) == "837" else None


def values_of(loop: Loop, at: int) -> dict[tuple[int, int], Meaning]:
    """The values of segment ``at`` of a loop by element and component; of repeated values the first."""
    segment = loop.segments[at]
    use = loop.uses[at] if at < len(loop.uses) else None
    found: dict[tuple[int, int], Meaning] = {}
    for each in meanings(segment.id, segment.elements, segment.delimiters, use):
        found.setdefault((each.element, each.component), each)
    return found


def person(name: Segment) -> str:
    """The name in an NM1 segment, given names first."""
    return " ".join(part for part in (name.at(4), name.at(5), name.at(3), name.at(7)) if part)


def _keeping(ready: list[tuple[Loop, tuple[Loop, ...]]]) -> Callable[[Open[Segment]], None]:
    told: dict[str, tuple[Open[Segment], int, Loop]] = {}

    def above(inner: Open[Segment]) -> Iterator[Loop]:
        """The loops around one, the nearest first, each with the first of every kind of loop in it."""
        level = inner.parent
        while level is not None:
            # Made once for all the claims of a level: a level may have thousands of loops, and thousands of claims.
            size = len(level.items) + len(level.loops)
            known = told.get(level.node.id)
            if known is None or known[0] is not level or known[1] != size:
                known = told[level.node.id] = (level, size, _level(level))
            yield known[2]
            level = level.parent

    def closed(inner: Open[Segment]) -> None:
        if inner.node.id == _CLAIM:
            ready.append((_loop(inner), tuple(above(inner))))
        # What was told is let go, so that a file of any size can be told.
        if inner.node.id.startswith((_CLAIM, _LEVEL)) and inner.parent is not None:
            inner.parent.loops.remove(inner)

    return closed


def _level(level: Open[Segment]) -> Loop:
    first: dict[str, Open[Segment]] = {}
    for child in level.loops:
        if not child.node.id.startswith((_CLAIM, _LEVEL)):
            first.setdefault(child.node.id, child)
    return Loop(level.node.id, level.node.name, level.items, [_loop(child) for child in first.values()])


def _loop(inner: Open[Segment]) -> Loop:
    below = [_loop(child) for child in inner.loops if not child.node.id.startswith((_CLAIM, _LEVEL))]
    return Loop(inner.node.id, inner.node.name, inner.items, below)


def _transactions(source: Source, set_ids: tuple[str, ...]) -> Iterator[tuple[Segment, str, list[Segment]]]:
    start: Segment | None = None
    version = ""
    body: list[Segment] = []
    for segment in _segments(source):
        if segment.id not in _ENDS:
            body.append(segment)
            continue
        if start is not None:
            yield start, version, body
        version = segment.at(8) if segment.id == "GS" else version
        start = segment if segment.id == "ST" and segment.at(1) in set_ids else None
        body = []
    if start is not None:
        yield start, version, body


def _segments(source: Source) -> Iterator[Segment]:
    """Every segment, also those whose id is none."""
    for block in read_blocks(source, LENIENT):
        for index, raw in enumerate(block.raws):
            name, *elements = raw.split(block.delimiters.element)
            yield Segment(name, elements, 0, block.ordinal + index, block.delimiters)
