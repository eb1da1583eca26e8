"""Eligibility answers into a 271 file, for simulators and for payers.

Neighbours with the same payer and provider share their levels, as long as no refusal stands there. An answer may stop
at the payer or the provider when that level was refused. Refuses parts for which the guide has no place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartline.formats.x12.elements import day_text
from chartline.formats.x12.eligibility.answer import EligibilityAnswer, Military
from chartline.formats.x12.eligibility.benefit_writer import write_benefit
from chartline.formats.x12.eligibility.question import GUIDE
from chartline.formats.x12.envelope_writer import Envelope, TransactionDraft, write_interchange
from chartline.formats.x12.inquiry_parts.fitting import fit
from chartline.formats.x12.inquiry_parts.levels import Levels, batches, heading, together
from chartline.formats.x12.inquiry_parts.parties import Party, Person
from chartline.formats.x12.inquiry_parts.party_writer import NO_PLACE, write_party, write_person
from chartline.formats.x12.inquiry_parts.value_writer import fitting_count, write_rejections, write_traces
from chartline.formats.x12.inquiry_parts.values import Rejection
from chartline.formats.x12.writer import MISSING, Draft, require

_PAYER = ("suffix", "contacts")
_PROVIDER = ("suffix", "references", "address", "specialty")
_PERSON = ("references", "address", "specialty", "birth_order", "is_changed", "diagnoses", "dates")
_SUBSCRIBER = (*_PERSON, "is_organisation")
_DEPENDENT = (*_PERSON, "relationship")
_LEVELS = ("source", "payer", "provider", "subscriber", "dependent")


def build_271(answers: Sequence[EligibilityAnswer], envelope: Envelope, *, unchecked: bool = False) -> bytes:
    """One interchange with all answers in their order.

    Raises ``x12.missing``, ``x12.too_long``, ``x12.too_short``, ``x12.too_many``, ``x12.bad_text``,
    ``x12.no_place`` and, unless ``unchecked``, ``x12.rejected``.
    """
    drafts = [
        TransactionDraft(set_id="271", guide=GUIDE, segments=fit(_transaction(some, envelope)))
        for some in batches(answers, lambda one: (one.reference, one.purpose), "answers")
    ]
    return write_interchange(envelope, "HB", GUIDE, drafts, unchecked=unchecked)


def _transaction(answers: list[EligibilityAnswer], envelope: Envelope) -> Iterator[Draft]:
    yield heading(envelope, "0022", answers[0].purpose, answers[0].reference)
    levels = Levels()
    for of_payer in together(answers, _payer_level):
        first = of_payer[0]
        yield levels.open("20", None, has_children=first.provider is not None)
        payer_level = levels.last
        yield from write_rejections(first.rejections, "source")
        yield from write_party(first.payer, _PAYER, first.rejections, "payer")
        for of_provider in together(of_payer, _provider_level):
            yield from _provider(of_provider, levels, payer_level)


def _payer_level(answer: EligibilityAnswer) -> tuple[Party, tuple[Rejection, ...], object]:
    """What neighbours must share to share the payer's level; an answer that ends there shares with nobody."""
    return answer.payer, _at(answer, "source", "payer"), None if answer.provider is not None else object()


def _provider_level(answer: EligibilityAnswer) -> tuple[Party | None, tuple[Rejection, ...], object]:
    return answer.provider, _at(answer, "provider"), None if answer.subscriber is not None else object()


def _at(answer: EligibilityAnswer, *levels: str) -> tuple[Rejection, ...]:
    return tuple(one for one in answer.rejections if one.level in levels)


def _provider(answers: list[EligibilityAnswer], levels: Levels, parent: int) -> Iterator[Draft]:
    for answer in answers:
        _check(answer)
    first = answers[0]
    if first.provider is None:
        return
    yield levels.open("21", parent, has_children=first.subscriber is not None)
    level = levels.last
    yield from write_party(first.provider, _PROVIDER, first.rejections, "provider")
    for answer in answers:
        if answer.subscriber is not None:
            yield from _member(answer, answer.subscriber, levels, level)


def _check(answer: EligibilityAnswer) -> None:
    """Refuse what stands below a level that is not there, and refusals of a level that no one knows."""
    if answer.subscriber is not None and answer.provider is None:
        raise MISSING.error(field="provider")
    if answer.subscriber is None and (answer.dependent is not None or answer.benefits or answer.traces):
        raise MISSING.error(field="subscriber")
    reached = 3 + (answer.dependent is not None) if answer.subscriber else 2 if answer.provider else 1
    for one in answer.rejections:
        if one.number or one.level not in _LEVELS[: reached + 1]:
            raise NO_PLACE.error(field="rejections", level=one.level if one.level in _LEVELS else "")
    for name, military, person in (
        ("subscriber_military", answer.subscriber_military, answer.subscriber),
        ("dependent_military", answer.dependent_military, answer.dependent),
    ):
        if military and person is None:
            raise NO_PLACE.error(field=name)
    if any(one.number or one.level != "question" for benefit in answer.benefits for one in benefit.rejections):
        raise NO_PLACE.error(field="benefit.rejections")


def _member(answer: EligibilityAnswer, subscriber: Person, levels: Levels, parent: int) -> Iterator[Draft]:
    dependent = answer.dependent
    yield levels.open("22", parent, has_children=dependent is not None)
    if dependent is None:
        yield from write_traces(answer.traces, 3)
    yield from write_person(subscriber, "IL", _SUBSCRIBER, answer.rejections)
    yield from _military(answer.subscriber_military)
    if dependent is not None:
        yield levels.open("23", levels.last, has_children=False)
        yield from write_traces(answer.traces, 3)
        yield from write_person(dependent, "03", _DEPENDENT, answer.rejections, is_dependent=True)
        yield from _military(answer.dependent_military)
    for benefit in answer.benefits:
        yield from write_benefit(benefit)


def _military(entries: Sequence[Military]) -> Iterator[Draft]:
    for one in fitting_count(entries, 9, "military"):
        form = served = None
        if one.first_day is not None:
            form, served = "D8", day_text(one.first_day)
            if one.last_day is not None:
                form, served = "RD8", f"{served}-{day_text(one.last_day)}"
        yield (
            "MPI",
            require(one.status, "military.status"),
            require(one.employment, "military.employment"),
            require(one.branch, "military.branch"),
            one.note,
            one.rank,
            form,
            served,
        )
