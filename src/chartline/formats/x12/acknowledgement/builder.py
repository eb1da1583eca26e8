"""Answers into 999, 997 and TA1 files: counts and trailers by the library, codes and values as given.

Refuses more errors of a kind than the segments hold, contexts in a 997, which has none, and values that would break
the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartline.formats.x12.acknowledgement.model import (
    BASE,
    GUIDE,
    Context,
    ElementError,
    GroupAnswer,
    InterchangeAnswer,
    SegmentError,
    TransactionAnswer,
)
from chartline.formats.x12.envelope_writer import Envelope, TransactionDraft, write_interchange, write_notices
from chartline.formats.x12.writer import TOO_MANY, Draft, Element, limit, require

_MOST_ERRORS = 5
_MOST_CONTEXTS = 10
_LONGEST_VALUE = 99


def build_999(answers: Sequence[GroupAnswer], envelope: Envelope, *, unchecked: bool = False) -> bytes:
    """One 999 for each group answered, in one interchange.

    Raises ``x12.missing``, ``x12.too_many``, ``x12.too_long`` and the errors of ``write_interchange``.
    """
    drafts = [TransactionDraft(set_id="999", guide=GUIDE, segments=list(_group(answer, "IK"))) for answer in answers]
    return write_interchange(envelope, "FA", GUIDE, drafts, unchecked=unchecked)


def build_997(answers: Sequence[GroupAnswer], envelope: Envelope, *, unchecked: bool = False) -> bytes:
    """The same in the older form; errors as ``build_999``."""
    drafts = [TransactionDraft(set_id="997", guide="", segments=list(_group(answer, "AK"))) for answer in answers]
    return write_interchange(envelope, "FA", BASE, drafts, unchecked=unchecked)


def build_ta1(answers: Sequence[InterchangeAnswer], envelope: Envelope, *, unchecked: bool = False) -> bytes:
    """An interchange that holds nothing but TA1 segments. Raises ``x12.missing`` and the errors of the writer."""
    return write_notices(envelope, [_notice(answer) for answer in answers], unchecked=unchecked)


def _notice(answer: InterchangeAnswer) -> Draft:
    return (
        "TA1",
        require(answer.control, "control"),
        require(answer.date, "date"),
        require(answer.time, "time"),
        require(answer.outcome, "outcome"),
        require(answer.note, "note"),
    )


def _group(answer: GroupAnswer, form: str) -> Iterator[Draft]:
    yield ("AK1", require(answer.functional, "functional"), require(answer.control, "control"), answer.guide)
    for transaction in answer.transactions:
        yield from _transaction(transaction, form)
    yield (
        "AK9",
        require(answer.outcome, "outcome"),
        answer.declared,
        answer.received,
        answer.accepted,
        *_errors(answer.errors),
    )


def _transaction(answer: TransactionAnswer, form: str) -> Iterator[Draft]:
    yield ("AK2", require(answer.set_id, "set_id"), require(answer.control, "control"), answer.guide)
    for segment in answer.segments:
        yield from _segment(segment, form)
    yield (f"{form}5", require(answer.outcome, "outcome"), *_errors(answer.errors))


def _segment(error: SegmentError, form: str) -> Iterator[Draft]:
    loop = limit(error.loop, 4, "loop")
    yield (f"{form}3", require(error.segment_id, "segment_id"), error.position, loop, require(error.code, "code"))
    yield from _contexts(error.contexts, form)
    for element in error.elements:
        yield _element(element, form)
        yield from _contexts(element.contexts, form)


def _element(error: ElementError, form: str) -> Draft:
    found = limit(error.found, _LONGEST_VALUE, "found")
    place = _place(error.element, error.component, error.repetition)
    return (f"{form}4", place, error.number, require(error.code, "code"), found)


def _contexts(contexts: Sequence[Context], form: str) -> Iterator[Draft]:
    most = _MOST_CONTEXTS if form == "IK" else 0
    if len(contexts) > most:
        raise TOO_MANY.error(field="contexts", most=str(most))
    for context in contexts:
        yield (
            "CTX",
            (require(context.name, "name"), context.value),
            context.segment_id,
            context.position or None,
            context.loop,
            _place(context.element, context.component, context.repetition),
            (context.number, context.component_number),
        )


def _place(element: int, component: int, repetition: int) -> Element:
    return (element or None, component or None, repetition or None)


def _errors(codes: Sequence[str]) -> Sequence[str]:
    if len(codes) > _MOST_ERRORS:
        raise TOO_MANY.error(field="errors", most=str(_MOST_ERRORS))
    return codes
