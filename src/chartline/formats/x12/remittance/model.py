"""What a remittance advice says, free of segments.

All money is in US dollars with the sign of the wire: a reversal (status 22) carries negative amounts, and a positive
provider-level adjustment lowers the payment. Codes are kept as sent, also those nobody knows.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from chartline.formats.x12.record import Address, PersonName, Record
from chartline.kernel.money import Money

GUIDE = "005010X221A1"
REVERSAL = "22"


class Adjustment(msgspec.Struct, frozen=True):
    """Why an amount was not paid as charged: CAS group (CO, PR, OA, PI, CR), reason (CARC), amount, units."""

    group: str
    reason: str
    amount: Money
    quantity: Decimal | None = None


class Reference(Record, frozen=True):
    """A REF segment that the model has no own field for."""

    qualifier: str
    value: str


class Amount(msgspec.Struct, frozen=True):
    """An AMT segment that the model has no own field for, such as ``I`` interest or ``AU`` covered amount."""

    qualifier: str
    amount: Money


class ProviderAdjustment(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a PLB segment: money between payer and provider outside any claim.

    A positive amount lowers the payment. ``provider`` is PLB01 and ``fiscal_year_end`` PLB02.
    """

    provider: str
    fiscal_year_end: date
    reason: str
    reference: str = ""
    amount: Money


class Contact(Record, frozen=True, kw_only=True):
    """The payer's technical contact (PER*BL), which the guide asks every payer to give."""

    name: str = ""
    phone: str = ""
    email: str = ""
    url: str = ""


class Insured(Record, frozen=True, kw_only=True):
    """A person of a remittance claim with the member id the payer gives."""

    name: PersonName
    member_id: str = ""


class RemittanceLine(Record, frozen=True, kw_only=True):
    """One service as the payer decided it (loop 2110).

    ``qualifier`` says what ``code`` is (``HC`` procedure, ``AD`` dental, ``NU`` revenue code, ``N4`` drug);
    ``original_code`` (with qualifier and modifiers, as sent) is the service billed where the payer paid another.
    ``control`` is our line id (REF*6R), ``remarks`` are RARC codes, ``allowed`` is AMT*B6.
    """

    code: str
    qualifier: str = "HC"
    modifiers: tuple[str, ...] = ()
    charged: Money
    paid: Money
    revenue_code: str = ""
    units: Decimal = Decimal(1)
    original_code: tuple[str, ...] = ()
    original_units: Decimal | None = None
    service_date: date | None = None
    service_through: date | None = None
    adjustments: tuple[Adjustment, ...] = ()
    control: str = ""
    references: tuple[Reference, ...] = ()
    allowed: Money | None = None
    amounts: tuple[Amount, ...] = ()
    remarks: tuple[str, ...] = ()


class RemittanceClaim(Record, frozen=True, kw_only=True):
    """One claim as the payer decided it (loop 2100).

    ``status`` is CLP02 (see ``codes.CLAIM_STATUSES``), ``facility`` CLP08 (place of service), ``frequency`` CLP09.
    ``patient_responsibility`` is what the payer says, not a sum of ours. ``subscriber`` only when not the patient;
    ``corrected`` is the insured as the payer knows him or her; ``crossover_*`` is the payer the claim was passed to.
    ``remarks`` come from MOA and MIA.
    """

    patient_control_number: str
    status: str
    charged: Money
    paid: Money
    patient_responsibility: Money | None = None
    filing: str = ""
    payer_control_number: str = ""
    facility: str = ""
    frequency: str = ""
    patient: Insured | None = None
    subscriber: Insured | None = None
    corrected: Insured | None = None
    rendering_npi: str = ""
    crossover_name: str = ""
    crossover_id: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    statement_from: date | None = None
    statement_through: date | None = None
    received: date | None = None
    amounts: tuple[Amount, ...] = ()
    lines: tuple[RemittanceLine, ...] = ()

    @property
    def is_reversal(self) -> bool:
        """Whether it takes back an earlier decision of the payer."""
        return self.status == REVERSAL

    @property
    def all_adjustments(self) -> tuple[Adjustment, ...]:
        """Those of the claim, then those of its lines."""
        return (*self.adjustments, *(adjustment for line in self.lines for adjustment in line.adjustments))


class Remittance(Record, frozen=True, kw_only=True):
    """One payment and what it is for (one ST to SE).

    ``handling`` is BPR01 (``I`` payment and advice, ``H`` advice only, ...), ``method`` BPR04 (``ACH``, ``CHK``,
    ``NON`` no payment), ``paid_on`` BPR16. ``trace`` (TRN02) is the check or EFT number that joins the advice to the
    bank's entry; ``originator`` (TRN03) is ``1`` and the payer's tax id. ``payer_id`` is N104, else REF*2U.
    """

    handling: str = "I"
    amount: Money
    debit: bool = False
    """BPR03 is D: money goes from the provider to the payer."""
    method: str
    paid_on: date
    trace: str
    originator: str
    produced_on: date | None = None
    payer_name: str
    payer_id: str = ""
    payer_address: Address | None = None
    payer_contact: Contact | None = None
    payee_name: str
    payee_npi: str = ""
    payee_tax_id: str = ""
    payee_address: Address | None = None
    claims: tuple[RemittanceClaim, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
