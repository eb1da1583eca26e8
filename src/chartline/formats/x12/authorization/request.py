"""What a practice asks a payer to authorize for one patient (278, request)."""

from __future__ import annotations

from chartline.formats.x12.authorization.review import Event, Service
from chartline.formats.x12.inquiry_parts.parties import Party, Person
from chartline.formats.x12.record import Record


class AuthorizationRequest(Record, frozen=True, kw_only=True, gc=False):
    """One patient's event with its services.

    ``reviewer`` is the payer or utilization review organization (role ``X3`` or ``PR``), ``requester`` the provider who
    asks (role ``1P`` or ``FA``). ``reference`` is BHT03. ``purpose`` is BHT02: ``13`` request, ``01`` cancel, ``36``
    authority to deduct; ``kind`` BHT06, ``RU`` for a medical services reservation.
    """

    reference: str
    reviewer: Party
    requester: Party
    subscriber: Person
    dependent: Person | None = None
    event: Event
    services: tuple[Service, ...] = ()
    purpose: str = "13"
    kind: str = ""

    @property
    def patient(self) -> Person:
        """Whom the event is about."""
        return self.dependent or self.subscriber
