"""A file as a tree that a person can read: loops, segments, what they mean, and the problems beside them.

Streams: a file of any size is shown line by line, and checked on the way. What can only be known later, such as a sum
that does not agree, follows after the last line when its place was shown already. Values that name somebody are masked
unless asked for. Shows files with problems too; refuses only what cannot be split into segments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from chartline.formats.x12.check import Checker, Progress
from chartline.formats.x12.check_result import CheckResult
from chartline.formats.x12.code_lists import STANDARD, CodeLists
from chartline.formats.x12.companion import Companion
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
    raw: str = ""
    """The segment as it was sent."""


def read_shown(
    source: Source,
    *,
    leniency: Leniency = LENIENT,
    lists: CodeLists = STANDARD,
    companions: Sequence[Companion] = (),
    progress: Progress | None = None,
) -> Iterator[Shown | Problem]:
    """The tree, line by line, and then the problems whose place had been shown before they were found.

    Raises as ``read_blocks`` does.
    """
    checker = Checker(lists, companions)
    news = News(checker.result)
    showing = _Showing(lists)
    before: Block | None = None
    for block in read_blocks(source, leniency):
        checker.take(block)
        showing.learn(news.take())
        # One block behind, so that what its last loops lack is known.
        if before is not None:
            yield from showing.take(before)
        before = block
        if progress is not None:
            progress(block.offset + len(block.text))
    if before is not None:
        showing.learn(news.take())
        yield from showing.take(before)
    yield from showing.left()


class News:
    """What a check found since it was last asked, without going through everything again."""

    def __init__(self, result: CheckResult) -> None:
        self._result = result
        self._known: dict[int, int] = {}
        self._interchange = self._group = self._transaction = 0

    def take(self) -> Iterator[Problem]:
        """The new problems; those of older transactions than the one that was last open are not looked for."""
        yield from self._new(self._result.loose)
        interchanges = self._result.interchanges
        for at in range(self._interchange, len(interchanges)):
            if at > self._interchange:
                self._interchange, self._group, self._transaction = at, 0, 0
            yield from self._new(interchanges[at].problems)
            groups = interchanges[at].groups
            for number in range(self._group, len(groups)):
                if number > self._group:
                    self._group, self._transaction = number, 0
                yield from self._new(groups[number].problems)
                for transaction in groups[number].transactions[self._transaction :]:
                    yield from self._new(transaction.problems)
                self._transaction = max(0, len(groups[number].transactions) - 1)

    def _new(self, problems: list[Problem]) -> list[Problem]:
        known = self._known.get(id(problems), 0)
        self._known[id(problems)] = len(problems)
        return problems[known:]


class _Showing:
    def __init__(self, lists: CodeLists) -> None:
        self._lists = lists
        self._found: dict[int, list[Problem]] = {}
        self._version = ""
        self._waiting: list[tuple[list[str], int]] = []
        self._walk: Walk[int] | None = None
        self._open: Open[int] | None = None

    def learn(self, problems: Iterator[Problem]) -> None:
        """Know of problems, to be shown beside their segments."""
        for problem in problems:
            self._found.setdefault(problem.place.segment, []).append(problem)

    def left(self) -> Iterator[Problem]:
        """The problems that were beside no line."""
        for ordinal in sorted(self._found):
            yield from self._found[ordinal]

    def take(self, block: Block) -> Iterator[Shown]:
        """The lines of one block."""
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
        self._walk = None
        if guide is not None:
            self._walk = Walk(guide, lambda *_: None, _forget, block.delimiters.component)
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
            loop = _path(walk.inner.node)
            if walk.inner is not before and name not in _DEPTHS:
                for node in _entered(walk.inner, ordinal):
                    yield Shown(2 + _depth(node), ordinal, _path(node), node.name)
            depth = depth if name in _DEPTHS else 3 + _depth(walk.inner.node)
        definition = dictionary().get(name)
        title = use.name if use is not None else definition.name if definition is not None else ""
        values = tuple(meanings(name, elements[1:], block.delimiters, use, self._lists))
        yield Shown(
            depth,
            ordinal,
            loop,
            title,
            name,
            values,
            tuple(self._found.pop(ordinal, ())),
            block.delimiters.element.join(elements),
        )


def _forget(inner: Open[int]) -> None:
    """Let go of a loop that was shown, so that memory does not grow with the file."""
    if inner.parent is not None:
        inner.parent.loops.remove(inner)


def _entered(inner: Open[int], ordinal: int) -> list[LoopUse]:
    """The loops that begin with this segment, the outermost first."""
    found: list[LoopUse] = []
    loop: Open[int] | None = inner
    while loop is not None and loop.parent is not None and (loop.items or [ordinal])[0] == ordinal:
        found.insert(0, loop.node)
        loop = loop.parent
    return found


@lru_cache(4096)
def _path(node: LoopUse) -> str:
    return node.path


@lru_cache(4096)
def _depth(node: LoopUse) -> int:
    return node.path.count("/") + 1 if node.path else 0
