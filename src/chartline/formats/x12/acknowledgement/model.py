"""What a receiver answers to a file: the interchange (TA1), its groups and their transactions (999, 997).

Codes are kept as sent, also those nobody knows. Control numbers are those of the file that is answered. Values that a
receiver quotes may be a patient's, so everything is masked.
"""

from __future__ import annotations

from chartline.formats.x12.record import Record

GUIDE = "005010X231A1"
"""ST03 and GS08 of a 999; a 997 belongs to the base standard."""
BASE = "005010"

ACCEPTED = "A"
WITH_ERRORS = "E"
IN_PART = "P"
REJECTED = "R"

_TAKEN = frozenset({ACCEPTED, WITH_ERRORS})


class Context(Record, frozen=True, kw_only=True, gc=False):
    """What an error is about (CTX): a business unit such as ``CLM01`` with its value, or a place that made it wrong.

    ``name`` is ``SITUATIONAL TRIGGER`` for a place: the segment, its position in the transaction and its loop;
    ``element``, ``component`` and ``repetition`` are 0 when the whole segment is meant; the numbers are those of the
    data elements in the X12 dictionary.
    """

    name: str
    value: str = ""
    segment_id: str = ""
    position: int = 0
    loop: str = ""
    element: int = 0
    component: int = 0
    repetition: int = 0
    number: str = ""
    component_number: str = ""


class ElementError(Record, frozen=True, kw_only=True, gc=False):
    """An element in error (IK4, AK4): its place in the segment, its number in the X12 dictionary, and the bad value."""

    element: int
    code: str
    component: int = 0
    repetition: int = 0
    number: str = ""
    found: str = ""
    contexts: tuple[Context, ...] = ()


class SegmentError(Record, frozen=True, kw_only=True, gc=False):
    """A segment in error (IK3, AK3). ``position`` counts from the ST as 1; ``loop`` has at most four characters."""

    segment_id: str
    position: int
    code: str
    loop: str = ""
    contexts: tuple[Context, ...] = ()
    elements: tuple[ElementError, ...] = ()


class TransactionAnswer(Record, frozen=True, kw_only=True, gc=False):
    """What became of one ST to SE (AK2 to IK5 or AK5). ``outcome`` is ``A``, ``E`` or ``R``; ``errors`` are those of
    the transaction as a whole."""

    set_id: str
    control: str
    outcome: str
    guide: str = ""
    errors: tuple[str, ...] = ()
    segments: tuple[SegmentError, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """Whether the receiver works on it, with errors or without."""
        return self.outcome in _TAKEN


class GroupAnswer(Record, frozen=True, kw_only=True, gc=False):
    """What became of one GS to GE (AK1 to AK9): counts of transactions as declared, received and accepted.

    ``outcome`` is ``A``, ``E``, ``P`` (in part) or ``R``. ``transactions`` may be left out by a receiver that took
    the whole group.
    """

    functional: str
    control: str
    outcome: str
    declared: int
    received: int
    accepted: int
    guide: str = ""
    errors: tuple[str, ...] = ()
    transactions: tuple[TransactionAnswer, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """Whether the receiver works on all of it, with errors or without."""
        return self.outcome in _TAKEN


class InterchangeAnswer(Record, frozen=True, kw_only=True, gc=False):
    """What became of one ISA to IEA (TA1). ``date`` (YYMMDD) and ``time`` (HHMM) are those of its ISA, as sent;
    ``note`` is ``000`` when there is nothing to say."""

    control: str
    date: str
    time: str
    outcome: str
    note: str = "000"

    @property
    def is_accepted(self) -> bool:
        """Whether the receiver opened it."""
        return self.outcome in _TAKEN
