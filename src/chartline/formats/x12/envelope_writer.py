"""An interchange around transactions: the same input always gives the same bytes.

Control numbers and the time come from the caller, because they must be allocated and kept (a reused ISA13 breaks the
matching of acknowledgements). Refuses ids and numbers that do not fit their fixed fields, and, because every builder
ends here, whatever ``check`` would reject: that costs more than the writing itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from chartline.formats.x12.outgoing import checked
from chartline.formats.x12.tokenizer import Delimiters
from chartline.formats.x12.writer import BAD_TEXT, Draft, limit, require, write_segment, write_segments
from chartline.kernel.errors import Again, Blame, ErrorKind

BAD_CONTROL_NUMBER = ErrorKind(
    "x12.bad_control_number",
    Blame.US,
    Again.AFTER_FIX,
    "A control number does not fit its field.",
    "Allocate control numbers from 1 to 999999999.",
    status=500,
)
_AT_ONCE = 4096
"""Segments that are joined and checked together."""


class Usage(StrEnum):
    """ISA15: whether the content is real."""

    TEST = "T"
    PRODUCTION = "P"


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Who sends to whom, when, under which numbers. Group ids default to the interchange ids.

    ``at`` is written as it is, without change of zone; X12 dates carry none, so give it in the zone agreed with the
    receiver (UTC where nothing is agreed).
    """

    sender: str
    receiver: str
    at: datetime
    control: int
    usage: Usage
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    group_sender: str = ""
    group_receiver: str = ""
    group_control: int = 1
    acknowledge: bool = False
    """ISA14: ask for a TA1."""
    delimiters: Delimiters = Delimiters()


class TransactionDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction to be written: its set id, ST03 (empty for an 835) and the segments between ST and SE."""

    set_id: str
    guide: str
    segments: Sequence[Draft]


def write_interchange(
    envelope: Envelope,
    functional: str,
    guide: str,
    drafts: Sequence[TransactionDraft],
    *,
    unchecked: bool = False,
) -> bytes:
    """One interchange with one group: GS01 ``functional``, GS08 ``guide``, transactions numbered from 0001.

    Raises ``x12.bad_text``, ``x12.missing``, ``x12.too_long``, ``x12.bad_control_number`` and, unless ``unchecked``,
    ``x12.rejected`` for what ``check`` finds wrong.
    """
    marks = envelope.delimiters
    parts = [_isa(envelope)]
    parts.append(
        write_segment(
            (
                "GS",
                functional,
                limit(envelope.group_sender or envelope.sender, 15, "group_sender"),
                limit(envelope.group_receiver or envelope.receiver, 15, "group_receiver"),
                envelope.at.date(),
                f"{envelope.at:%H%M}",
                str(_control(envelope.group_control)),
                "X",
                guide,
            ),
            marks,
        )
    )
    for number, draft in enumerate(drafts, 1):
        control = f"{number:04d}"
        parts.append(write_segment(("ST", draft.set_id, control, draft.guide), marks))
        parts.extend(
            write_segments(draft.segments[start : start + _AT_ONCE], marks)
            for start in range(0, len(draft.segments), _AT_ONCE)
        )
        parts.append(write_segment(("SE", len(draft.segments) + 2, control), marks))
    parts.append(write_segment(("GE", len(drafts), str(envelope.group_control)), marks))
    parts.append(write_segment(("IEA", 1, f"{envelope.control:09d}"), marks))
    return _finished("".join(parts), unchecked)


def write_notices(envelope: Envelope, notices: Sequence[Draft], *, unchecked: bool = False) -> bytes:
    """One interchange that holds no group, only TA1 segments; errors as ``write_interchange``."""
    marks = envelope.delimiters
    trailer = write_segment(("IEA", 0, f"{envelope.control:09d}"), marks)
    return _finished(_isa(envelope) + write_segments(notices, marks) + trailer, unchecked)


def _finished(text: str, unchecked: bool) -> bytes:
    data = text.encode("ascii")
    return data if unchecked else checked(data)


def _isa(envelope: Envelope) -> str:
    marks = envelope.delimiters
    fields = (
        "00",
        " " * 10,
        "00",
        " " * 10,
        _padded(envelope.sender_qualifier, 2, "sender_qualifier", marks),
        _padded(envelope.sender, 15, "sender", marks),
        _padded(envelope.receiver_qualifier, 2, "receiver_qualifier", marks),
        _padded(envelope.receiver, 15, "receiver", marks),
        f"{envelope.at:%y%m%d}",
        f"{envelope.at:%H%M}",
        marks.repetition or "U",
        "00501",
        f"{_control(envelope.control):09d}",
        "1" if envelope.acknowledge else "0",
        envelope.usage.value,
        marks.component,
    )
    return marks.element.join(("ISA", *fields)) + marks.segment


def _padded(value: str, width: int, name: str, marks: Delimiters) -> str:
    text = limit(require(value, name), width, name)
    guarded = {marks.element, marks.component, marks.repetition, marks.segment}
    if text != text.strip() or any(not " " <= c <= "~" or c in guarded for c in text):
        raise BAD_TEXT.error(field=name)
    return text.ljust(width)


def _control(number: int) -> int:
    if not 1 <= number <= 999_999_999:
        raise BAD_CONTROL_NUMBER.error(control=str(number))
    return number
