"""From the check of a file to the answer its sender gets: TA1 and 999.

What the check calls an error rejects; what it calls a warning is reported and accepted. A problem that neither form has
a code for (a sum that a 277CA would refuse, a list that is full) does not count here. A bad value is quoted only where
it cannot name a person, an office or an account. Acknowledgements themselves are never acknowledged.

An answer repeats numbers of the file as they were sent, and one of them may be what was wrong: so it is written without
a check of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from chartline.formats.x12.acknowledgement.builder import build_999, build_ta1
from chartline.formats.x12.acknowledgement.claim_places import ClaimPlaces
from chartline.formats.x12.acknowledgement.element_numbers import element_numbers
from chartline.formats.x12.acknowledgement.model import (
    ACCEPTED,
    IN_PART,
    REJECTED,
    WITH_ERRORS,
    Context,
    ElementError,
    GroupAnswer,
    InterchangeAnswer,
    SegmentError,
    TransactionAnswer,
)
from chartline.formats.x12.check_result import GroupResult, InterchangeResult, TransactionResult
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.guide import LoopUse, guide_of
from chartline.formats.x12.problem import Problem

_ACKNOWLEDGEMENTS = "FA"
_LONGEST_VALUE = 99
_LONGEST_LOOP = 4
_LONGEST_ID = 3
_LONGEST_NUMBER = 35
_MOST_ERRORS = 5
_ELEMENTS_WRONG = "8"
_SEGMENTS_WRONG, _GUIDE_WRONG = "5", "I5"
_STANDARD = Delimiters()
_SEGMENT_IDS = re.compile(r"[A-Z][A-Z0-9]{1,2}").fullmatch


def reply_envelope(interchange: InterchangeResult, at: datetime, control: int, *, group_control: int = 1) -> Envelope:
    """The envelope of an answer: sender and receiver turned round, the numbers and the time from the caller."""
    group = next((group for group in interchange.groups if group.functional != _ACKNOWLEDGEMENTS), None)
    return Envelope(
        sender=interchange.receiver,
        receiver=interchange.sender,
        sender_qualifier=interchange.receiver_qualifier,
        receiver_qualifier=interchange.sender_qualifier,
        group_sender=group.receiver if group is not None else "",
        group_receiver=group.sender if group is not None else "",
        at=at,
        control=control,
        group_control=group_control,
        usage=Usage.PRODUCTION if interchange.usage == Usage.PRODUCTION else Usage.TEST,
    )


def acknowledge_interchange(interchange: InterchangeResult, envelope: Envelope) -> bytes:
    """The TA1 of an interchange, as an interchange of its own. Raises the errors of ``build_ta1``."""
    return build_ta1([answer_interchange(interchange)], envelope, unchecked=True)


def acknowledge(interchange: InterchangeResult, envelope: Envelope, claims: ClaimPlaces | None = None) -> bytes | None:
    """The 999s of an interchange, one for each group; None when nothing in it is to be acknowledged.

    With ``claims`` each error also names its claim. Raises the errors of ``build_999``.
    """
    answers = answer_groups(interchange, claims, envelope.delimiters)
    return build_999(answers, envelope, unchecked=True) if answers else None


def answer_interchange(interchange: InterchangeResult) -> InterchangeAnswer:
    """What became of the envelope: the first error decides, else the first warning."""
    noted = [problem for problem in interchange.problems if problem.kind.ta1]
    errors = [problem for problem in noted if problem.is_error]
    outcome = REJECTED if errors else WITH_ERRORS if noted else ACCEPTED
    return InterchangeAnswer(
        control=interchange.control,
        date=interchange.date,
        time=interchange.time,
        outcome=outcome,
        note=next((problem.kind.ta1 for problem in errors or noted), "000"),
    )


def answer_groups(
    interchange: InterchangeResult, claims: ClaimPlaces | None = None, delimiters: Delimiters = _STANDARD
) -> list[GroupAnswer]:
    """What became of each group; none of an interchange that is rejected as a whole."""
    if not answer_interchange(interchange).is_accepted:
        return []
    return [_group(group, claims, delimiters) for group in interchange.groups if group.functional != _ACKNOWLEDGEMENTS]


def _group(group: GroupResult, claims: ClaimPlaces | None, delimiters: Delimiters) -> GroupAnswer:
    transactions = [_transaction(transaction, claims, delimiters) for transaction in group.transactions]
    # A transaction of another kind than its group is found at the ST, but it is the group that is wrong.
    everything = chain(group.problems, *(transaction.problems for transaction in group.transactions))
    noted = [problem for problem in everything if problem.kind.ak9]
    accepted = sum(transaction.is_accepted for transaction in transactions)
    if any(problem.is_error for problem in noted):
        # A group that cannot be trusted takes everything in it along.
        outcome, accepted = REJECTED, 0
    elif accepted == len(transactions):
        spotless = not noted and all(transaction.outcome == ACCEPTED for transaction in transactions)
        outcome = ACCEPTED if spotless else WITH_ERRORS
    else:
        outcome = IN_PART if accepted else REJECTED
    declared = group.declared
    counted = declared.isascii() and declared.isdigit() and len(declared) < 16
    return GroupAnswer(
        functional=group.functional,
        control=group.control,
        guide=group.guide,
        outcome=outcome,
        declared=int(declared) if counted else len(transactions),
        received=len(transactions),
        accepted=accepted,
        errors=_distinct(problem.kind.ak9 for problem in noted),
        transactions=tuple(transactions),
    )


def _transaction(
    transaction: TransactionResult, claims: ClaimPlaces | None, delimiters: Delimiters
) -> TransactionAnswer:
    noted = [p for p in transaction.problems if p.kind.ik3 or p.kind.ik4 or p.kind.ik5]
    inside = [p for p in noted if p.kind.ik3 or p.kind.ik4]
    segments = _segments(transaction, inside, claims, delimiters)
    errors = [problem.kind.ik5 for problem in noted if problem.kind.ik5]
    if inside:
        of_guide = all((problem.kind.ik4 or problem.kind.ik3).startswith("I") for problem in inside)
        errors.append(_GUIDE_WRONG if of_guide else _SEGMENTS_WRONG)
    outcome = REJECTED if any(problem.is_error for problem in noted) else WITH_ERRORS if noted else ACCEPTED
    return TransactionAnswer(
        set_id=transaction.set_id,
        control=transaction.control,
        guide=transaction.guide if transaction.set_id != "835" else "",
        outcome=outcome,
        errors=_distinct(errors),
        segments=segments,
    )


def _segments(
    transaction: TransactionResult,
    problems: list[Problem],
    claims: ClaimPlaces | None,
    delimiters: Delimiters,
) -> tuple[SegmentError, ...]:
    """In file order: one error for each segment and code; the elements in error of a segment stand together.

    A segment whose id is none cannot be named, so only the transaction's own code speaks of it.
    """
    found: dict[tuple[int, str, str, str], list[Problem]] = {}
    for problem in sorted(problems, key=lambda one: one.place.in_transaction):
        segment_id, loop = _named(transaction, problem)
        code = _ELEMENTS_WRONG if problem.kind.ik4 else problem.kind.ik3
        if _SEGMENT_IDS(segment_id):
            found.setdefault((problem.place.in_transaction, segment_id, loop, code), []).append(problem)
    return tuple(
        SegmentError(
            segment_id=segment_id,
            position=position,
            loop=loop[:_LONGEST_LOOP],
            code=code,
            contexts=_contexts(some[0], claims),
            elements=tuple(_element(one, delimiters) for one in some if one.kind.ik4 and one.place.element),
        )
        for (position, segment_id, loop, code), some in found.items()
    )


def _named(transaction: TransactionResult, problem: Problem) -> tuple[str, str]:
    """The segment and the loop of a problem; of a loop that is missing, the segment that would open it."""
    name, loop = problem.place.segment_id, problem.place.path.rpartition("/")[2]
    guide = guide_of(transaction.set_id, transaction.guide) if len(name) > _LONGEST_ID else None
    missing = _find_loop(guide.root, name) if guide is not None else None
    return (missing.start.id, name) if missing is not None else (name, loop)


def _find_loop(inside: LoopUse, name: str) -> LoopUse | None:
    if inside.id == name:
        return inside
    return next((found for loop in inside.loops if (found := _find_loop(loop, name)) is not None), None)


def _element(problem: Problem, delimiters: Delimiters) -> ElementError:
    place = problem.place
    return ElementError(
        element=place.element,
        component=place.component,
        repetition=place.repetition if place.repetition > 1 else 0,
        number=element_numbers().get((place.segment_id, place.element, place.component), ""),
        code=problem.kind.ik4,
        found="" if problem.identifying else _quotable(problem.found, delimiters),
    )


def _contexts(problem: Problem, claims: ClaimPlaces | None) -> tuple[Context, ...]:
    """The claim, where the error is in one claim alone."""
    concerned = claims.concerned(problem.place.segment) if claims is not None else []
    number = claims.claims[concerned[0]].number if claims is not None and len(concerned) == 1 else ""
    return (Context(name="CLM01", value=number),) if 0 < len(number) <= _LONGEST_NUMBER else ()


def _quotable(value: str, delimiters: Delimiters) -> str:
    """The value where it can be written in the answer, else nothing."""
    marks = {delimiters.element, delimiters.component, delimiters.repetition, delimiters.segment}
    plain = len(value) <= _LONGEST_VALUE and value == value.strip()
    return value if plain and all(" " <= c <= "~" and c not in marks for c in value) else ""


def _distinct(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))[:_MOST_ERRORS]
