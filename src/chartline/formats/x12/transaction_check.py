"""One transaction on its way past every rule: its place in the guide, its content, its situations and its sums.

A segment whose pattern accepts it costs a look-up and a match; only the others are looked at piece by piece.
"""

from __future__ import annotations

from functools import cache

import msgspec

from chartline.formats.x12.accept import Acceptance
from chartline.formats.x12.check_result import TransactionResult
from chartline.formats.x12.code_lists import CodeLists
from chartline.formats.x12.companion import Companion
from chartline.formats.x12.dictionary import dictionary
from chartline.formats.x12.envelope_rules import EnvelopeCheck
from chartline.formats.x12.guide import Guide, LoopUse, SegmentUse, Situation, guide_of
from chartline.formats.x12.named_checks import CHECKS
from chartline.formats.x12.problem import Kind, kinds
from chartline.formats.x12.segment_check import flaws
from chartline.formats.x12.situations import Inner, Placed, Rules, further_rules_of, value_of
from chartline.formats.x12.source import Block
from chartline.formats.x12.sums import Check, Disagreement, Sums
from chartline.formats.x12.walker import Transition, Walk

ENVELOPE = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA"})
"""Segments that end a transaction when they come inside one."""

_MOST_KEPT = 2_000
_SEVERAL_GUIDES = ("278",)
"""Sets whose guide is known only at the BHT."""


class Closing(msgspec.Struct, frozen=True):
    """What is asked of a loop when it closes; the same for all loops of one use."""

    start: str
    """The id of the segment that opens it."""
    rules: Rules | None
    checks: tuple[Check, ...]
    is_level: bool
    without_limit: bool


@cache
def closing_of(node: LoopUse) -> Closing:
    """What is asked of a loop with this use when it closes."""
    return Closing(
        node.start.id,
        Rules(node, node.situations) if node.situations else None,
        tuple(CHECKS[name] for name in node.checks),
        node.start.id == "HL",
        node.most == 0,
    )


class TransactionCheck:
    """The check of one transaction: made at its ST, run over block after block, finished at its SE or without."""

    def __init__(
        self,
        transaction: TransactionResult,
        envelope: EnvelopeCheck,
        lists: CodeLists,
        companions: tuple[Companion, ...],
        block: Block,
        ordinal: int,
    ) -> None:
        self._transaction = transaction
        self._envelope = envelope
        self._lists = lists
        self._companions: list[Companion] = []
        self._offered = companions
        self._block = block
        self._ordinal = ordinal
        self._start = block.raws[ordinal - block.ordinal], block, ordinal
        self._began = False
        self._walk: Walk[Placed] | None = None
        self._sums = Sums(block.delimiters)
        self._levels = 0
        if transaction.set_id not in _SEVERAL_GUIDES:
            self._begin(None)

    def _begin(self, beginning: list[str] | None) -> None:
        """Choose the guide and check the ST; ``beginning`` is the segment after it."""
        self._began = True
        transaction = self._transaction
        guide = guide_of(transaction.set_id, transaction.guide, beginning)
        raw, block, ordinal = self._start
        if guide is None:
            transaction.known = False
            self._envelope.report("transaction_unknown", block, ordinal, "ST", 3, transaction.guide)
            return
        self._companions = [companion for companion in self._offered if companion.applies(guide)]
        self._walk = self._walked(guide, block)
        self._take(self._walk, raw.split(block.delimiters.element), raw, block, ordinal)

    def _walked(self, guide: Guide, block: Block) -> Walk[Placed]:
        variant = (block.delimiters, id(self._lists))
        return Walk(guide, self._structure, self._closed, block.delimiters.component, variant)

    def run(self, block: Block, index: int, count: int) -> int:
        """Check the segments of a block from ``index`` on; the index of the envelope segment that ends the transaction,
        or ``count``, the number of segments to be checked, when the block ends first."""
        raws, mark, first = block.raws, block.delimiters.element, block.ordinal
        if not self._began and index < count:
            self._begin(raws[index].split(mark))
        walk = self._walk
        if walk is None:
            return self._skim(block, index, count)
        numbers, state, inner = walk.key_numbers, walk.state, walk.inner
        self._block = block
        # This loop runs once for every segment of a file: what is common is done here, the rest is called.
        for at in range(index, count):
            raw = raws[at]
            elements = raw.split(mark)
            name = elements[0]
            number = numbers.get(name)
            if number is None:
                transition = state.by_id.get(name)
            else:
                keys = state.by_key.get(name)
                transition = keys.get(elements[number]) if keys is not None and len(elements) > number else None
            if transition is None or transition.content is None:
                if name in ENVELOPE:
                    return at
                self._take(walk, elements, raw, block, first + at)
                state, inner = walk.state, walk.inner
                continue
            self._ordinal = ordinal = first + at
            if transition.stays:
                if inner.seen & transition.limited:
                    walk.repeat(inner, transition.use)
                inner.seen |= transition.bit
                inner.items.append((elements, ordinal, block))
                walk.state = state = transition.state
            else:
                walk.follow(transition, (elements, ordinal, block))
                state, inner = transition.state, walk.inner
                if name == "HL":
                    self._level(inner)
            if not transition.content[len(elements)](raw):
                self._explain(transition.use, inner, elements)
        return count

    def _skim(self, block: Block, index: int, count: int) -> int:
        """Pass over the segments of an unknown guide."""
        for at in range(index, count):
            name = block.raws[at].split(block.delimiters.element, 1)[0]
            if name in ENVELOPE:
                return at
            self._block, self._ordinal = block, block.ordinal + at
            self._unplaced(name)
        return count

    def _take(self, walk: Walk[Placed], elements: list[str], raw: str, block: Block, ordinal: int) -> None:
        name = elements[0]
        self._block, self._ordinal = block, ordinal
        transition = self._looked_up(walk, elements)
        if transition is None:
            walk.keep((elements, ordinal, block))
            return
        walk.follow(transition, (elements, ordinal, block))
        content = transition.content
        if content is None:
            content = Acceptance(transition.use, self._sums.delimiters, self._lists)
        # The trailer ends the transaction, so the quick loop must not go past it.
        if name not in ENVELOPE:
            transition.content = content
        if not content[len(elements)](raw):
            self._explain(transition.use, walk.inner, elements)
        if name == "HL":
            self._level(walk.inner)

    def finish(self, block: Block, index: int) -> bool:
        """The envelope segment at ``index`` ends the transaction; whether it was its SE."""
        ordinal = block.ordinal + index
        raw = block.raws[index] if index < len(block.raws) else ""
        elements = raw.split(block.delimiters.element)
        if not self._began:
            self._begin(None)
        walk = self._walk
        # The walk knows this check, and would keep it and its blocks until the garbage collector comes.
        self._walk = None
        if elements[0] != "SE":
            # What is open stays unfinished: its sums and what it lacks cannot be judged.
            self._envelope.lose_transaction(block, ordinal)
            return False
        if walk is not None:
            self._walk = walk
            self._take(walk, elements, raw, block, ordinal)
            walk.finish()
            self._walk = None
        self._envelope.close_transaction(elements, block, ordinal)
        return True

    def _looked_up(self, walk: Walk[Placed], elements: list[str]) -> Transition | None:
        name = elements[0]
        if not (1 < len(name) < 4 and name.isascii() and name.isalnum() and name.isupper()):
            self._unplaced(name)
            return None
        transition = walk.look(elements)
        if transition is None:
            self._write(walk.stray(name), name, walk.inner.node.path)
        return transition

    def _explain(self, use: SegmentUse, inner: Inner, elements: list[str]) -> None:
        for flaw in flaws(use, elements, self._sums.delimiters, self._lists):
            where = (inner.node.path, flaw.element, flaw.component, flaw.repetition)
            place = self._envelope.place(self._block, self._ordinal, use.id, *where)
            kind = kinds()[flaw.key]
            self._envelope.write(kind, place, flaw.found, flaw.expected, flaw.label, flaw.identifying)

    def _unplaced(self, name: str) -> None:
        """A segment that cannot be looked up: it is empty, has no id, or the whole guide is unknown."""
        if not name:
            self._write("segment_empty", "")
        elif not (1 < len(name) < 4 and name.isascii() and name.isalnum() and name.isupper()):
            self._write("segment_id", name[:3])

    def _structure(self, key: str, node: LoopUse, name: str) -> None:
        walk = self._walk
        if walk is not None and key in ("segment_missing", "loop_missing"):
            first = walk.inner.items[0] if walk.inner.items else None
            if first is not None:
                place = self._envelope.place(first[2], first[1], name, node.path)
                self._envelope.write(kinds()[key], place)
                return
        # What opens a loop is missed where the loop goes on without it.
        self._write("segment_missing" if key == "start_missing" else key, name, node.path)

    def _write(self, key: str, name: str, path: str = "") -> None:
        place = self._envelope.place(self._block, self._ordinal, name, path)
        self._envelope.write(kinds()[key], place)

    def _closed(self, inner: Inner) -> None:
        closing = closing_of(inner.node)
        # A loop that lacks its first segment cannot be judged; that it lacks it was said.
        if inner.items and inner.items[0][0][0] == closing.start:
            if closing.rules is not None:
                for situation, placed in closing.rules.broken(inner, self._sums.delimiters):
                    self._situation(inner, situation, placed)
            if self._companions:
                self._ask_companions(inner)
            for check in closing.checks:
                for wrong in check(inner, self._sums):
                    self._disagreement(inner, wrong)
            if closing.is_level:
                self._children(inner)
        above = inner.parent
        # Loops without limit, and those beyond their limit, are forgotten, so that memory does not grow with the file.
        if above is not None and (closing.without_limit or len(above.loops) > _MOST_KEPT):
            above.loops.remove(inner)

    def _ask_companions(self, inner: Inner) -> None:
        node = inner.node
        for companion in self._companions:
            further = companion.rules.get(node.id or "ST")
            if further and companion.concerns(inner, self._transaction.set_id):
                for situation, placed in further_rules_of(node, further).broken(inner, self._sums.delimiters):
                    self._situation(inner, situation, placed)

    def _situation(self, inner: Inner, situation: Situation, placed: Placed | None) -> None:
        target = situation.target
        # What a segment lacks is reported there; a segment that is missing altogether, where its loop begins.
        own = target.segment if target.element and not (target.up or target.loops or target.key) else ""
        at = placed or next((item for item in inner.items if item[0][0] == own), inner.items[0])
        if placed is not None:
            name, element, component = placed[0][0], target.element, target.component
        else:
            name, element, component = (
                target.segment or target.text.rsplit("/", 1)[-1],
                target.element,
                target.component,
            )
        place = self._envelope.place(at[2], at[1], name, inner.node.path, element, component)
        found, expected = "", target.text if situation.needs else ""
        identifying = False
        if situation.value and placed is not None:
            found, expected = value_of(target, placed, self._sums.delimiters), situation.value
            definition = dictionary()[target.segment].element(element)
            identifying = definition is not None and bool(definition.identifies)
        self._envelope.write(_kind(situation), place, found, expected, identifying=identifying)

    def _disagreement(self, inner: Inner, wrong: Disagreement) -> None:
        placed = wrong.placed
        place = self._envelope.place(placed[2], placed[1], placed[0][0], inner.node.path, wrong.element)
        self._envelope.write(kinds()[wrong.key], place, wrong.found, wrong.expected)

    def _level(self, inner: Inner) -> None:
        """HL01 counts up from 1; HL02 names the level above."""
        self._levels += 1
        heading = inner.items[0]
        number, parent = _at(heading[0], 1), _at(heading[0], 2)
        if number != str(self._levels):
            self._level_wrong("hl_number", inner, 1, number, str(self._levels))
        above = inner.parent.items[0] if inner.parent is not None and inner.parent.items else None
        expected = _at(above[0], 1) if above is not None and above[0][0] == "HL" else ""
        if parent != expected:
            self._level_wrong("hl_parent", inner, 2, parent, expected)

    def _children(self, inner: Inner) -> None:
        """HL04 says whether a lower level follows."""
        said = _at(inner.items[0][0], 4)
        has = "1" if inner.seen & inner.node.level_bits else "0"
        if said and said != has:
            self._level_wrong("hl_child", inner, 4, said, has)

    def _level_wrong(self, key: str, inner: Inner, element: int, found: str, expected: str) -> None:
        heading = inner.items[0]
        place = self._envelope.place(heading[2], heading[1], "HL", inner.node.path, element)
        self._envelope.write(kinds()[key], place, found, expected)


def _kind(situation: Situation) -> Kind:
    model = kinds()["value_format" if situation.value else "situation" if situation.needs else "segment_forbidden"]
    element = bool(situation.target.element)
    return Kind(
        code=situation.code,
        level=situation.level,
        severity="warning" if situation.advice else model.severity,
        say=situation.say,
        why=model.why,
        do=situation.do,
        ik3="8" if element else model.ik3,
        ik4=("I13" if situation.needs or situation.value else "I10") if element else "",
        stc=model.stc,
    )


def _at(elements: list[str], number: int) -> str:
    return elements[number].strip() if number < len(elements) else ""
