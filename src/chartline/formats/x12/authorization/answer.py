"""What a payer decides about a request (278, answer), or why it could not be read."""

from __future__ import annotations

from datetime import date

from chartline.formats.x12.authorization.review import Event, Service
from chartline.formats.x12.inquiry_parts.parties import Party, Person
from chartline.formats.x12.inquiry_parts.values import Diagnosis, Rejection
from chartline.formats.x12.record import Record

CERTIFIED = frozenset({"A1", "A2", "A6"})
PENDED = frozenset({"A4", "CT"})


class Decision(Record, frozen=True, kw_only=True, gc=False):
    """A decision (HCR). ``action`` is ``A1`` certified, ``A2`` in part, ``A6`` with changes, ``A3`` not certified,
    ``A4`` pended, ``C`` cancelled, ``CT`` call the payer, ``NA`` no authorization needed. ``number`` is the
    authorization number that belongs on the claim. ``reasons`` are up to five codes; ``second_opinion`` is HCR04
    (``Y``, ``N``)."""

    action: str
    number: str = ""
    reasons: tuple[str, ...] = ()
    second_opinion: str = ""

    @property
    def is_certified(self) -> bool:
        """Whether the service may be given, in full, in part or with changes."""
        return self.action in CERTIFIED

    @property
    def is_pending(self) -> bool:
        """Whether a decision is still to come."""
        return self.action in PENDED


class Validity(Record, frozen=True, kw_only=True, gc=False):
    """When the authorization was issued (DTP*102) and expires (DTP*036), and for which days it holds (DTP*007)."""

    issued: date | None = None
    expires: date | None = None
    first_day: date | None = None
    last_day: date | None = None


class ServiceAnswer(Record, frozen=True, kw_only=True, gc=False):
    """A service as the payer certified it: units in ``service.item``, the course in ``service.delivery``.

    ``wanted`` are test results that the payer asks for (``LOI`` codes), ``contact`` is where to send them (loop
    2010FB). Refusals have the level ``service`` or ``provider`` with its ``number`` among the service's providers.
    """

    service: Service
    decision: Decision | None = None
    validity: Validity = Validity()
    wanted: tuple[Diagnosis, ...] = ()
    contact: Party | None = None
    rejections: tuple[Rejection, ...] = ()


class EventAnswer(Record, frozen=True, kw_only=True, gc=False):
    """An event as the payer decided it, with its services.

    ``contact`` is where further information about the patient is to be sent (loop 2010EB). Refusals have the level
    ``event``, or ``provider`` or ``place`` with its ``number`` among the event's.
    """

    event: Event
    decision: Decision | None = None
    validity: Validity = Validity()
    services: tuple[ServiceAnswer, ...] = ()
    contact: Party | None = None
    rejections: tuple[Rejection, ...] = ()


class AuthorizationAnswer(Record, frozen=True, kw_only=True, gc=False):
    """One patient's answer, or the refusal of a request before it came to a patient.

    ``rejections`` are those of the levels ``source``, ``reviewer``, ``requester``, ``subscriber`` and ``dependent``;
    others stand with what they are about. A refused request may come back without requester or subscriber.
    ``second_requester`` is the same one under another id. ``kind`` is BHT06: ``18`` answer, no further updates, ``19``
    further updates follow, ``AT`` administrative action, ``RU`` reservation.
    """

    reference: str
    reviewer: Party
    requester: Party | None = None
    second_requester: Party | None = None
    subscriber: Person | None = None
    dependent: Person | None = None
    events: tuple[EventAnswer, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    kind: str = "18"

    @property
    def patient(self) -> Person | None:
        """Whom it is about; None when the payer did not come that far."""
        return self.dependent or self.subscriber

    @property
    def number(self) -> str:
        """The first authorization number, of an event or else of a service; empty when there is none."""
        return next((decision.number for decision in self.decisions if decision.number), "")

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """All decisions, of each event and then of its services."""
        found: list[Decision | None] = []
        for event in self.events:
            found += [event.decision, *(service.decision for service in event.services)]
        return tuple(one for one in found if one is not None)

    @property
    def all_rejections(self) -> tuple[Rejection, ...]:
        """Those of the levels, then those of events and services."""
        found = list(self.rejections)
        for event in self.events:
            found += event.rejections
            for service in event.services:
                found += service.rejections
        return tuple(found)
