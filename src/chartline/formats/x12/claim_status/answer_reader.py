"""A 277 file into answers: one for each claim, and one for each requester or provider that was refused.

Tolerant about what may be missing, strict about amounts, quantities and dates.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from chartline.formats.x12.claim_status.answer import LineStatus, StatusAnswer
from chartline.formats.x12.claim_status.question import GUIDE
from chartline.formats.x12.claim_status.segments import read_person, read_providers, read_statuses
from chartline.formats.x12.elements import amount, quantity
from chartline.formats.x12.inquiry_parts.party_reader import head, inner, read_party, read_trees
from chartline.formats.x12.inquiry_parts.value_reader import read_period, read_procedure
from chartline.formats.x12.inquiry_parts.values import Procedure
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop


def read_277(data: bytes) -> list[StatusAnswer]:
    """Every answer of every 277 transaction, in file order.

    Acknowledgements of new claims (277CA) are another use of the same set and are stepped over. Raises the errors of
    ``read_interchanges``, ``x12.no_transaction``, ``x12.incomplete``, ``x12.bad_amount``, ``x12.bad_quantity`` and
    ``x12.bad_date``. Counts and control numbers are not checked here: see ``check``.
    """
    return [
        answer
        for tree, heading in read_trees(data, "277", GUIDE, _is_answer)
        for source in tree.children("2000A")
        for asking in source.children("2000B")
        for answer in _asking(heading.at(3), source, asking)
    ]


def _is_answer(heading: Segment) -> bool:
    return heading.at(1) == "0010"


def _asking(reference: str, source: Loop, asking: Loop) -> Iterator[StatusAnswer]:
    refused = asking.child("2200B")
    above = StatusAnswer(
        reference=reference,
        payer=read_party(inner(source, "2100A")),
        requester=read_party(inner(asking, "2100B")),
        trace=_trace(refused),
        statuses=read_statuses(refused) if refused is not None else (),
    )
    levels = asking.children("2000C")
    if refused is not None or not levels:
        yield above
    for level in levels:
        yield from _provider(above, level)


def _provider(above: StatusAnswer, level: Loop) -> Iterator[StatusAnswer]:
    provider, second = read_providers(level)
    refused = level.child("2200C")
    here = msgspec.structs.replace(
        above,
        provider=provider,
        second_provider=second,
        trace=_trace(refused),
        statuses=read_statuses(refused) if refused is not None else (),
    )
    members = level.children("2000D")
    if refused is not None or not members:
        yield here
    for member in members:
        theirs = msgspec.structs.replace(here, subscriber=read_person(inner(member, "2100D")))
        for claim in member.children("2200D"):
            yield _claim(theirs, claim)
        for inside in member.children("2000E"):
            dependent = msgspec.structs.replace(theirs, dependent=read_person(inner(inside, "2100E")))
            for claim in inside.children("2200E"):
                yield _claim(dependent, claim)


def _claim(above: StatusAnswer, claim: Loop) -> StatusAnswer:
    first, last = read_period(claim, "472")
    return msgspec.structs.replace(
        above,
        trace=_trace(claim),
        statuses=read_statuses(claim),
        payer_control_number=claim.value("REF", "1K"),
        bill_type=claim.value("REF", "BLT"),
        patient_control_number=claim.value("REF", "EJ"),
        prescription=claim.value("REF", "XZ"),
        voucher=claim.value("REF", "VV"),
        intermediary_reference=claim.value("REF", "D9"),
        first_day=first,
        last_day=last,
        lines=tuple(_line(line) for line in claim.children("2220D", "2220E")),
    )


def _line(loop: Loop) -> LineStatus:
    svc = head(loop, "SVC")
    first, last = read_period(loop, "472")
    return LineStatus(
        procedure=read_procedure(svc, 1) or Procedure(""),
        charged=amount(svc, 2),
        paid=amount(svc, 3),
        statuses=read_statuses(loop),
        first_day=first,
        last_day=last,
        units=quantity(svc, 7),
        revenue_code=svc.at(4),
        control=loop.value("REF", "FJ"),
    )


def _trace(loop: Loop | None) -> str:
    trn = loop.find("TRN") if loop is not None else None
    return trn.at(2) if trn is not None else ""
