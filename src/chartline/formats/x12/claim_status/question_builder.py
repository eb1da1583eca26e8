"""Questions about claims into a 276 file.

Neighbours with the same payer, requester, provider and member share their levels. Refuses parts for which the guide has
no place (``x12.no_place``) and a claim without trace number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartline.formats.x12.claim_status.question import GUIDE, LineQuestion, StatusPerson, StatusRequest
from chartline.formats.x12.claim_status.segments import write_numbers, write_period, write_person
from chartline.formats.x12.envelope_writer import Envelope, TransactionDraft, write_interchange
from chartline.formats.x12.inquiry_parts.fitting import fit
from chartline.formats.x12.inquiry_parts.levels import Levels, batches, heading, together
from chartline.formats.x12.inquiry_parts.party_writer import NO_PLACE, write_party
from chartline.formats.x12.inquiry_parts.value_writer import procedure_element
from chartline.formats.x12.writer import MISSING, Draft, require


def build_276(requests: Sequence[StatusRequest], envelope: Envelope, *, unchecked: bool = False) -> bytes:
    """One interchange with all questions in their order.

    Raises ``x12.missing``, ``x12.too_long``, ``x12.too_short``, ``x12.too_many``, ``x12.bad_text``,
    ``x12.no_place`` and, unless ``unchecked``, ``x12.rejected``.
    """
    drafts = [
        TransactionDraft(set_id="276", guide=GUIDE, segments=fit(_transaction(some, envelope)))
        for some in batches(requests, lambda one: one.reference, "requests")
    ]
    return write_interchange(envelope, "HR", GUIDE, drafts, unchecked=unchecked)


def _transaction(requests: list[StatusRequest], envelope: Envelope) -> Iterator[Draft]:
    yield heading(envelope, "0010", "13", require(requests[0].reference, "reference"))
    levels = Levels()
    for of_payer in together(requests, lambda one: one.payer):
        yield levels.open("20", None, has_children=True)
        payer_level = levels.last
        yield from write_party(of_payer[0].payer, ())
        for of_requester in together(of_payer, lambda one: one.requester):
            yield levels.open("21", payer_level, has_children=True)
            requester_level = levels.last
            yield from write_party(of_requester[0].requester, ())
            for of_provider in together(of_requester, lambda one: (one.provider, one.second_provider)):
                yield levels.open("19", requester_level, has_children=True)
                provider_level = levels.last
                yield from write_party(of_provider[0].provider, ("suffix",))
                second = of_provider[0].second_provider
                if second is not None:
                    yield from write_party(second, ("suffix",))
                for claims in together(of_provider, lambda one: (one.subscriber, one.dependent is None)):
                    yield from _member(claims, levels, provider_level)


def _member(claims: list[StatusRequest], levels: Levels, parent: int) -> Iterator[Draft]:
    subscriber = claims[0].subscriber
    is_patient = claims[0].dependent is None
    yield levels.open("22", parent, has_children=not is_patient)
    level = levels.last
    if is_patient:
        yield _birth(subscriber)
    elif subscriber.born is not None or subscriber.sex:
        raise NO_PLACE.error(field="born" if subscriber.born is not None else "sex", near="NM1*IL")
    yield from write_person(subscriber, "IL")
    if is_patient:
        for claim in claims:
            yield from _claim(claim)
        return
    for theirs in together(claims, lambda one: one.dependent):
        dependent = theirs[0].dependent
        if dependent is not None:
            yield levels.open("23", level, has_children=None)
            yield _birth(dependent)
            yield from write_person(dependent, "QC")
            for claim in theirs:
                yield from _claim(claim)


def _birth(person: StatusPerson) -> Draft:
    if person.born is None:
        raise MISSING.error(field="born")
    return ("DMG", "D8", person.born, person.sex)


def _claim(claim: StatusRequest) -> Iterator[Draft]:
    yield ("TRN", "1", require(claim.trace, "trace"))
    yield from write_numbers(
        ("1K", claim.payer_control_number),
        ("BLT", claim.bill_type),
        ("LU", claim.application),
        ("6P", claim.group),
        ("EJ", claim.patient_control_number),
        ("XZ", claim.prescription),
        ("D9", claim.intermediary_reference),
    )
    if claim.charge is not None:
        yield ("AMT", "T3", claim.charge)
    yield from write_period(claim.first_day, claim.last_day)
    for line in claim.lines:
        yield from _line(line)


def _line(line: LineQuestion) -> Iterator[Draft]:
    procedure = procedure_element(line.procedure)
    yield ("SVC", procedure, line.charge, None, line.revenue_code, None, None, line.units)
    yield from write_numbers(("FJ", line.control))
    yield from write_period(line.first_day, line.last_day)
