"""Checks a whole file, in one pass and constant memory, and reports every problem it finds.

Envelope, structure, content, situations and sums: SNIP types 1 to 5, and 7 with a payer's companion rules. Rules are
tables (``data/``); this module only leads each segment past them. Never changes what it checks and never stops at the
first problem. Refuses only what is not X12 at all (``x12.unreadable``) or has no end of segment
(``x12.segment_too_large``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chartline.formats.x12.check_result import CheckResult
from chartline.formats.x12.code_lists import STANDARD, CodeLists
from chartline.formats.x12.companion import Companion
from chartline.formats.x12.envelope_rules import EnvelopeCheck
from chartline.formats.x12.source import LENIENT, Block, Leniency, Source, read_blocks
from chartline.formats.x12.transaction_check import TransactionCheck

MOST_PROBLEMS = 10_000
_BLANKS = " \t\r\n"

Progress = Callable[[int], None]
"""Takes the number of bytes read so far."""


def check(
    source: Source,
    *,
    leniency: Leniency = LENIENT,
    lists: CodeLists = STANDARD,
    companions: Sequence[Companion] = (),
    most: int = MOST_PROBLEMS,
    progress: Progress | None = None,
) -> CheckResult:
    """Everything that is wrong with a file: by the guides, the lists, and the payers' companion rules.

    ``most`` bounds the problems that are kept.

    Raises ``x12.unreadable``, ``x12.segment_too_large`` and, with a strict ``leniency``, ``x12.truncated``.
    """
    checker = Checker(lists, companions, most)
    for block in read_blocks(source, leniency):
        checker.take(block)
        if progress is not None:
            progress(block.offset + len(block.text))
    return checker.finish()


class Checker:
    """A check that is fed block by block; for callers who read the same blocks for another purpose too."""

    def __init__(
        self, lists: CodeLists = STANDARD, companions: Sequence[Companion] = (), most: int = MOST_PROBLEMS
    ) -> None:
        self.result = CheckResult()
        self._envelope = EnvelopeCheck(self.result, most)
        self._lists = lists
        self._companions = tuple(companions)
        self._inside: TransactionCheck | None = None
        self._name = ""

    def take(self, block: Block) -> None:
        """Check the segments of the next block of the file."""
        envelope, inside, raws = self._envelope, self._inside, block.raws
        envelope.notes(block)
        # A file that stops inside a segment leaves a piece of it, about which nothing can be said.
        terminator = block.delimiters.segment
        broken = block.lost and not block.text.rstrip(_BLANKS.replace(terminator, "")).endswith(terminator)
        index, count = 0, len(raws) - broken
        while index < count:
            if inside is not None:
                index = inside.run(block, index, count)
                if index == count:
                    break
                index += inside.finish(block, index)
                inside = None
                continue
            elements = raws[index].split(block.delimiters.element)
            ordinal = block.ordinal + index
            if elements[0] == "ST":
                transaction = envelope.open_transaction(elements, block, ordinal)
                if transaction is not None:
                    inside = TransactionCheck(transaction, envelope, self._lists, self._companions, block, ordinal)
            else:
                envelope.take(elements, block, ordinal)
            index += 1
        if raws:
            self._name = raws[-1].split(block.delimiters.element, 1)[0][:3]
        self.result.segments += len(raws)
        self.result.bytes = max(self.result.bytes, block.offset + len(block.text))
        if block.closes or block.lost:
            if inside is not None:
                inside.finish(block, len(raws) - 1)
                inside = None
            envelope.cut(block, self._name)
            envelope.end(block)
        self._inside = inside

    def finish(self) -> CheckResult:
        """What was found in all blocks."""
        return self.result
