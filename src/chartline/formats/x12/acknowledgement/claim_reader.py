"""277CA files into claim acknowledgements, by the levels of the guide.

Tolerant about what only describes; refuses an answer without its heading or dates, and amounts and dates that cannot
be read.
"""

from __future__ import annotations

from datetime import date

from chartline.formats.x12.acknowledgement.claim_model import (
    ClaimAcknowledgement,
    ClaimAnswer,
    Decision,
    LineAnswer,
    OtherId,
    Party,
    PatientAnswer,
    ProviderAnswer,
    ReceiverAnswer,
    Status,
    Totals,
)
from chartline.formats.x12.elements import amount, amount_or_none, day, period, quantity
from chartline.formats.x12.envelope import NO_TRANSACTION, read_interchanges
from chartline.formats.x12.loops import person_name, present
from chartline.formats.x12.record import PersonName
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop, read_tree
from chartline.kernel.money import Money

_STATUSES = (1, 10, 11)
_NOBODY = Loop("", "", [], [])


def read_277ca(data: bytes) -> list[ClaimAcknowledgement]:
    """Every claim acknowledgement of a file.

    Raises the errors of ``read_interchanges``, ``x12.no_transaction``, ``x12.incomplete``, ``x12.bad_amount``,
    ``x12.bad_date`` and ``x12.bad_quantity``.
    """
    found = [
        _acknowledgement(read_tree(transaction, group.guide))
        for interchange in read_interchanges(data)
        for group in interchange.groups
        for transaction in group.transactions
        if transaction.set_id == "277" and (transaction.guide or group.guide).startswith("005010X214")
    ]
    if not found:
        raise NO_TRANSACTION.error(set="277CA")
    return found


def _acknowledgement(root: Loop) -> ClaimAcknowledgement:
    heading = present(root.find("BHT"), "BHT", None)
    top = present(root.child("2000A"), "HL*20", heading)
    receipt = top.child("2200A") or _NOBODY
    return ClaimAcknowledgement(
        source=_party(top.child("2100A")),
        reference=heading.at(3),
        created=present(day(heading, 4), "BHT04", heading),
        time=heading.at(5),
        trace=receipt.value("TRN", "1"),
        received=_day(receipt, "050", heading),
        processed=_day(receipt, "009", heading),
        receivers=tuple(_receiver(level) for level in top.children("2000B")),
    )


def _receiver(level: Loop) -> ReceiverAnswer:
    answer = level.child("2200B") or _NOBODY
    return ReceiverAnswer(
        party=_party(level.child("2100B")),
        reference=answer.value("TRN", "2"),
        decisions=_decisions(answer),
        totals=_totals(answer, "90", "AA"),
        providers=tuple(_provider(inner) for inner in level.children("2000C")),
    )


def _provider(level: Loop) -> ProviderAnswer:
    answer = level.child("2200C") or _NOBODY
    return ProviderAnswer(
        party=_party(level.child("2100C")),
        trace=answer.value("TRN", "1"),
        decisions=_decisions(answer),
        ids=tuple(OtherId(segment.at(1), segment.at(2)) for segment in answer.all("REF")),
        totals=_totals(answer, "QA", "QC"),
        patients=tuple(_patient(inner) for inner in level.children("2000D")),
    )


def _patient(level: Loop) -> PatientAnswer:
    named = (level.child("2100D") or _NOBODY).find("NM1")
    return PatientAnswer(
        name=person_name(named) if named is not None else PersonName(last=""),
        member_id=named.at(9) if named is not None else "",
        id_kind=(named.at(8) if named is not None and named.at(9) else "") or "MI",
        claims=tuple(_claim(claim) for claim in level.children("2200D")),
    )


def _claim(loop: Loop) -> ClaimAnswer:
    first, last = _days(loop)
    return ClaimAnswer(
        reference=loop.value("TRN", "2"),
        decisions=_decisions(loop),
        payer_control_number=loop.value("REF", "1K"),
        intermediary_reference=loop.value("REF", "D9"),
        bill_type=loop.value("REF", "BLT"),
        first_day=first,
        last_day=last,
        lines=tuple(_line(line) for line in loop.children("2220D")),
    )


def _line(loop: Loop) -> LineAnswer:
    service = present(loop.find("SVC"), "SVC", None)
    procedure = [*service.components(1), *[""] * 6]
    first, last = _days(loop)
    return LineAnswer(
        qualifier=procedure[0],
        code=procedure[1],
        modifiers=tuple(part for part in procedure[2:6] if part),
        charged=amount(service, 2),
        revenue_code=service.at(4),
        units=quantity(service, 7),
        decisions=_decisions(loop),
        control=loop.value("REF", "FJ"),
        prescription=loop.value("REF", "XZ"),
        first_day=first,
        last_day=last,
    )


def _decisions(loop: Loop) -> tuple[Decision, ...]:
    return tuple(
        Decision(
            statuses=tuple(_status(segment, number) for number in _STATUSES if segment.at(number)),
            on=day(segment, 2),
            action=segment.at(3),
            amount=amount_or_none(segment, 4),
            text=segment.at(12),
        )
        for segment in loop.all("STC")
    )


def _status(segment: Segment, number: int) -> Status:
    return Status(*(segment.component(number, part) for part in (1, 2, 3)))


def _totals(loop: Loop, accepted: str, refused: str) -> Totals:
    return Totals(
        accepted=_count(loop.find("QTY", accepted)),
        refused=_count(loop.find("QTY", refused)),
        accepted_amount=_amount(loop.find("AMT", "YU")),
        refused_amount=_amount(loop.find("AMT", "YY")),
    )


def _count(segment: Segment | None) -> int | None:
    count = quantity(segment, 2) if segment is not None else None
    return int(count) if count is not None else None


def _amount(segment: Segment | None) -> Money | None:
    return amount_or_none(segment, 2) if segment is not None else None


def _party(loop: Loop | None) -> Party:
    segment = present(loop.find("NM1") if loop is not None else None, "NM1", None)
    return Party(
        name=person_name(segment),
        id=segment.at(9),
        id_kind=segment.at(8),
        role=segment.at(1),
        is_organisation=segment.at(2) == "2",
    )


def _day(loop: Loop, qualifier: str, near: Segment) -> date:
    segment = loop.find("DTP", qualifier)
    return present(day(segment, 3) if segment is not None else None, f"DTP*{qualifier}", near)


def _days(loop: Loop) -> tuple[date | None, date | None]:
    segment = loop.find("DTP", "472")
    found = period(segment, 3) if segment is not None else None
    return found if found is not None else (None, None)
