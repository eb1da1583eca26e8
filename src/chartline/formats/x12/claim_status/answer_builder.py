"""Answers about claims into a 277 file, for simulators and for payers.

Neighbours with the same payer, requester, provider and member share their levels; an answer that ends at the requester
or the provider stands alone. Refuses parts for which the guide has no place and an answer without a status.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from chartline.formats.x12.claim_status.answer import LineStatus, StatusAnswer, StatusPerson
from chartline.formats.x12.claim_status.question import GUIDE
from chartline.formats.x12.claim_status.segments import write_numbers, write_period, write_person, write_statuses
from chartline.formats.x12.envelope_writer import Envelope, TransactionDraft, write_interchange
from chartline.formats.x12.inquiry_parts.fitting import fit
from chartline.formats.x12.inquiry_parts.levels import Levels, batches, heading, together
from chartline.formats.x12.inquiry_parts.party_writer import NO_PLACE, write_party
from chartline.formats.x12.inquiry_parts.value_writer import procedure_element
from chartline.formats.x12.writer import MISSING, Draft, require

_CLAIM_ONLY = (
    "payer_control_number",
    "bill_type",
    "patient_control_number",
    "prescription",
    "voucher",
    "intermediary_reference",
    "first_day",
    "last_day",
    "lines",
    "dependent",
)


def build_277(answers: Sequence[StatusAnswer], envelope: Envelope, *, unchecked: bool = False) -> bytes:
    """One interchange with all answers in their order.

    Raises ``x12.missing``, ``x12.too_long``, ``x12.too_short``, ``x12.too_many``, ``x12.bad_text``,
    ``x12.no_place`` and, unless ``unchecked``, ``x12.rejected``.
    """
    for answer in answers:
        _check(answer)
    drafts = [
        TransactionDraft(set_id="277", guide=GUIDE, segments=fit(_transaction(some, envelope)))
        for some in batches(answers, lambda one: one.reference, "answers")
    ]
    return write_interchange(envelope, "HN", GUIDE, drafts, unchecked=unchecked)


def _check(answer: StatusAnswer) -> None:
    """Refuse what stands below a level that is not there, and births, for which a 277 has no place."""
    if answer.provider is None and (answer.subscriber is not None or answer.second_provider is not None):
        raise MISSING.error(field="provider")
    if answer.subscriber is None:
        for name in _CLAIM_ONLY:
            if getattr(answer, name):
                raise NO_PLACE.error(field=name)
    for person in (answer.subscriber, answer.dependent):
        if person is not None and (person.born is not None or person.sex):
            raise NO_PLACE.error(field="born" if person.born is not None else "sex")


def _transaction(answers: list[StatusAnswer], envelope: Envelope) -> Iterator[Draft]:
    yield heading(envelope, "0010", "08", require(answers[0].reference, "reference"), "DG")
    levels = Levels()
    for of_payer in together(answers, lambda one: one.payer):
        yield levels.open("20", None, has_children=True)
        payer_level = levels.last
        yield from write_party(of_payer[0].payer, ("contacts",), most_contacts=1)
        for of_requester in together(of_payer, _requester_level):
            first = of_requester[0]
            yield levels.open("21", payer_level, has_children=first.provider is not None)
            requester_level = levels.last
            yield from write_party(first.requester, ())
            if first.provider is None:
                yield ("TRN", "2", require(first.trace, "trace"))
                yield from write_statuses(first.statuses)
                continue
            for of_provider in together(of_requester, _provider_level):
                yield from _provider(of_provider, levels, requester_level)


def _requester_level(answer: StatusAnswer) -> Hashable:
    """What neighbours must share to share the level; an answer that ends there shares with nobody."""
    return answer.requester, None if answer.provider is not None else object()


def _provider_level(answer: StatusAnswer) -> Hashable:
    return answer.provider, answer.second_provider, None if answer.subscriber is not None else object()


def _provider(answers: list[StatusAnswer], levels: Levels, parent: int) -> Iterator[Draft]:
    first = answers[0]
    yield levels.open("19", parent, has_children=first.subscriber is not None)
    level = levels.last
    for provider in (first.provider, first.second_provider):
        if provider is not None:
            yield from write_party(provider, ("suffix",))
    if first.subscriber is None:
        yield ("TRN", "1", require(first.trace, "trace"))
        yield from write_statuses(first.statuses)
        return
    for claims in together(answers, lambda one: (one.subscriber, one.dependent is None)):
        subscriber = claims[0].subscriber
        if subscriber is not None:
            yield from _member(claims, subscriber, levels, level)


def _member(claims: list[StatusAnswer], subscriber: StatusPerson, levels: Levels, parent: int) -> Iterator[Draft]:
    yield levels.open("22", parent, has_children=claims[0].dependent is not None)
    level = levels.last
    yield from write_person(subscriber, "IL")
    for theirs in together(claims, lambda one: one.dependent):
        dependent = theirs[0].dependent
        if dependent is not None:
            yield levels.open("23", level, has_children=None)
            yield from write_person(dependent, "QC")
        for claim in theirs:
            yield from _claim(claim)


def _claim(claim: StatusAnswer) -> Iterator[Draft]:
    yield ("TRN", "2", require(claim.trace, "trace"))
    yield from write_statuses(claim.statuses)
    yield from write_numbers(
        ("1K", claim.payer_control_number),
        ("BLT", claim.bill_type),
        ("EJ", claim.patient_control_number),
        ("XZ", claim.prescription),
        ("VV", claim.voucher),
        ("D9", claim.intermediary_reference),
    )
    yield from write_period(claim.first_day, claim.last_day)
    for line in claim.lines:
        yield from _line(line)


def _line(line: LineStatus) -> Iterator[Draft]:
    if line.first_day is None:
        raise MISSING.error(field="first_day")
    procedure = procedure_element(line.procedure)
    yield ("SVC", procedure, line.charged, line.paid, line.revenue_code, None, None, line.units)
    yield from write_statuses(line.statuses)
    yield from write_numbers(("FJ", line.control))
    yield from write_period(line.first_day, line.last_day)
