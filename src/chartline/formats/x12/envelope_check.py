"""Whether counts and control numbers of an interchange agree with its content.

The codes of the findings name the element that is wrong; TA1 and 999 acknowledgements can be derived from them.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.envelope import Group, Interchange, read_interchanges
from chartline.formats.x12.finding import Finding

_RESEND = "Ask the sender to correct the envelope and send the file again; the content itself was read."


def check_envelope(data: bytes) -> list[Finding]:
    """The findings of every interchange in a file. Raises as ``read_interchanges`` does."""
    return [finding for interchange in read_interchanges(data) for finding in check_interchange(interchange)]


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
