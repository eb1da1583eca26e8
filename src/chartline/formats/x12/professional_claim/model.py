"""What a professional claim says, free of segments.

Values are as they travel: codes without dots, ids as text, money in US dollars. Every class is masked, because all of
it identifies a patient or a practice.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.record import Address, PersonName, Record
from chartline.kernel.money import Money

GUIDE = "005010X222A1"


class Submitter(Record, frozen=True, kw_only=True):
    """Who sends the file (loop 1000A). At least one of ``phone`` (10 digits) and ``email`` must be given."""

    name: str
    id: str
    contact: str = ""
    phone: str = ""
    email: str = ""


class Receiver(Record, frozen=True, kw_only=True):
    """Who receives the file, a clearinghouse or a payer (loop 1000B)."""

    name: str
    id: str


class BillingProvider(Record, frozen=True, kw_only=True):
    """Who is paid (loop 2010AA). A ``first`` name makes it a person; otherwise ``name`` is an organisation.

    ``tax_id_kind`` is ``EI`` (employer number) or ``SY`` (social security number), as REF01 has it.
    """

    name: str
    first: str = ""
    npi: str
    tax_id: str
    tax_id_kind: str = "EI"
    taxonomy: str = ""
    address: Address


class Subscriber(Record, frozen=True, kw_only=True):
    """The insured person and the payer (loops 2000B, 2010BA, 2010BB).

    The guide asks for ``born``, ``sex`` (``F``, ``M``, ``U``) and ``address`` when the subscriber is the patient;
    leave them out otherwise. ``order`` is SBR01: ``P`` primary, ``S`` secondary, ``T`` tertiary. ``filing`` is the
    claim filing indicator (SBR09).
    """

    name: PersonName
    member_id: str
    born: date | None = None
    sex: str = ""
    address: Address | None = None
    group: str = ""
    order: str = "P"
    filing: str
    payer_name: str
    payer_id: str


class Patient(Record, frozen=True, kw_only=True):
    """A patient who is not the subscriber (loop 2000C). ``relationship`` is PAT01: ``01`` spouse, ``19`` child,
    ``20`` employee, ``21`` unknown, ``39`` organ donor, ``40`` cadaver donor, ``53`` life partner, ``G8`` other.
    """

    name: PersonName
    born: date
    sex: str
    address: Address
    relationship: str


class RenderingProvider(Record, frozen=True, kw_only=True):
    """Who gave the care, where it is not the billing provider (loop 2310B)."""

    name: PersonName
    npi: str
    taxonomy: str = ""


class ServiceLine(Record, frozen=True, kw_only=True):
    """One charge (loop 2400). ``pointers`` count the claim's diagnoses from 1; ``unit`` is ``UN`` or ``MJ`` (minutes).

    ``control`` (REF*6R, at most 30 characters) comes back in the remittance; some clearinghouses keep only 12.
    ``place_of_service`` only where it differs from the claim's.
    """

    code: str
    modifiers: tuple[str, ...] = ()
    charge: Money
    units: Decimal = Decimal(1)
    unit: str = "UN"
    pointers: tuple[int, ...]
    date: date
    through: date | None = None
    control: str = ""
    place_of_service: str = ""


class ProfessionalClaim(Record, frozen=True, kw_only=True):
    """One claim with everybody in it.

    ``reference`` is CLM01 (at most 20 characters: payers need not return more); ``intermediary_reference`` is REF*D9,
    the number a clearinghouse returns; ``frequency`` is 1 original, 7 replacement, 8 void, and the last two need
    ``payer_control_number`` (REF*F8). ``assignment`` is CLM07 (``A`` assigned, ``B`` laboratory only, ``C`` not),
    ``benefits_assigned`` CLM08 (``Y``, ``N``, ``W``), ``release`` CLM09 (``Y`` signed, ``I`` informed consent).
    ``diagnoses`` are up to 12 ICD-10-CM codes without dots, the principal one first.
    """

    submitter: Submitter
    receiver: Receiver
    billing: BillingProvider
    subscriber: Subscriber
    patient: Patient | None = None
    rendering: RenderingProvider | None = None
    reference: str
    intermediary_reference: str = ""
    total: Money
    place_of_service: str
    frequency: str = "1"
    payer_control_number: str = ""
    prior_authorization: str = ""
    provider_signature: bool = True
    assignment: str = "A"
    benefits_assigned: str = "Y"
    release: str = "Y"
    diagnoses: tuple[str, ...]
    lines: tuple[ServiceLine, ...]
