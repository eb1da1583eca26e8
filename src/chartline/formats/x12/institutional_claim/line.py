"""One revenue line of an institutional claim (loop 2400)."""

from __future__ import annotations

import datetime
from decimal import Decimal

from chartline.formats.x12.claim_parts.coverage import LineAdjudication
from chartline.formats.x12.claim_parts.parties import Provider
from chartline.formats.x12.claim_parts.values import Attachment, Drug, Note, Reference, Repricing
from chartline.formats.x12.record import Record
from chartline.kernel.money import Money


class RevenueLine(Record, frozen=True, gc=False):
    """One charge by revenue code, with a procedure where outpatient care asks for one.

    ``unit`` is ``UN`` units or ``DA`` days. ``control`` (REF*6R, at most 30 characters) comes back in the remittance.
    """

    revenue_code: str
    charge: Money
    units: Decimal = Decimal(1)
    unit: str = "UN"
    code: str = ""
    modifiers: tuple[str, ...] = ()
    date: datetime.date | None = None
    through: datetime.date | None = None
    control: str = ""
    not_covered: Money | None = None
    adjudications: tuple[LineAdjudication, ...] = ()
    qualifier: str = "HC"
    description: str = ""
    # What most lines do not have; the reader sets these only where they came.
    attachments: tuple[Attachment, ...] = ()
    references: tuple[Reference, ...] = ()
    """``9B`` and ``9D``, a repricer's numbers."""
    service_tax: Money | None = None
    facility_tax: Money | None = None
    notes: tuple[Note, ...] = ()
    repricing: Repricing | None = None
    drug: Drug | None = None
    operating: Provider | None = None
    other_operating: Provider | None = None
    rendering: Provider | None = None
    referring: Provider | None = None
