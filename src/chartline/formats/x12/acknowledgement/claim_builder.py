"""Claim acknowledgements into a 277CA file: levels, their numbers and counts by the library.

Names pass through ``clean``; every other value is written as it is or refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from chartline.formats.x12.acknowledgement.claim_model import (
    GUIDE,
    ClaimAcknowledgement,
    ClaimAnswer,
    Decision,
    LineAnswer,
    Party,
    PatientAnswer,
    ProviderAnswer,
    ReceiverAnswer,
    Totals,
)
from chartline.formats.x12.elements import day_text
from chartline.formats.x12.envelope_writer import Envelope, TransactionDraft, write_interchange
from chartline.formats.x12.record import PersonName
from chartline.formats.x12.writer import TOO_MANY, Draft, Element, clean, limit, require

_MOST_STATUSES = 3


def build_277ca(answers: Sequence[ClaimAcknowledgement], envelope: Envelope, *, unchecked: bool = False) -> bytes:
    """One 277CA for each answer, in one interchange.

    Raises ``x12.missing``, ``x12.too_many``, ``x12.too_long`` and the errors of ``write_interchange``.
    """
    drafts = [
        TransactionDraft(set_id="277", guide=GUIDE, segments=list(_Levels().acknowledgement(answer)))
        for answer in answers
    ]
    return write_interchange(envelope, "HN", GUIDE, drafts, unchecked=unchecked)


class _Levels:
    """The segments of one transaction; counts the levels."""

    def __init__(self) -> None:
        self._count = 0

    def acknowledgement(self, answer: ClaimAcknowledgement) -> Iterator[Draft]:
        yield ("BHT", "0085", "08", require(answer.reference, "reference"), answer.created, answer.time, "TH")
        number = self._next()
        yield ("HL", number, None, "20", "1")
        yield _party(answer.source)
        yield ("TRN", "1", require(answer.trace, "trace"))
        yield ("DTP", "050", "D8", answer.received)
        yield ("DTP", "009", "D8", answer.processed)
        for receiver in answer.receivers:
            yield from self._receiver(receiver, number)

    def _receiver(self, answer: ReceiverAnswer, above: int) -> Iterator[Draft]:
        number = self._next()
        yield ("HL", number, above, "21", _has(answer.providers))
        yield _party(answer.party)
        yield ("TRN", "2", require(answer.reference, "reference"))
        yield from _decisions(answer.decisions)
        yield from _totals(answer.totals, "90", "AA")
        for provider in answer.providers:
            yield from self._provider(provider, number)

    def _provider(self, answer: ProviderAnswer, above: int) -> Iterator[Draft]:
        number = self._next()
        yield ("HL", number, above, "19", _has(answer.patients))
        yield _party(answer.party)
        if answer.trace or answer.decisions or answer.ids or answer.totals != Totals():
            yield ("TRN", "1", require(answer.trace, "trace"))
            yield from _decisions(answer.decisions)
            yield from (("REF", one.qualifier, one.value) for one in answer.ids)
            yield from _totals(answer.totals, "QA", "QC")
        for patient in answer.patients:
            yield from self._patient(patient, number)

    def _patient(self, answer: PatientAnswer, above: int) -> Iterator[Draft]:
        yield ("HL", self._next(), above, "PT")
        member = (answer.id_kind, answer.member_id) if answer.member_id else ()
        yield ("NM1", "QC", "1", *_name(answer.name), *member)
        for claim in answer.claims:
            yield from _claim(claim)

    def _next(self) -> int:
        self._count += 1
        return self._count


def _claim(answer: ClaimAnswer) -> Iterator[Draft]:
    yield ("TRN", "2", require(answer.reference, "reference"))
    yield from _decisions(answer.decisions)
    for qualifier, value in (
        ("1K", answer.payer_control_number),
        ("D9", answer.intermediary_reference),
        ("BLT", answer.bill_type),
    ):
        if value:
            yield ("REF", qualifier, value)
    yield from _days(answer.first_day, answer.last_day)
    for line in answer.lines:
        yield from _line(line)


def _line(answer: LineAnswer) -> Iterator[Draft]:
    procedure = (answer.qualifier, require(answer.code, "code"), *answer.modifiers)
    yield ("SVC", procedure, answer.charged, None, answer.revenue_code, None, None, answer.units)
    yield from _decisions(answer.decisions)
    if answer.control:
        yield ("REF", "FJ", answer.control)
    if answer.prescription:
        yield ("REF", "XZ", answer.prescription)
    yield from _days(answer.first_day, answer.last_day)


def _decisions(decisions: Sequence[Decision]) -> Iterator[Draft]:
    for decision in decisions:
        if len(decision.statuses) > _MOST_STATUSES:
            raise TOO_MANY.error(field="statuses", most=str(_MOST_STATUSES))
        if not decision.statuses:
            require("", "statuses")
        statuses: list[Element] = [(one.category, one.code, one.entity) for one in decision.statuses]
        further = statuses[1:] + [None] * (_MOST_STATUSES - len(statuses))
        action = require(decision.action, "action")
        text = limit(decision.text, 264, "text")
        yield ("STC", statuses[0], decision.on, action, decision.amount, *[None] * 5, *further, text)


def _totals(totals: Totals, accepted: str, refused: str) -> Iterator[Draft]:
    for kind, qualifier, value in (
        ("QTY", accepted, totals.accepted),
        ("QTY", refused, totals.refused),
        ("AMT", "YU", totals.accepted_amount),
        ("AMT", "YY", totals.refused_amount),
    ):
        if value is not None:
            yield (kind, qualifier, value)


def _days(first: date | None, last: date | None) -> Iterator[Draft]:
    if first is not None and last is not None:
        yield ("DTP", "472", "RD8", f"{day_text(first)}-{day_text(last)}")
    elif first is not None:
        yield ("DTP", "472", "D8", first)


def _party(party: Party) -> Draft:
    kind = "2" if party.is_organisation else "1"
    number = (require(party.id_kind, "id_kind"), require(party.id, "id"))
    return ("NM1", require(party.role, "role"), kind, *_name(party.name), *number)


def _name(name: PersonName) -> tuple[str, str, str, str, str]:
    return (clean(name.last), clean(name.first), clean(name.middle), "", clean(name.suffix))


def _has(lower: Sequence[object]) -> str:
    return "1" if lower else "0"
