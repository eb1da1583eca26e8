"""Authorization answers into a 278 file: one transaction for each; for simulators and for payers.

An answer may stop at the reviewer, the requester or the patient when that level was refused. Refuses parts for which
the guide has no place and refusals of a level that is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from chartline.formats.x12.authorization.answer import (
    AuthorizationAnswer,
    Decision,
    EventAnswer,
    ServiceAnswer,
    Validity,
)
from chartline.formats.x12.authorization.event_writer import (
    DEPENDENT,
    MOST_PLACES,
    MOST_PROVIDERS,
    PLACE,
    PROVIDER,
    SUBSCRIBER,
    write_details,
    write_review,
)
from chartline.formats.x12.authorization.request_reader import ANSWER
from chartline.formats.x12.authorization.review import GUIDE
from chartline.formats.x12.authorization.service_writer import write_service, write_service_days
from chartline.formats.x12.envelope_writer import Envelope, TransactionDraft, write_interchange
from chartline.formats.x12.inquiry_parts.fitting import fit
from chartline.formats.x12.inquiry_parts.levels import Levels, heading
from chartline.formats.x12.inquiry_parts.parties import Party
from chartline.formats.x12.inquiry_parts.party_writer import NO_PLACE, write_party, write_person
from chartline.formats.x12.inquiry_parts.value_writer import (
    fitting_count,
    write_date,
    write_dates,
    write_diagnoses,
    write_rejections,
    write_traces,
)
from chartline.formats.x12.inquiry_parts.values import QualifiedDate, Rejection
from chartline.formats.x12.writer import MISSING, Draft, Repeated, require

_CONTACT = ("prefix", "suffix", "address", "contacts")


def build_278_answer(answers: Sequence[AuthorizationAnswer], envelope: Envelope, *, unchecked: bool = False) -> bytes:
    """One interchange with all answers in their order.

    Raises ``x12.missing``, ``x12.too_long``, ``x12.too_short``, ``x12.too_many``, ``x12.bad_text``,
    ``x12.no_place`` and, unless ``unchecked``, ``x12.rejected``.
    """
    if not answers:
        raise MISSING.error(field="answers")
    for answer in answers:
        _check(answer)
    drafts = [TransactionDraft(set_id="278", guide=GUIDE, segments=fit(_transaction(one, envelope))) for one in answers]
    return write_interchange(envelope, "HI", GUIDE, drafts, unchecked=unchecked)


def _check(answer: AuthorizationAnswer) -> None:
    """Refuse what stands below a level that is not there."""
    if answer.requester is None and (answer.subscriber is not None or answer.second_requester is not None):
        raise MISSING.error(field="requester")
    if answer.subscriber is None and (answer.dependent is not None or answer.events):
        raise MISSING.error(field="subscriber")
    levels = {"source", "reviewer"}
    for name, level in (
        ("requester", answer.requester),
        ("subscriber", answer.subscriber),
        ("dependent", answer.dependent),
    ):
        if level is not None:
            levels.add(name)
    _check_rejections(answer.rejections, levels)
    for event in answer.events:
        if event.event.conditions:
            raise NO_PLACE.error(field="conditions")
        _check_rejections(event.rejections, {"event"}, provider=event.event.providers, place=event.event.places)
        for service in event.services:
            _check_rejections(service.rejections, {"service"}, provider=service.service.providers)


def _check_rejections(rejections: Sequence[Rejection], levels: Collection[str], **numbered: Sequence[Party]) -> None:
    for one in rejections:
        if one.level in numbered:
            if not 1 <= one.number <= len(numbered[one.level]):
                raise NO_PLACE.error(field="rejection.number")
        elif one.level not in levels or one.number:
            raise NO_PLACE.error(field="rejection.number" if one.level in levels else "rejection.level")


def _transaction(answer: AuthorizationAnswer, envelope: Envelope) -> Iterator[Draft]:
    yield heading(envelope, "0007", ANSWER, require(answer.reference, "reference"), answer.kind)
    levels, refused = Levels(), answer.rejections
    yield levels.open("20", None, has_children=answer.requester is not None)
    yield from write_rejections(refused, "source")
    yield from write_party(answer.reviewer, ("suffix", "contacts"), refused, "reviewer", most_contacts=1)
    if answer.requester is None:
        return
    yield levels.open("21", levels.last, has_children=answer.subscriber is not None)
    allowed = ("suffix", "references", "specialty")
    yield from write_party(answer.requester, allowed, refused, "requester", most_references=8)
    if answer.second_requester is not None:
        yield from write_party(answer.second_requester, allowed, most_references=8)
    if answer.subscriber is None:
        return
    below = bool(answer.events)
    yield levels.open("22", levels.last, has_children=below or answer.dependent is not None)
    yield from write_person(answer.subscriber, "IL", SUBSCRIBER, refused)
    if answer.dependent is not None:
        yield levels.open("23", levels.last, has_children=below)
        yield from write_person(answer.dependent, "QC", DEPENDENT, refused, is_dependent=True)
    patient_level = levels.last
    for event in answer.events:
        yield from _event(event, levels, patient_level)


def _event(answer: EventAnswer, levels: Levels, parent: int) -> Iterator[Draft]:
    event, refused = answer.event, answer.rejections
    yield levels.open("EV", parent, has_children=bool(answer.services))
    level = levels.last
    yield from write_traces(event.traces, 3)
    yield from write_rejections(refused, "event")
    yield write_review(event.review)
    yield from _decision(answer.decision)
    yield from _numbers(event.administrative_number, event.prior_authorization)
    yield from write_dates(event.dates, 7)
    yield from _validity(answer.validity)
    yield from write_details(event)
    yield from _providers(fitting_count(event.providers, MOST_PROVIDERS, "providers"), refused)
    yield from _contact(answer.contact)
    for number, place in enumerate(fitting_count(event.places, MOST_PLACES, "places"), 1):
        yield from write_party(place, PLACE, _about(refused, number), "place")
    for service in answer.services:
        yield levels.open("SS", level, has_children=False)
        yield from _service(service)


def _service(answer: ServiceAnswer) -> Iterator[Draft]:
    service = answer.service
    yield from write_traces(service.traces, 3)
    yield from write_rejections(answer.rejections, "service")
    if service.review is not None:
        yield write_review(service.review)
    yield from _decision(answer.decision)
    yield from _numbers(service.administrative_number, service.prior_authorization)
    yield from write_service_days(service)
    yield from _validity(answer.validity)
    yield from write_diagnoses(answer.wanted, 12)
    yield from write_service(service)
    yield from _providers(service.providers, answer.rejections)
    yield from _contact(answer.contact)


def _providers(providers: Sequence[Party], refused: Sequence[Rejection]) -> Iterator[Draft]:
    for number, provider in enumerate(providers, 1):
        about = _about(refused, number)
        yield from write_party(provider, PROVIDER, about, "provider", most_references=8, most_contacts=1)


def _about(refused: Sequence[Rejection], number: int) -> list[Rejection]:
    return [one for one in refused if one.number == number]


def _contact(contact: Party | None) -> Iterator[Draft]:
    if contact is not None:
        yield from write_party(contact, _CONTACT, most_contacts=1)


def _decision(decision: Decision | None) -> Iterator[Draft]:
    if decision is not None:
        reasons = fitting_count(decision.reasons, 5, "decision.reasons")
        action = require(decision.action, "decision.action")
        yield ("HCR", action, decision.number, Repeated(reasons), decision.second_opinion)


def _numbers(administrative: str, authorization: str) -> Iterator[Draft]:
    return (("REF", kind, number) for kind, number in (("NT", administrative), ("BB", authorization)) if number)


def _validity(validity: Validity) -> Iterator[Draft]:
    for qualifier, first, last in (
        ("102", validity.issued, None),
        ("036", validity.expires, None),
        ("007", validity.first_day, validity.last_day),
    ):
        if first is not None:
            yield write_date(QualifiedDate(qualifier, first, last))
    if validity.first_day is None and validity.last_day is not None:
        raise MISSING.error(field="validity.first_day")
