"""The envelope: interchanges (ISA), groups (GS) and transactions (ST), read into a tree.

What breaks the nesting raises, because nothing in such a file can be trusted to be whole. A wrong count or control
number only becomes a finding in ``check_interchange``: the content is complete, and the acknowledgement must say so.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.record import Record
from chartline.formats.x12.tokenizer import TRUNCATED, Delimiters, Segment, read_segments
from chartline.kernel.errors import Again, Blame, ErrorKind

MISPLACED = ErrorKind(
    "x12.misplaced",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "A segment stands outside the X12 structure it belongs to.",
    "Ask the sender for a corrected file; the fields name the segment.",
    status=422,
)
NO_TRANSACTION = ErrorKind(
    "x12.no_transaction",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The X12 file holds no transaction of the expected kind.",
    "Check that the right file was fetched: the fields name the transaction set that was looked for.",
    status=422,
)


class Transaction(Record, frozen=True, kw_only=True):
    """One ST to SE. ``segments`` are those between; ``guide`` is ST03, empty in an 835."""

    set_id: str
    control: str
    guide: str
    segments: list[Segment]
    declared_segments: str
    """SE01 as sent: the number of segments with ST and SE."""
    trailer_control: str


class Group(Record, frozen=True, kw_only=True):
    """One GS to GE. ``functional`` is GS01 (``HC`` claims, ``HP`` remittances), ``guide`` is GS08."""

    functional: str
    sender: str
    receiver: str
    date: str
    time: str
    control: str
    guide: str
    transactions: list[Transaction]
    declared_transactions: str
    trailer_control: str


class Interchange(Record, frozen=True, kw_only=True):
    """One ISA to IEA. ``usage`` is ``T`` or ``P``; ``notices`` are TA1 segments standing before the groups."""

    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    date: str
    time: str
    version: str
    control: str
    usage: str
    delimiters: Delimiters
    notices: list[Segment]
    groups: list[Group]
    declared_groups: str
    trailer_control: str


def read_interchanges(data: bytes) -> list[Interchange]:
    """Every interchange of a file.

    Raises ``x12.unreadable``, ``x12.truncated`` (a trailer is missing) and ``x12.misplaced``.
    """
    segments = read_segments(data)
    # Outside its interchange the segment reader yields nothing but an ISA.
    return [_interchange(isa, segments) for isa in segments]


def transactions(interchanges: list[Interchange], set_id: str) -> list[Transaction]:
    """All transactions of one kind, in file order. Raises ``x12.no_transaction`` when there is none."""
    found = [t for i in interchanges for g in i.groups for t in g.transactions if t.set_id == set_id]
    if not found:
        raise NO_TRANSACTION.error(set=set_id)
    return found


def _interchange(isa: Segment, rest: Iterator[Segment]) -> Interchange:
    if isa.id != "ISA":
        raise MISPLACED.error(segment=str(isa.ordinal), id=isa.id)
    notices: list[Segment] = []
    groups: list[Group] = []
    for segment in rest:
        if segment.id == "GS":
            groups.append(_group(segment, rest))
        elif segment.id == "TA1":
            notices.append(segment)
        elif segment.id == "IEA":
            return Interchange(
                sender_qualifier=isa.at(5),
                sender=isa.at(6),
                receiver_qualifier=isa.at(7),
                receiver=isa.at(8),
                date=isa.at(9),
                time=isa.at(10),
                version=isa.at(12),
                control=isa.at(13),
                usage=isa.at(15),
                delimiters=isa.delimiters,
                notices=notices,
                groups=groups,
                declared_groups=segment.at(1),
                trailer_control=segment.at(2),
            )
        else:
            raise MISPLACED.error(segment=str(segment.ordinal), id=segment.id)
    raise TRUNCATED.error(missing="IEA")


def _group(gs: Segment, rest: Iterator[Segment]) -> Group:
    found: list[Transaction] = []
    for segment in rest:
        if segment.id == "ST":
            found.append(_transaction(segment, rest))
        elif segment.id == "GE":
            return Group(
                functional=gs.at(1),
                sender=gs.at(2),
                receiver=gs.at(3),
                date=gs.at(4),
                time=gs.at(5),
                control=gs.at(6),
                guide=gs.at(8),
                transactions=found,
                declared_transactions=segment.at(1),
                trailer_control=segment.at(2),
            )
        elif segment.id in ("GS", "IEA"):
            raise TRUNCATED.error(missing="GE", segment=str(segment.ordinal))
        else:
            raise MISPLACED.error(segment=str(segment.ordinal), id=segment.id)
    raise TRUNCATED.error(missing="GE")


def _transaction(st: Segment, rest: Iterator[Segment]) -> Transaction:
    body: list[Segment] = []
    for segment in rest:
        if segment.id == "SE":
            return Transaction(
                set_id=st.at(1),
                control=st.at(2),
                guide=st.at(3),
                segments=body,
                declared_segments=segment.at(1),
                trailer_control=segment.at(2),
            )
        if segment.id in ("ST", "GS", "GE", "IEA"):
            raise TRUNCATED.error(missing="SE", segment=str(segment.ordinal))
        body.append(segment)
    raise TRUNCATED.error(missing="SE")
