"""Single facts of a claim that are more than a text: dates with their meaning, notes, attachments, conditions.

Codes are as sent. Nothing here is checked against a code list.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.record import Record
from chartline.kernel.money import Money


class Reference(Record, frozen=True, gc=False):
    """A number with its kind (REF01, REF02). ``payer`` is whose number it is, where a line says so (REF04)."""

    qualifier: str
    value: str
    payer: str = ""


class QualifiedDate(Record, frozen=True, gc=False):
    """A day, or days up to ``through``, with the meaning as a code (DTP01). ``time`` is HHMM where one was given."""

    qualifier: str
    day: date
    through: date | None = None
    time: str = ""


class Note(Record, frozen=True, gc=False):
    """Free text with its purpose (NTE01): ``ADD`` information, ``CER`` certification, ``TPO`` for the next payer."""

    kind: str
    text: str


class Contact(Record, frozen=True, kw_only=True, gc=False):
    """Whom to ask (PER*IC). Phone and fax are ten digits."""

    name: str = ""
    phone: str = ""
    extension: str = ""
    email: str = ""
    fax: str = ""


class Attachment(Record, frozen=True, gc=False):
    """Paper or a file that belongs to the claim (PWK).

    ``kind`` is PWK01 (``OZ`` support data, ``B3`` physician order ...), ``transmission`` PWK02 (``EL`` electronic,
    ``FX`` fax, ``AA`` available on request ...), ``control`` PWK06, the number that joins the two.
    """

    kind: str
    transmission: str
    control: str = ""


class Contract(Record, frozen=True, kw_only=True, gc=False):
    """The terms between provider and payer (CN1). Percentages are numbers such as ``Decimal("80")``."""

    kind: str
    amount: Money | None = None
    percent: Decimal | None = None
    code: str = ""
    discount: Decimal | None = None
    version: str = ""


class ConditionIndicator(Record, frozen=True, gc=False):
    """Conditions that do or do not apply (CRC), up to five codes of one category.

    Categories: ``07`` ambulance, ``E1`` to ``E3`` glasses and lenses, ``75`` homebound, ``ZZ`` child screening (EPSDT)
    referral, ``70`` hospice, ``09`` durable equipment.
    """

    category: str
    applies: bool
    codes: tuple[str, ...]


class AmbulanceTrip(Record, frozen=True, kw_only=True, gc=False):
    """A transport (CR1): the patient's weight in pounds, the reason (CR104), the distance in miles."""

    reason: str
    distance: Decimal
    weight: Decimal | None = None
    round_trip: str = ""
    """CR109, why there and back."""
    stretcher: str = ""
    """CR110, why on a stretcher."""


class SpinalManipulation(Record, frozen=True, kw_only=True, gc=False):
    """The condition under chiropractic care (CR208) and its description."""

    condition: str
    description: str = ""
    more: str = ""


class Repricing(Record, frozen=True, kw_only=True, gc=False):
    """What a repricing organisation made of a charge (HCP)."""

    method: str
    allowed: Money
    savings: Money | None = None
    organisation: str = ""
    rate: Decimal | None = None
    group: str = ""
    """HCP06, a patient group (APG or DRG)."""
    group_amount: Money | None = None
    revenue_code: str = ""
    qualifier: str = ""
    code: str = ""
    unit: str = ""
    units: Decimal | None = None
    rejection: str = ""
    compliance: str = ""
    exception: str = ""


class Drug(Record, frozen=True, kw_only=True, gc=False):
    """A drug of a line (LIN, CTP): ``qualifier`` ``N4`` is an 11-digit NDC.

    ``unit`` is ``UN``, ``ML``, ``GR``, ``ME`` or ``F2``; ``prescription_kind`` ``XZ`` prescription, ``VY`` link to
    the compound.
    """

    code: str
    quantity: Decimal
    unit: str = "UN"
    qualifier: str = "N4"
    prescription: str = ""
    prescription_kind: str = "XZ"


class ProviderNumber(Record, frozen=True, gc=False):
    """A provider of whom only numbers are sent."""

    npi: str = ""
    is_organisation: bool = False
    ids: tuple[Reference, ...] = ()


class Measurement(Record, frozen=True, gc=False):
    """A measured value (MEA): ``R1`` hemoglobin, ``R2`` hematocrit, ``R4`` creatinine, ``HT`` height."""

    kind: str
    what: str
    value: Decimal


class FormAnswer(Record, frozen=True, kw_only=True, gc=False):
    """One answer of a certificate (FRM): yes or no, a text, a day or a percentage."""

    question: str
    choice: str = ""
    text: str = ""
    day: date | None = None
    percent: Decimal | None = None


class Form(Record, frozen=True, gc=False):
    """A certificate that a line carries (LQ): ``UT`` Medicare's forms, ``AS`` others."""

    kind: str
    code: str
    answers: tuple[FormAnswer, ...]
