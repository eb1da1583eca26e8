"""Events and services as both directions describe them (loops 2000E and 2000F).

Strict about amounts, quantities and dates; everything else may be missing.
"""

from __future__ import annotations

from chartline.formats.x12.authorization.review import Attachment, Condition, Event, FacilityStay, Review, Transport
from chartline.formats.x12.elements import quantity
from chartline.formats.x12.inquiry_parts.party_reader import read_party
from chartline.formats.x12.inquiry_parts.value_reader import (
    read_dates,
    read_deliveries,
    read_diagnoses,
    read_traces,
)
from chartline.formats.x12.inquiry_parts.values import Delivery
from chartline.formats.x12.loops import present
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop

DECIDED_DATES = ("102", "036", "007")


def read_event(loop: Loop, provider: str, place: str) -> Event:
    """The event of a loop; ``provider`` and ``place`` are the ids of the loops in it. Raises ``x12.incomplete`` when it
    has no UM."""
    cl1, cr1 = loop.find("CL1"), loop.find("CR1")
    return Event(
        review=present(read_review(loop), "UM", loop.segments[0] if loop.segments else None),
        traces=read_traces(loop),
        prior_authorization=loop.value("REF", "BB"),
        administrative_number=loop.value("REF", "NT"),
        dates=tuple(one for one in read_dates(loop.all("DTP")) if one.qualifier not in DECIDED_DATES),
        diagnoses=read_diagnoses(loop),
        delivery=read_delivery(loop),
        conditions=tuple(_condition(crc) for crc in loop.all("CRC")),
        stay=FacilityStay(
            admission_kind=cl1.at(1),
            admission_source=cl1.at(2),
            patient_status=cl1.at(3),
            nursing_home_status=cl1.at(4),
        )
        if cl1 is not None
        else None,
        transport=_transport(cr1) if cr1 is not None else None,
        attachments=read_attachments(loop),
        message=read_message(loop),
        providers=tuple(read_party(one) for one in loop.children(provider)),
        places=tuple(read_party(one) for one in loop.children(place)),
    )


def read_review(loop: Loop) -> Review | None:
    """The UM of a loop, None when it has none."""
    um = loop.find("UM")
    if um is None:
        return None
    place, causes = [*um.components(4), "", "", ""], [*um.components(5), *[""] * 5]
    return Review(
        category=um.at(1),
        certification=um.at(2),
        service_type=um.at(3),
        place=place[0],
        place_kind=place[1] or "B",
        bill_frequency=place[2],
        related_causes=tuple(code for code in causes[:3] if code),
        accident_state=causes[3],
        accident_country=causes[4],
        level_of_service=um.at(6),
        condition=um.at(7),
        prognosis=um.at(8),
        release=um.at(9),
        delay_reason=um.at(10),
    )


def read_delivery(loop: Loop) -> Delivery | None:
    """The first HSD of a loop, None when it has none."""
    return next(iter(read_deliveries(loop)), None)


def read_attachments(loop: Loop) -> tuple[Attachment, ...]:
    """Every PWK of a loop."""
    return tuple(Attachment(pwk.at(1), pwk.at(2), pwk.at(6), pwk.at(7)) for pwk in loop.all("PWK"))


def read_message(loop: Loop) -> str:
    """The MSG of a loop, empty when it has none."""
    msg = loop.find("MSG")
    return msg.at(1) if msg is not None else ""


def _condition(crc: Segment) -> Condition:
    return Condition(crc.at(1), crc.at(2) == "Y", tuple(code for at in range(3, 8) if (code := crc.at(at))))


def _transport(cr1: Segment) -> Transport:
    return Transport(
        weight=quantity(cr1, 2),
        kind=cr1.at(3),
        reason=cr1.at(4),
        distance=quantity(cr1, 6),
        origin=cr1.at(7),
        destination=cr1.at(8),
        round_trip=cr1.at(9),
        stretcher=cr1.at(10),
    )
