"""A file as a tree that a person can read: loops, segments, what they mean, and the problems beside them.

Streams: a file of any size is shown line by line. Values that name somebody are masked unless asked for. Shows files
with problems too; refuses only what cannot be split into segments.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from chartline.formats.x12.check import check
from chartline.formats.x12.code_lists import STANDARD, CodeLists
from chartline.formats.x12.dictionary import dictionary
from chartline.formats.x12.explain.meaning import Meaning, meanings
from chartline.formats.x12.guide import LoopUse, SegmentUse, guide_of
from chartline.formats.x12.problem import Problem
from chartline.formats.x12.source import LENIENT, Block, Leniency, Source, read_blocks
from chartline.formats.x12.walker import Open, Walk

_DEPTHS = {"ISA": 0, "TA1": 1, "GS": 1, "ST": 2, "SE": 2, "GE": 1, "IEA": 0}


class Shown(msgspec.Struct, frozen=True):
    """One line of the tree: a loop that opens (``segment`` empty) or a segment, with its depth."""

    depth: int
    ordinal: int
    loop: str
    name: str
    segment: str = ""
    values: tuple[Meaning, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_shown(source: Source, *, leniency: Leniency = LENIENT, lists: CodeLists = STANDARD) -> Iterator[Shown]:
    """The tree, line by line. A path is read twice (once to check it); a stream is not checked.

    Raises as ``read_blocks`` does.
    """
    found: dict[int, list[Problem]] = {}
    if not hasattr(source, "read"):
        for problem in check(source, leniency=leniency, lists=lists).problems:
            found.setdefault(problem.place.segment, []).append(problem)
    showing = _Showing(lists, found)
    for block in read_blocks(source, leniency):
        yield from showing.take(block)


class _Showing:
    def __init__(self, lists: CodeLists, found: dict[int, list[Problem]]) -> None:
        self._lists = lists
        self._found = found
        self._version = ""
        self._waiting: list[tuple[list[str], int]] = []
        self._walk: Walk[int] | None = None
        self._open: Open[int] | None = None

    def take(self, block: Block) -> Iterator[Shown]:
        mark = block.delimiters.element
        for ordinal, raw in enumerate(block.raws, block.ordinal):
            elements = raw.split(mark)
            name = elements[0]
            if name == "GS":
                self._version = elements[8].strip() if len(elements) > 8 else ""
            if name == "ST":
                self._waiting = [(elements, ordinal)]
                continue
            if self._waiting:
                yield from self._begin(elements, block)
            if name in _DEPTHS and name != "SE":
                self._walk = None
            yield from self._line(elements, ordinal, block)

    def _begin(self, second: list[str], block: Block) -> Iterator[Shown]:
        (start, ordinal), self._waiting = self._waiting[0], []
        values = [*start, "", "", ""]
        guide = guide_of(values[1], values[3].strip() or self._version, second)
        self._walk = Walk(guide, lambda *_: None, component=block.delimiters.component) if guide is not None else None
        self._open = None
        yield from self._line(start, ordinal, block)

    def _line(self, elements: list[str], ordinal: int, block: Block) -> Iterator[Shown]:
        name = elements[0]
        use: SegmentUse | None = None
        depth = _DEPTHS.get(name, 3)
        walk = self._walk
        loop = ""
        if walk is not None:
            before = walk.inner
            use = walk.step(elements, ordinal)
            loop = walk.inner.node.path
            if walk.inner is not before and name not in _DEPTHS:
                for node in _entered(walk.inner, ordinal):
                    yield Shown(2 + _depth(node), ordinal, node.path, node.name)
            depth = depth if name in _DEPTHS else 3 + _depth(walk.inner.node)
        definition = dictionary().get(name)
        title = use.name if use is not None else definition.name if definition is not None else ""
        values = tuple(meanings(name, elements[1:], block.delimiters, use, self._lists))
        yield Shown(depth, ordinal, loop, title, name, values, tuple(self._found.get(ordinal, ())))


def _entered(inner: Open[int], ordinal: int) -> list[LoopUse]:
    """The loops that begin with this segment, the outermost first."""
    found: list[LoopUse] = []
    loop: Open[int] | None = inner
    while loop is not None and loop.parent is not None and (loop.items or [ordinal])[0] == ordinal:
        found.insert(0, loop.node)
        loop = loop.parent
    return found


def _depth(node: LoopUse) -> int:
    return node.path.count("/") + 1 if node.path else 0
