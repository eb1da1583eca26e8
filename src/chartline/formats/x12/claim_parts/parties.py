"""The people and organisations of a claim.

Everything beyond the names that every claim needs has a default, so that a plain claim stays short to write.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.claim_parts.values import Contact, Reference
from chartline.formats.x12.record import Address, PersonName, Record


class Submitter(Record, frozen=True, kw_only=True, gc=False):
    """Who sends the file (loop 1000A). At least one of ``phone`` (10 digits) and ``email`` must be given."""

    name: str
    id: str
    contact: str = ""
    phone: str = ""
    email: str = ""


class Receiver(Record, frozen=True, kw_only=True, gc=False):
    """Who receives the file, a clearinghouse or a payer (loop 1000B)."""

    name: str
    id: str


class PayToPlan(Record, frozen=True, kw_only=True, gc=False):
    """A plan that wants its money back from the payer (loop 2010AC). ``id_kind`` is ``PI`` or ``XV``."""

    name: str
    id: str
    id_kind: str = "PI"
    address: Address
    tax_id: str
    ids: tuple[Reference, ...] = ()


class BillingProvider(Record, frozen=True, kw_only=True, gc=False):
    """Who is paid (loops 2000A to 2010AC). A ``first`` name makes it a person; otherwise ``name`` is an organisation.

    ``tax_id_kind`` is ``EI`` (employer number) or ``SY`` (social security number), as REF01 has it. ``pay_to`` is where
    money is to go, if not to ``address``. ``ids`` are state licences (``0B``) and UPINs (``1G``).
    """

    name: str
    first: str = ""
    middle: str = ""
    suffix: str = ""
    npi: str
    tax_id: str
    tax_id_kind: str = "EI"
    taxonomy: str = ""
    address: Address
    ids: tuple[Reference, ...] = ()
    contacts: tuple[Contact, ...] = ()
    currency: str = ""
    pay_to: Address | None = None
    pay_to_plan: PayToPlan | None = None


class Provider(Record, frozen=True, gc=False):
    """Somebody who took part in the care, at the claim or at a line.

    An organisation's name is its ``name.last``. ``ids`` are other ids (``0B`` licence, ``1G`` UPIN, ``G2`` the payer's
    number, ``LU`` location). Address and contact are sent only of an ordering provider at a line.
    """

    name: PersonName
    npi: str = ""
    taxonomy: str = ""
    is_organisation: bool = False
    ids: tuple[Reference, ...] = ()
    address: Address | None = None
    contact: Contact | None = None


class ServiceFacility(Record, frozen=True, gc=False):
    """Where the service was given, if not at the billing provider's address."""

    name: str
    address: Address
    npi: str = ""
    ids: tuple[Reference, ...] = ()
    contact: Contact | None = None


class Subscriber(Record, frozen=True, gc=False):
    """The insured person and the payer (loops 2000B, 2010BA, 2010BB).

    The guide asks for ``born``, ``sex`` (``F``, ``M``, ``U``) and ``address`` when the subscriber is the patient;
    leave them out otherwise. ``order`` is SBR01: ``P`` primary, ``S`` secondary, ``T`` tertiary. ``filing`` is the
    claim filing indicator (SBR09). ``insurance_type`` (SBR05) says why Medicare is not primary. ``ids`` are the social
    security number (``SY``) and the number of a property and casualty claim (``Y4``); ``payer_ids`` the payer's other
    ids (``2U``, ``EI``, ``FY``, ``NF``) and the billing provider's number with it (``G2``, ``LU``).
    """

    name: PersonName
    member_id: str
    filing: str
    payer_name: str
    payer_id: str
    born: date | None = None
    sex: str = ""
    address: Address | None = None
    group: str = ""
    order: str = "P"
    payer_address: Address | None = None
    payer_ids: tuple[Reference, ...] = ()
    payer_id_kind: str = "PI"
    ids: tuple[Reference, ...] = ()
    group_name: str = ""
    insurance_type: str = ""
    member_id_kind: str = "MI"
    is_organisation: bool = False
    died: date | None = None
    weight: Decimal | None = None
    """In pounds (PAT08)."""
    is_pregnant: bool = False
    contact: Contact | None = None
    """About a property and casualty claim."""


class Patient(Record, frozen=True, gc=False):
    """A patient who is not the subscriber (loop 2000C). ``relationship`` is PAT01: ``01`` spouse, ``19`` child,
    ``20`` employee, ``21`` unknown, ``39`` organ donor, ``40`` cadaver donor, ``53`` life partner, ``G8`` other.

    ``ids`` are for property and casualty claims: ``Y4`` claim, ``1W`` member, ``SY`` social security number.
    """

    name: PersonName
    born: date
    sex: str
    address: Address
    relationship: str
    ids: tuple[Reference, ...] = ()
    died: date | None = None
    weight: Decimal | None = None
    is_pregnant: bool = False
    contact: Contact | None = None
