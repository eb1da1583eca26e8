"""What a remittance advice says, free of segments.

Amounts have the sign of the wire: a reversal (status 22) carries negative amounts, and a positive provider-level
adjustment lowers the payment. They are US dollars unless the remittance names another currency. Codes are kept as
sent, also those nobody knows.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from chartline.formats.x12.record import Address, PersonName, Record
from chartline.formats.x12.remittance.institutional import Inpatient, Outpatient, ProviderSummary
from chartline.kernel.money import Money

GUIDE = "005010X221A1"
REVERSAL = "22"


class Adjustment(msgspec.Struct, frozen=True, gc=False):
    """Why an amount was not paid as charged: CAS group (CO, PR, OA, PI, CR), reason (CARC), amount, units."""

    group: str
    reason: str
    amount: Money
    quantity: Decimal | None = None


class Reference(Record, frozen=True, gc=False):
    """A REF segment that the model has no own field for."""

    qualifier: str
    value: str


class Amount(msgspec.Struct, frozen=True, gc=False):
    """An AMT segment that the model has no own field for, such as ``I`` interest or ``AU`` covered amount."""

    qualifier: str
    amount: Money


class Quantity(msgspec.Struct, frozen=True, gc=False):
    """A QTY segment, such as ``CA`` covered days."""

    qualifier: str
    quantity: Decimal


class ProviderAdjustment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One entry of a PLB segment: money between payer and provider outside any claim.

    A positive amount lowers the payment. ``provider`` is PLB01 and ``fiscal_year_end`` PLB02.
    """

    provider: str
    fiscal_year_end: date
    reason: str
    reference: str = ""
    amount: Money


class Contact(Record, frozen=True, kw_only=True, gc=False):
    """Whom to ask (PER). ``kind``: ``BL`` technical, which the guide asks every payer to give; ``CX`` about claims;
    ``IC`` where the payer publishes its policies."""

    name: str = ""
    phone: str = ""
    email: str = ""
    url: str = ""
    extension: str = ""
    fax: str = ""
    kind: str = "BL"


class Delivery(Record, frozen=True, kw_only=True, gc=False):
    """How the advice itself travels when it does not follow the payment (RDM).

    ``method``: ``BM`` by mail, ``EM`` by e-mail, ``FT`` by file transfer, ``OL`` on line. ``to`` is an address of that
    kind.
    """

    method: str
    name: str = ""
    to: str = ""


class BankAccount(Record, frozen=True, kw_only=True, gc=False):
    """An account at a bank: ``bank`` is a routing number when ``bank_kind`` is ``01``; ``kind`` ``DA`` is checking."""

    bank: str
    account: str = ""
    bank_kind: str = "01"
    kind: str = "DA"


class Insured(Record, frozen=True, kw_only=True, gc=False):
    """A person, or an organisation, of a remittance claim with the id the payer gives.

    ``id_kind``: ``MI`` member id, ``C`` corrected member id, ``34`` social security number, ``HN``, ``II``, ``MR``.
    """

    name: PersonName
    """An organisation's name is its ``last``."""
    member_id: str = ""
    id_kind: str = "MI"
    is_organisation: bool = False


class ServiceProvider(Record, frozen=True, kw_only=True, gc=False):
    """Who gave the service, as the payer names it; the id is ``RemittanceClaim.rendering_npi``."""

    name: PersonName
    id_kind: str = "XX"
    is_organisation: bool = False


class OtherPayer(Record, frozen=True, kw_only=True, gc=False):
    """A payer that is asked before this one. ``id_kind`` ``PI`` is a payer's own number."""

    name: str
    id: str = ""
    id_kind: str = "PI"


class RemittanceLine(Record, frozen=True, gc=False):
    """One service as the payer decided it (loop 2110).

    ``qualifier`` says what ``code`` is (``HC`` procedure, ``AD`` dental, ``NU`` revenue code, ``N4`` drug);
    ``original_code`` (with qualifier and modifiers, as sent) is the service billed where the payer paid another.
    ``control`` is our line id (REF*6R), ``remarks`` are RARC codes, ``rejects`` pharmacy reject codes, ``allowed`` is
    AMT*B6.
    """

    code: str
    charged: Money
    paid: Money
    qualifier: str = "HC"
    modifiers: tuple[str, ...] = ()
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
    description: str = ""
    quantities: tuple[Quantity, ...] = ()
    rejects: tuple[str, ...] = ()

    def reference(self, qualifier: str) -> str:
        """The first reference of this kind, empty when there is none: ``LU`` location, ``G1`` prior authorization."""
        return _reference(self.references, qualifier)


class RemittanceClaim(Record, frozen=True, gc=False):
    """One claim as the payer decided it (loop 2100).

    ``status`` is CLP02 (see ``codes.CLAIM_STATUSES``), ``facility`` CLP08 (place of service), ``frequency`` CLP09.
    ``patient_responsibility`` is what the payer says, not a sum of ours. ``subscriber`` only when not the patient;
    ``corrected`` is the insured as the payer knows him or her; ``crossover_*`` is the payer the claim was passed to.
    ``remarks`` come from MOA and MIA. ``group`` is the LX number the claim stands under.
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
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    statement_from: date | None = None
    statement_through: date | None = None
    received: date | None = None
    amounts: tuple[Amount, ...] = ()
    lines: tuple[RemittanceLine, ...] = ()
    group: str = "1"
    rendering: ServiceProvider | None = None
    # What most claims do not have; the reader leaves these out together.
    crossover_name: str = ""
    crossover_id: str = ""
    crossover_id_kind: str = "PI"
    corrected_payer: OtherPayer | None = None
    """The payer that should have been asked first."""
    other_insured: Insured | None = None
    """The subscriber of another payer."""
    coverage_expired: date | None = None
    drg: str = ""
    drg_weight: Decimal | None = None
    discharge_fraction: Decimal | None = None
    inpatient: Inpatient | None = None
    outpatient: Outpatient | None = None
    contacts: tuple[Contact, ...] = ()
    quantities: tuple[Quantity, ...] = ()

    @property
    def is_reversal(self) -> bool:
        """Whether it takes back an earlier decision of the payer."""
        return self.status == REVERSAL

    @property
    def all_adjustments(self) -> tuple[Adjustment, ...]:
        """Those of the claim, then those of its lines."""
        return (*self.adjustments, *(adjustment for line in self.lines for adjustment in line.adjustments))

    def reference(self, qualifier: str) -> str:
        """The first reference of this kind, empty when there is none: ``EA`` medical record, ``F8`` original claim."""
        return _reference(self.references, qualifier)


class Remittance(Record, frozen=True, kw_only=True, gc=False):
    """One payment and what it is for (one ST to SE).

    ``handling`` is BPR01 (``I`` advice whose money comes apart, ``H`` notice only, ...), ``method`` BPR04 (``ACH``,
    ``CHK``, ``NON`` no payment), ``paid_on`` BPR16. ``trace`` (TRN02) is the check or EFT number that joins the advice
    to the bank's entry; ``originator`` (TRN03) is ``1`` and the payer's tax id. ``payer_id`` is N104, else REF*2U.
    """

    handling: str = "I"
    amount: Money
    debit: bool = False
    """BPR03 is D: money goes from the provider to the payer."""
    method: str
    payment_format: str = ""
    """BPR05 (``CCP``, ``CTX``) where it is not what is usual for the method: ``CCP`` with ``ACH``."""
    payer_account: BankAccount | None = None
    payer_company: str = ""
    """BPR10, the originator of the transfer, ``1`` and the payer's tax id."""
    payer_company_supplement: str = ""
    payee_account: BankAccount | None = None
    paid_on: date
    trace: str
    originator: str
    originator_supplement: str = ""
    """TRN04, a division of the payer."""
    currency: str = ""
    """CUR02, empty for US dollars."""
    exchange_rate: Decimal | None = None
    receiver_id: str = ""
    """REF*EV, who receives the file when it is not the payee."""
    version: str = ""
    """REF*F2, the payer's system."""
    produced_on: date | None = None
    payer_name: str
    payer_id: str = ""
    payer_id_kind: str = "XV"
    """``XV`` when ``payer_id`` stands in N104, ``2U`` when in REF*2U."""
    payer_address: Address | None = None
    payer_references: tuple[Reference, ...] = ()
    payer_contact: Contact | None = None
    """The technical contact."""
    payer_contacts: tuple[Contact, ...] = ()
    """All others."""
    payee_name: str
    payee_npi: str = ""
    payee_tax_id: str = ""
    payee_plan_id: str = ""
    payee_address: Address | None = None
    payee_references: tuple[Reference, ...] = ()
    delivery: Delivery | None = None
    claims: tuple[RemittanceClaim, ...] = ()
    summaries: tuple[ProviderSummary, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()


class RemittanceEnd(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What follows the claims of a remittance, when it is read claim by claim.

    ``claims`` is how many claims came. Only now is the remittance known to be whole.
    """

    claims: int
    summaries: tuple[ProviderSummary, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()


def _reference(references: tuple[Reference, ...], qualifier: str) -> str:
    return next((one.value for one in references if one.qualifier == qualifier), "")
