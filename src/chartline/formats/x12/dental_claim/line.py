"""One dental service (loop 2400)."""

from __future__ import annotations

import datetime
from decimal import Decimal

from chartline.formats.x12.claim_parts.coverage import LineAdjudication
from chartline.formats.x12.claim_parts.parties import Provider, ServiceFacility
from chartline.formats.x12.claim_parts.values import Contract, QualifiedDate, Reference, Repricing
from chartline.formats.x12.record import Record
from chartline.kernel.money import Money


class Tooth(Record, frozen=True, gc=False):
    """A tooth in the universal numbering (``1`` to ``32``, ``A`` to ``T``) and its surfaces: ``M`` mesial, ``O``
    occlusal, ``D`` distal, ``B`` buccal, ``L`` lingual, ``F`` facial, ``I`` incisal."""

    number: str
    surfaces: tuple[str, ...] = ()


class DentalLineDates(Record, frozen=True, kw_only=True, gc=False):
    """What happened when, beside the service itself (DTP of loop 2400)."""

    earlier_placement: datetime.date | None = None
    """DTP*441, of the prosthesis that is replaced."""
    earlier_placement_estimated: datetime.date | None = None
    """DTP*139, where the exact day is not known."""
    appliance_placed: datetime.date | None = None
    appliance_replaced: datetime.date | None = None
    treatment_began: datetime.date | None = None
    treatment_completed: datetime.date | None = None
    other: tuple[QualifiedDate, ...] = ()


NO_DATES = DentalLineDates()


class DentalLine(Record, frozen=True, gc=False):
    """One service. ``areas`` are up to five parts of the mouth (``00`` whole, ``01`` upper, ``02`` lower, ``10`` upper
    right, ``20`` upper left, ``30`` lower left, ``40`` lower right); ``prosthesis`` is ``I`` first, ``R`` replacement.

    ``date`` may stand at the claim instead. ``pointers`` count the claim's diagnoses from 1. ``control`` (REF*6R, at
    most 30 characters) comes back in the remittance.
    """

    code: str
    charge: Money
    date: datetime.date | None = None
    through: datetime.date | None = None
    modifiers: tuple[str, ...] = ()
    teeth: tuple[Tooth, ...] = ()
    areas: tuple[str, ...] = ()
    units: Decimal = Decimal(1)
    place_of_service: str = ""
    prosthesis: str = ""
    pointers: tuple[int, ...] = ()
    control: str = ""
    adjudications: tuple[LineAdjudication, ...] = ()
    qualifier: str = "AD"
    description: str = ""
    # What most lines do not have; the reader sets these only where they came.
    dates: DentalLineDates = NO_DATES
    contract: Contract | None = None
    references: tuple[Reference, ...] = ()
    """``G3`` predetermination, ``G1`` prior authorization, ``9F`` referral, ``9B`` and ``9D`` repricer."""
    sales_tax: Money | None = None
    file_information: tuple[str, ...] = ()
    repricing: Repricing | None = None
    rendering: Provider | None = None
    assistant: Provider | None = None
    supervising: Provider | None = None
    facility: ServiceFacility | None = None
