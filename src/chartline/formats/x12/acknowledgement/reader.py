"""999, 997 and TA1 files into answers.

Refuses an acknowledgement that does not say which group it answers or what became of it; anything else that is missing
is left empty, because an answer that is odd is still an answer.
"""

from __future__ import annotations

from collections.abc import Callable

from chartline.formats.x12.acknowledgement.model import (
    Context,
    ElementError,
    GroupAnswer,
    InterchangeAnswer,
    SegmentError,
    TransactionAnswer,
)
from chartline.formats.x12.envelope import NO_TRANSACTION, Transaction, read_interchanges, transactions
from chartline.formats.x12.loops import find, present, split
from chartline.formats.x12.tokenizer import Segment


def read_999(data: bytes) -> list[GroupAnswer]:
    """The answers of every 999 in a file, one for each group that was sent. Raises the errors of
    ``read_interchanges``, ``x12.no_transaction`` and ``x12.incomplete``."""
    return [_group(transaction) for transaction in transactions(read_interchanges(data), "999")]


def read_997(data: bytes) -> list[GroupAnswer]:
    """The same of every 997, the older form without contexts; errors as ``read_999``."""
    return [_group(transaction) for transaction in transactions(read_interchanges(data), "997")]


def read_ta1(data: bytes) -> list[InterchangeAnswer]:
    """The TA1 segments of a file. Raises the errors of ``read_interchanges``, and ``x12.no_transaction`` when there is
    none."""
    found = [
        InterchangeAnswer(
            control=notice.at(1), date=notice.at(2), time=notice.at(3), outcome=notice.at(4), note=notice.at(5)
        )
        for interchange in read_interchanges(data)
        for notice in interchange.notices
    ]
    if not found:
        raise NO_TRANSACTION.error(set="TA1")
    return found


def _group(transaction: Transaction) -> GroupAnswer:
    before, answers = split(transaction.segments, "AK2")
    answered = present(find(before, "AK1"), "AK1", None)
    outcome = present(find(transaction.segments, "AK9"), "AK9", answered)
    return GroupAnswer(
        functional=answered.at(1),
        control=answered.at(2),
        guide=answered.at(3),
        outcome=outcome.at(1),
        declared=_whole(outcome.at(2)),
        received=_whole(outcome.at(3)),
        accepted=_whole(outcome.at(4)),
        errors=_codes(outcome, 5),
        transactions=tuple(_transaction(answer) for answer in answers),
    )


def _transaction(segments: list[Segment]) -> TransactionAnswer:
    facts, errors = split(segments, "IK3", "AK3")
    outcome = present(find(segments, "IK5") or find(segments, "AK5"), "IK5", facts[0])
    return TransactionAnswer(
        set_id=facts[0].at(1),
        control=facts[0].at(2),
        guide=facts[0].at(3),
        outcome=outcome.at(1),
        errors=_codes(outcome, 2),
        segments=tuple(_segment(error) for error in errors),
    )


def _segment(segments: list[Segment]) -> SegmentError:
    own, elements = split(segments, "IK4", "AK4")
    error = own[0]
    return SegmentError(
        segment_id=error.at(1),
        position=_whole(error.at(2)),
        loop=error.at(3),
        code=error.at(4),
        contexts=_contexts(own),
        elements=tuple(_element(element) for element in elements),
    )


def _element(segments: list[Segment]) -> ElementError:
    error = segments[0]
    place = _wholes(error.components(1))
    return ElementError(
        element=place(0),
        component=place(1),
        repetition=place(2),
        number=error.at(2),
        code=error.at(3),
        found=error.at(4),
        contexts=_contexts(segments),
    )


def _contexts(segments: list[Segment]) -> tuple[Context, ...]:
    return tuple(context for segment in segments if segment.id == "CTX" for context in _context(segment))


def _context(segment: Segment) -> list[Context]:
    """One context for each repetition of CTX01; the place belongs to the first."""
    names = [repetition.split(segment.delimiters.component) for repetition in segment.repetitions(1)] or [[""]]
    place = _wholes(segment.components(5))
    numbers = [*segment.components(6), "", ""]
    first = Context(
        name=names[0][0].strip(),
        value=names[0][1].strip() if len(names[0]) > 1 else "",
        segment_id=segment.at(2),
        position=_whole(segment.at(3)),
        loop=segment.at(4),
        element=place(0),
        component=place(1),
        repetition=place(2),
        number=numbers[0],
        component_number=numbers[1],
    )
    more = [Context(name=name[0].strip(), value=name[1].strip() if len(name) > 1 else "") for name in names[1:]]
    return [first, *more]


def _codes(segment: Segment, first: int) -> tuple[str, ...]:
    return tuple(code for code in (segment.at(number) for number in range(first, first + 5)) if code)


def _wholes(texts: list[str]) -> Callable[[int], int]:
    return lambda index: _whole(texts[index]) if index < len(texts) else 0


def _whole(text: str) -> int:
    """A count or place as sent; 0 when it is none, or longer than any count."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
