"""The segments that events and services have in common, in both directions.

Messages and descriptions are written as they are. Refuses what lacks its code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartline.formats.x12.authorization.review import Attachment, Event, Review
from chartline.formats.x12.inquiry_parts.value_writer import (
    filled,
    fitting_count,
    write_deliveries,
    write_diagnoses,
)
from chartline.formats.x12.inquiry_parts.values import Delivery
from chartline.formats.x12.writer import Draft, clean, require

PROVIDER = ("prefix", "suffix", "references", "address", "contacts", "specialty")
"""What a provider's loop has room for."""
PLACE = ("address",)
SUBSCRIBER = ("prefix", "is_organisation", "references", "address", "employment")
DEPENDENT = ("member_id", "relationship", "birth_order", "references", "address")
MOST_PROVIDERS = 14
MOST_PLACES = 5
_MOST_CAUSES = 3


def write_review(review: Review) -> Draft:
    """A UM. Raises ``x12.missing`` and ``x12.too_many``."""
    causes = fitting_count(review.related_causes, _MOST_CAUSES, "related_causes")
    gaps = [None] * (_MOST_CAUSES - len(causes))
    if review.accident_state or review.accident_country:
        require(causes[0] if causes else "", "related_causes")
    return (
        "UM",
        require(review.category, "category"),
        require(review.certification, "certification"),
        review.service_type,
        (review.place, review.place_kind, review.bill_frequency) if review.place else None,
        (*causes, *gaps, review.accident_state, review.accident_country) if causes else None,
        review.level_of_service,
        review.condition,
        review.prognosis,
        review.release,
        review.delay_reason,
    )


def write_details(event: Event) -> Iterator[Draft]:
    """HI to MSG of an event."""
    yield from write_diagnoses(event.diagnoses, 12)
    yield from write_delivery(event.delivery)
    for condition in fitting_count(event.conditions, 9, "conditions"):
        codes = fitting_count(condition.codes, 5, "condition.codes")
        require(codes[0] if codes else "", "condition.codes")
        yield ("CRC", require(condition.category, "condition.category"), "Y" if condition.applies else "N", *codes)
    stay, transport = event.stay, event.transport
    if stay is not None:
        yield filled("CL1", stay.admission_kind, stay.admission_source, stay.patient_status, stay.nursing_home_status)
    if transport is not None:
        yield filled(
            "CR1",
            "LB" if transport.weight is not None else None,
            transport.weight,
            transport.kind,
            transport.reason,
            "DH" if transport.distance is not None else None,
            transport.distance,
            clean(transport.origin),
            clean(transport.destination),
            transport.round_trip,
            transport.stretcher,
        )
    yield from write_attachments(event.attachments)
    yield from write_message(event.message)


def write_delivery(delivery: Delivery | None) -> Iterator[Draft]:
    """An HSD, when there is one."""
    return write_deliveries((delivery,) if delivery is not None else (), 1)


def write_attachments(attachments: Sequence[Attachment]) -> Iterator[Draft]:
    """PWK segments. Raises ``x12.missing`` and ``x12.too_many``."""
    for one in fitting_count(attachments, 10, "attachments"):
        kind, way = require(one.kind, "attachment.kind"), require(one.transmission, "attachment.transmission")
        yield ("PWK", kind, way, None, None, "AC" if one.control else None, one.control, one.description)


def write_message(message: str) -> Iterator[Draft]:
    """A MSG, when there is one."""
    if message:
        yield ("MSG", message)
