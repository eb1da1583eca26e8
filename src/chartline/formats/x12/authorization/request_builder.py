"""Authorization requests into a 278 file: one transaction for each.

Refuses parts for which the guide has no place (``x12.no_place``) and an event without its kind of review.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from chartline.formats.x12.authorization.request import AuthorizationRequest
from chartline.formats.x12.authorization.review import GUIDE, Event, Service
from chartline.formats.x12.authorization.service_writer import write_service, write_service_days
from chartline.formats.x12.envelope_writer import Envelope, TransactionDraft, write_interchange
from chartline.formats.x12.inquiry_parts.fitting import fit
from chartline.formats.x12.inquiry_parts.levels import Levels, heading
from chartline.formats.x12.inquiry_parts.party_writer import write_party, write_person
from chartline.formats.x12.inquiry_parts.value_writer import fitting_count, write_dates, write_traces
from chartline.formats.x12.writer import MISSING, Draft, require


def build_278_request(
    requests: Sequence[AuthorizationRequest], envelope: Envelope, *, unchecked: bool = False
) -> bytes:
    """One interchange with all requests in their order.

    Raises ``x12.missing``, ``x12.too_long``, ``x12.too_short``, ``x12.too_many``, ``x12.bad_text``,
    ``x12.no_place`` and, unless ``unchecked``, ``x12.rejected``.
    """
    if not requests:
        raise MISSING.error(field="requests")
    drafts = [
        TransactionDraft(set_id="278", guide=GUIDE, segments=fit(_transaction(one, envelope))) for one in requests
    ]
    return write_interchange(envelope, "HI", GUIDE, drafts, unchecked=unchecked)


def _transaction(request: AuthorizationRequest, envelope: Envelope) -> Iterator[Draft]:
    yield heading(envelope, "0007", request.purpose, require(request.reference, "reference"), request.kind)
    levels = Levels()
    yield levels.open("20", None, has_children=True)
    yield from write_party(request.reviewer, ("suffix",))
    yield levels.open("21", levels.last, has_children=True)
    yield from write_party(request.requester, PROVIDER[1:], most_references=8, most_contacts=1)
    yield levels.open("22", levels.last, has_children=True)
    yield from write_person(request.subscriber, "IL", SUBSCRIBER)
    if request.dependent is not None:
        yield levels.open("23", levels.last, has_children=True)
        yield from write_person(request.dependent, "QC", DEPENDENT, is_dependent=True)
    yield levels.open("EV", levels.last, has_children=bool(request.services))
    event_level = levels.last
    yield from _event(request.event)
    for service in request.services:
        yield levels.open("SS", event_level, has_children=False)
        yield from _service(service)


def _event(event: Event) -> Iterator[Draft]:
    yield from write_traces(event.traces, 2)
    yield write_review(event.review)
    yield from _numbers(event.prior_authorization, event.administrative_number)
    yield from write_dates(event.dates, 7)
    yield from write_details(event)
    for provider in fitting_count(event.providers, MOST_PROVIDERS, "providers"):
        yield from write_party(provider, PROVIDER, most_references=8, most_contacts=1)
    for place in fitting_count(event.places, MOST_PLACES, "places"):
        yield from write_party(place, PLACE)


def _service(service: Service) -> Iterator[Draft]:
    yield from write_traces(service.traces, 2)
    if service.review is not None:
        yield write_review(service.review)
    yield from _numbers(service.prior_authorization, service.administrative_number)
    yield from write_service_days(service)
    yield from write_service(service)
    for provider in service.providers:
        yield from write_party(provider, PROVIDER, most_references=8, most_contacts=1)


def _numbers(authorization: str, administrative: str) -> Iterator[Draft]:
    return (("REF", kind, number) for kind, number in (("BB", authorization), ("NT", administrative)) if number)
