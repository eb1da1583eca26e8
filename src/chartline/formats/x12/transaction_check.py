"""One transaction on its way past every rule: its place in the guide, its content, its situations and its sums.

A segment whose pattern accepts it costs a look-up and a match; only the others are looked at piece by piece.
"""

from __future__ import annotations

from chartline.formats.x12.accept import Acceptance
from chartline.formats.x12.check_result import TransactionResult
from chartline.formats.x12.code_lists import CodeLists
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.envelope_rules import EnvelopeCheck
from chartline.formats.x12.guide import Guide, LoopUse, SegmentUse, Situation, guide_of
from chartline.formats.x12.problem import Kind, kinds
from chartline.formats.x12.segment_check import flaws
from chartline.formats.x12.situations import Inner, Placed, broken
from chartline.formats.x12.source import Block
from chartline.formats.x12.sums import CHECKS, Disagreement, Sums
from chartline.formats.x12.walker import Walk

_MOST_KEPT = 2_000

_acceptances: dict[tuple[Delimiters, int], dict[SegmentUse, Acceptance]] = {}


class TransactionCheck:
    """The check of one transaction: made at its ST, fed with every segment, finished at its SE or where it breaks."""

    def __init__(
        self,
        transaction: TransactionResult,
        envelope: EnvelopeCheck,
        lists: CodeLists,
        raw: str,
        elements: list[str],
        block: Block,
        ordinal: int,
    ) -> None:
        self._transaction = transaction
        self._envelope = envelope
        self._lists = lists
        self._block = block
        self._ordinal = ordinal
        self._name = "ST"
        self._waiting: list[tuple[str, list[str], Block, int]] = [(raw, elements, block, ordinal)]
        self._walk: Walk[Placed] | None = None
        self._sums = Sums(block.delimiters)
        self._levels = 0
        # The BHT decides between guides of one set; everything else is known at the ST.
        if _at(elements, 1) != "278":
            self._begin(guide_of(transaction.set_id, transaction.guide), block)

    def _begin(self, guide: Guide | None, block: Block) -> None:
        waiting, self._waiting = self._waiting, []
        if guide is None:
            self._transaction.known = False
            self._envelope.report("transaction_unknown", block, waiting[0][3], "ST", 3, self._transaction.guide)
        else:
            key = (block.delimiters, id(self._lists))
            self._accepting = _acceptances.setdefault(key, {})
            self._walk = Walk(guide, self._structure, self._closed, block.delimiters.component)
        for raw, elements, of, ordinal in waiting:
            self._take(raw, elements, of, ordinal)

    def take(self, raw: str, elements: list[str], block: Block, ordinal: int) -> None:
        """One segment between ST and SE."""
        if self._waiting:
            self._waiting.append((raw, elements, block, ordinal))
            transaction = self._transaction
            self._begin(guide_of(transaction.set_id, transaction.guide, elements), block)
            return
        self._take(raw, elements, block, ordinal)

    def _take(self, raw: str, elements: list[str], block: Block, ordinal: int) -> None:
        self._block, self._ordinal = block, ordinal
        self._name = name = elements[0]
        walk = self._walk
        if walk is None or not (1 < len(name) < 4 and name.isalnum() and name.isupper()):
            self._foreign(name)
            return
        use = walk.step(elements, Placed(elements, ordinal, block), ordinal)
        if use is None:
            return
        acceptance = self._accepting.get(use)
        if acceptance is None:
            acceptance = self._accepting[use] = Acceptance(use, block.delimiters, self._lists)
        if not acceptance.accepts(raw, len(elements)):
            for flaw in flaws(use, elements, block.delimiters, self._lists):
                place = self._envelope.place(
                    block, ordinal, name, walk.inner.node.path, flaw.element, flaw.component, flaw.repetition
                )
                kind = kinds()[flaw.key]
                self._envelope.write(kind, place, flaw.found, flaw.expected, flaw.label, flaw.identifying)
        if name == "HL":
            self._level(walk.inner)

    def finish(self, name: str, raw: str, elements: list[str], block: Block, ordinal: int) -> None:
        """The SE, or whatever came instead of it."""
        if self._waiting:
            self._begin(guide_of(self._transaction.set_id, self._transaction.guide), block)
        self._block, self._ordinal = block, ordinal
        if name == "SE":
            if self._walk is not None:
                self._take(raw, elements, block, ordinal)
                self._walk.finish()
            self._envelope.close_transaction(elements, block, ordinal)
            return
        if self._walk is not None:
            self._walk.finish()
        self._envelope.lose_transaction(block, ordinal)

    def _foreign(self, name: str) -> None:
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
                place = self._envelope.place(first.block, first.ordinal, name, node.path)
                self._envelope.write(kinds()[key], place)
                return
        self._write(key, name, node.path)

    def _write(self, key: str, name: str, path: str = "") -> None:
        place = self._envelope.place(self._block, self._ordinal, name, path)
        self._envelope.write(kinds()[key], place)

    def _closed(self, inner: Inner) -> None:
        node = inner.node
        if node.situations:
            for situation, placed in broken(inner, self._sums.delimiters):
                self._situation(inner, situation, placed)
        for name in node.checks:
            for wrong in CHECKS[name](inner, self._sums):
                self._disagreement(inner, wrong)
        if inner.items and inner.items[0].elements[0] == "HL":
            self._children(inner)
        above = inner.parent
        # Loops without limit, and those beyond their limit, are forgotten, so that memory does not grow with the file.
        if above is not None and (node.most == 0 or len(above.loops) > _MOST_KEPT):
            above.loops.remove(inner)

    def _situation(self, inner: Inner, situation: Situation, placed: Placed | None) -> None:
        target = situation.target
        at = placed or inner.items[0]
        if placed is not None:
            name, element, component = placed.elements[0], target.element, target.component
        else:
            name, element, component = (
                target.segment or target.text.rsplit("/", 1)[-1],
                target.element,
                target.component,
            )
        place = self._envelope.place(at.block, at.ordinal, name, inner.node.path, element, component)
        self._envelope.write(_kind(situation), place, expected="" if placed is not None else target.text)

    def _disagreement(self, inner: Inner, wrong: Disagreement) -> None:
        placed = wrong.placed
        place = self._envelope.place(placed.block, placed.ordinal, placed.elements[0], inner.node.path, wrong.element)
        self._envelope.write(kinds()[wrong.key], place, wrong.found, wrong.expected)

    def _level(self, inner: Inner) -> None:
        """HL01 counts up from 1; HL02 names the level above."""
        self._levels += 1
        heading = inner.items[0]
        number, parent = _at(heading.elements, 1), _at(heading.elements, 2)
        if number != str(self._levels):
            self._level_wrong("hl_number", inner, 1, number, str(self._levels))
        above = inner.parent.items[0] if inner.parent is not None and inner.parent.items else None
        expected = _at(above.elements, 1) if above is not None and above.elements[0] == "HL" else ""
        if parent != expected:
            self._level_wrong("hl_parent", inner, 2, parent, expected)

    def _children(self, inner: Inner) -> None:
        """HL04 says whether a lower level follows."""
        said = _at(inner.items[0].elements, 4)
        lower = sum(loop.bit for loop in inner.node.loops if loop.start.id == "HL")
        has = "1" if inner.seen & lower else "0"
        if said and said != has:
            self._level_wrong("hl_child", inner, 4, said, has)

    def _level_wrong(self, key: str, inner: Inner, element: int, found: str, expected: str) -> None:
        heading = inner.items[0]
        place = self._envelope.place(heading.block, heading.ordinal, "HL", inner.node.path, element)
        self._envelope.write(kinds()[key], place, found, expected)


def _kind(situation: Situation) -> Kind:
    model = kinds()["situation" if situation.needs else "segment_forbidden"]
    element = bool(situation.target.element)
    return Kind(
        code=situation.code,
        level=model.level,
        severity=model.severity,
        say=situation.say,
        why=model.why,
        do=situation.do,
        ik3="8" if element else model.ik3,
        ik4=("I13" if situation.needs else "I10") if element else "",
        stc=model.stc,
    )


def _at(elements: list[str], number: int) -> str:
    return elements[number].strip() if number < len(elements) else ""
