"""What an acknowledgement says, in sentences that a biller can act on.

Our own words throughout; a code that is not known here is quoted as it is. Nothing is decided: the receiver's outcome
stands, even where it contradicts its own list of errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartline.formats.x12.acknowledgement.model import (
    ACCEPTED,
    IN_PART,
    WITH_ERRORS,
    Context,
    ElementError,
    GroupAnswer,
    InterchangeAnswer,
    SegmentError,
    TransactionAnswer,
)
from chartline.formats.x12.code_lists import STANDARD
from chartline.formats.x12.dictionary import dictionary
from chartline.formats.x12.record import Record

_OUTCOMES = {
    ACCEPTED: "was accepted",
    WITH_ERRORS: "was accepted although it has errors",
    IN_PART: "was accepted in part",
}


class Verdict(Record, frozen=True, kw_only=True, gc=False):
    """What became of one thing that was sent: ``control`` is its number, ``say`` one sentence, ``reasons`` the rest."""

    control: str
    is_accepted: bool
    say: str
    reasons: tuple[str, ...] = ()


def group_verdict(answer: GroupAnswer) -> Verdict:
    """What became of a group, with the receiver's reasons against the group as a whole."""
    counted = f"{answer.accepted} of {answer.received} transactions accepted"
    if answer.declared != answer.received:
        counted += f", {answer.declared} declared"
    say = f"Group {answer.control} {_outcome(answer.outcome)}: {counted}."
    reasons = tuple(_labelled("group_error", code) for code in answer.errors)
    return Verdict(control=answer.control, is_accepted=answer.is_accepted, say=say, reasons=reasons)


def transaction_verdicts(answer: GroupAnswer) -> list[Verdict]:
    """What became of each transaction that the answer names, in its order."""
    return [_transaction(transaction) for transaction in answer.transactions]


def interchange_verdict(answer: InterchangeAnswer) -> Verdict:
    """What became of an interchange."""
    say = f"Interchange {answer.control} {_outcome(answer.outcome)}."
    reasons = () if answer.note in ("", "000") else (_labelled("interchange_note", answer.note),)
    return Verdict(control=answer.control, is_accepted=answer.is_accepted, say=say, reasons=reasons)


def _transaction(answer: TransactionAnswer) -> Verdict:
    say = f"Transaction {answer.control} ({answer.set_id}) {_outcome(answer.outcome)}."
    details = tuple(reason for segment in answer.segments for reason in _segment(segment))
    # Where the segments are named, it says nothing new that there are some in error.
    general = [code for code in answer.errors if not (details and code in ("5", "I5"))]
    reasons = (*(_labelled("transaction_error", code) for code in general), *details)
    return Verdict(control=answer.control, is_accepted=answer.is_accepted, say=say, reasons=reasons)


def _segment(error: SegmentError) -> Iterator[str]:
    loop = f" in loop {error.loop}" if error.loop else ""
    name = f"{error.segment_id} ({_name(error.segment_id)})" if _name(error.segment_id) else error.segment_id
    where = f"Segment {error.position}, {name}{loop}"
    if not error.elements:
        yield f"{where}: {_labelled('segment_error', error.code)}{_about(error.contexts)}"
    for element in error.elements:
        place = f"{error.segment_id}{element.element:02d}" if element.element else "the segment"
        place += f"-{element.component}" if element.component else ""
        place += f" ({_label(error.segment_id, element)})" if _label(error.segment_id, element) else ""
        found = f", which holds {element.found}" if element.found else ""
        about = _about([*error.contexts, *element.contexts])
        yield f"{where}, element {place}{found}: {_labelled('element_error', element.code)}{about}"


def _about(contexts: Sequence[Context]) -> str:
    """The claim or the like that the receiver names."""
    units = [f"{one.name} {one.value}" for one in contexts if one.value]
    return f" It concerns {' and '.join(dict.fromkeys(units))}." if units else ""


def _labelled(name: str, code: str) -> str:
    label = STANDARD.label(name, code)
    return f"{label} (code {code})." if label else f"Code {code}."


def _outcome(code: str) -> str:
    return _OUTCOMES.get(code, "was rejected")


def _name(segment_id: str) -> str:
    found = dictionary().get(segment_id)
    return found.name if found is not None else ""


def _label(segment_id: str, error: ElementError) -> str:
    segment = dictionary().get(segment_id)
    element = segment.element(error.element) if segment is not None and error.element else None
    if element is not None and error.component and element.is_composite:
        composite = dictionary().get(element.kind)
        element = composite.element(error.component) if composite is not None else element
    return element.label if element is not None else ""
