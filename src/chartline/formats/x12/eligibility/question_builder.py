"""Eligibility questions into a 270 file.

Neighbours with the same payer and provider share its levels; at most 99 patients stand in a transaction. Refuses parts
for which the guide has no place (``x12.no_place``) and a question that asks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartline.formats.x12.eligibility.question import GUIDE, BenefitQuestion, EligibilityRequest
from chartline.formats.x12.envelope_writer import Envelope, TransactionDraft, write_interchange
from chartline.formats.x12.inquiry_parts.fitting import fit
from chartline.formats.x12.inquiry_parts.levels import Levels, batches, heading, together
from chartline.formats.x12.inquiry_parts.party_writer import NO_PLACE, write_party, write_person
from chartline.formats.x12.inquiry_parts.value_writer import (
    filled,
    fitting_count,
    pointers_element,
    procedure_element,
    write_date,
    write_references,
    write_traces,
)
from chartline.formats.x12.inquiry_parts.values import QualifiedDate
from chartline.formats.x12.writer import MISSING, Draft, Repeated

_PAYER = ("suffix",)
_PROVIDER = ("suffix", "references", "address", "specialty")
_PERSON = ("references", "address", "specialty", "birth_order", "diagnoses", "dates")
_SUBSCRIBER = (*_PERSON, "is_organisation")
_DEPENDENT = (*_PERSON, "relationship")
_MOST_QUESTIONS = 99


def build_270(requests: Sequence[EligibilityRequest], envelope: Envelope, *, unchecked: bool = False) -> bytes:
    """One interchange with all questions in their order.

    Raises ``x12.missing``, ``x12.too_long``, ``x12.too_short``, ``x12.too_many``, ``x12.bad_text``,
    ``x12.no_place`` and, unless ``unchecked``, ``x12.rejected``.
    """
    drafts = [
        TransactionDraft(set_id="270", guide=GUIDE, segments=fit(_transaction(some, envelope)))
        for some in batches(requests, lambda one: (one.reference, one.purpose, one.kind), "requests")
    ]
    return write_interchange(envelope, "HS", GUIDE, drafts, unchecked=unchecked)


def _transaction(requests: list[EligibilityRequest], envelope: Envelope) -> Iterator[Draft]:
    first = requests[0]
    yield heading(envelope, "0022", first.purpose, first.reference, first.kind)
    levels = Levels()
    for of_payer in together(requests, lambda one: one.payer):
        yield levels.open("20", None, has_children=True)
        payer_level = levels.last
        yield from write_party(of_payer[0].payer, _PAYER)
        for of_provider in together(of_payer, lambda one: one.provider):
            yield levels.open("21", payer_level, has_children=True)
            provider_level = levels.last
            yield from write_party(of_provider[0].provider, _PROVIDER)
            for request in of_provider:
                yield from _request(request, levels, provider_level)


def _request(request: EligibilityRequest, levels: Levels, parent: int) -> Iterator[Draft]:
    dependent = request.dependent
    if not request.questions:
        raise MISSING.error(field="questions")
    yield levels.open("22", parent, has_children=dependent is not None)
    if dependent is None:
        yield from write_traces(request.traces, 2)
    yield from write_person(request.subscriber, "IL", _SUBSCRIBER, most_dates=2)
    if dependent is not None:
        yield levels.open("23", levels.last, has_children=False)
        yield from write_traces(request.traces, 2)
        yield from write_person(dependent, "03", _DEPENDENT, is_dependent=True, most_dates=2)
    for question in fitting_count(request.questions, _MOST_QUESTIONS, "questions"):
        yield from _question(question, is_dependent=dependent is not None)


def _question(question: BenefitQuestion, *, is_dependent: bool) -> Iterator[Draft]:
    types = Repeated(fitting_count(question.service_types, 99, "service_types"))
    if not types and question.procedure is None:
        raise MISSING.error(field="service_types")
    yield filled(
        "EQ",
        types,
        procedure_element(question.procedure),
        question.coverage_level,
        None,
        pointers_element(question.pointers),
    )
    amounts = (("R", question.spend_down, "spend_down"), ("PB", question.spend_down_billed, "spend_down_billed"))
    for qualifier, amount, name in amounts:
        if amount is not None:
            if is_dependent:
                raise NO_PLACE.error(field=name, near="NM1*03")
            yield ("AMT", qualifier, amount)
    if question.place_of_service:
        yield ("III", "ZZ", question.place_of_service)
    if question.authorization is not None:
        yield from write_references((question.authorization,))
    if question.first_day is not None:
        yield write_date(QualifiedDate("291", question.first_day, question.last_day))
    elif question.last_day is not None:
        raise MISSING.error(field="first_day")
