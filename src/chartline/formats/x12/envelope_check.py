"""Whether counts and control numbers of an interchange agree with its content.

The codes of the findings name the element that is wrong; TA1 and 999 acknowledgements can be derived from them.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.envelope import Group, Interchange, Transaction, read_interchanges
from chartline.formats.x12.finding import Finding
from chartline.formats.x12.source import Source, read_blocks
from chartline.formats.x12.tokenizer import Segment

_RESEND = "Ask the sender to correct the envelope and send the file again; the content itself was read."


def check_envelope(data: bytes) -> list[Finding]:
    """The findings of every interchange in a file. Raises as ``read_interchanges`` does."""
    return [finding for interchange in read_interchanges(data) for finding in check_interchange(interchange)]


def check_envelope_stream(source: Source) -> Iterator[Finding]:
    """The findings of ``check_envelope`` without holding the file in memory, in the order of the file.

    For a file that is read as a stream beside this, and refused there when its segments are out of place. Raises the
    errors of ``read_blocks``.
    """
    for interchange in _skeletons(source):
        yield from _interchange(interchange)


def check_interchange(interchange: Interchange) -> list[Finding]:
    """What is wrong with the envelope: counts, control numbers, an empty group, a guide that is not the group's."""
    return list(_interchange(interchange))


def _interchange(interchange: Interchange) -> Iterator[Finding]:
    where = f"interchange {interchange.control}"
    if _differs(interchange.declared_groups, len(interchange.groups)):
        yield _counted("x12.iea01", where, interchange.declared_groups, len(interchange.groups))
    if interchange.trailer_control != interchange.control:
        yield _controlled("x12.iea02", where, interchange.control, interchange.trailer_control)
    seen: set[str] = set()
    for group in interchange.groups:
        if group.control in seen:
            yield _repeated("x12.gs06", f"{where}, group {group.control}", group.control)
        seen.add(group.control)
        yield from _group(where, group)


_MARKS = frozenset({"ISA", "GS*", "ST*", "SE*", "GE*", "IEA"})
"""How segments of an envelope begin, with ``*`` for the separator."""
_NOTHING = Segment("", [], 0, 0, Delimiters())


def _skeletons(source: Source) -> Iterator[Interchange]:
    """Interchanges whose transactions hold as many empty segments as the file has."""
    isa: list[str] = []
    groups: list[Group] = []
    gs: list[str] = []
    found: list[Transaction] = []
    st: list[str] = []
    opened = passed = 0
    for block in read_blocks(source):
        mark = block.delimiters.element
        for raw in block.raws:
            passed += 1
            start = raw[:3].replace(mark, "*")
            if start not in _MARKS:
                continue
            elements = [element.strip() for element in raw.split(mark)] + [""] * 17
            if start == "ISA":
                isa, groups = elements, []
            elif start == "GS*":
                gs, found = elements, []
            elif start == "ST*":
                st, opened = elements, passed
            elif start == "SE*" and st:
                found.append(_transaction(st, elements, passed - opened - 1))
            elif start == "GE*" and gs:
                groups.append(_whole(gs, elements, found))
            elif start == "IEA" and isa:
                yield _closed(isa, elements, groups)


def _transaction(st: list[str], se: list[str], between: int) -> Transaction:
    return Transaction(
        set_id=st[1],
        control=st[2],
        guide=st[3],
        segments=[_NOTHING] * between,
        declared_segments=se[1],
        trailer_control=se[2],
    )


def _whole(gs: list[str], ge: list[str], transactions: list[Transaction]) -> Group:
    return Group(
        functional=gs[1],
        sender=gs[2],
        receiver=gs[3],
        date=gs[4],
        time=gs[5],
        control=gs[6],
        guide=gs[8],
        transactions=transactions,
        declared_transactions=ge[1],
        trailer_control=ge[2],
    )


def _closed(isa: list[str], iea: list[str], groups: list[Group]) -> Interchange:
    return Interchange(
        sender_qualifier=isa[5],
        sender=isa[6],
        receiver_qualifier=isa[7],
        receiver=isa[8],
        date=isa[9],
        time=isa[10],
        version=isa[12],
        control=isa[13],
        usage=isa[15],
        delimiters=Delimiters(),
        notices=[],
        groups=groups,
        declared_groups=iea[1],
        trailer_control=iea[2],
    )


def _group(outer: str, group: Group) -> Iterator[Finding]:
    where = f"{outer}, group {group.control}"
    if _differs(group.declared_transactions, len(group.transactions)):
        yield _counted("x12.ge01", where, group.declared_transactions, len(group.transactions))
    if group.trailer_control != group.control:
        yield _controlled("x12.ge02", where, group.control, group.trailer_control)
    if not group.transactions:
        yield Finding("x12.empty_group", where, "The group holds no transaction.", _RESEND)
    seen: set[str] = set()
    for transaction in group.transactions:
        inside = f"{where}, transaction {transaction.control}"
        if transaction.control in seen:
            yield _repeated("x12.st02", inside, transaction.control)
        seen.add(transaction.control)
        # SE01 counts the ST and the SE too.
        if _differs(transaction.declared_segments, len(transaction.segments) + 2):
            yield _counted("x12.se01", inside, transaction.declared_segments, len(transaction.segments) + 2)
        if transaction.trailer_control != transaction.control:
            yield _controlled("x12.se02", inside, transaction.control, transaction.trailer_control)
        if transaction.guide and transaction.guide != group.guide:
            yield Finding(
                "x12.st03",
                inside,
                "The transaction names another implementation guide than its group.",
                _RESEND,
                group.guide,
                transaction.guide,
            )


def _differs(declared: str, counted: int) -> bool:
    return not (declared.isascii() and declared.isdigit() and declared.lstrip("0") == str(counted).lstrip("0"))


def _counted(code: str, where: str, declared: str, counted: int) -> Finding:
    return Finding(code, where, "A count in the trailer is not what the file holds.", _RESEND, str(counted), declared)


def _controlled(code: str, where: str, header: str, trailer: str) -> Finding:
    return Finding(code, where, "The control numbers of header and trailer differ.", _RESEND, header, trailer)


def _repeated(code: str, where: str, control: str) -> Finding:
    return Finding(code, where, "A control number is used twice.", _RESEND, "", control)
