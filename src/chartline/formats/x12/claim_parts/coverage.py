"""Other payers of a claim and what they have decided: the coordination of benefits.

A claim for the second payer carries the first one's decision. Adjustments are those of the remittance, so that what an
835 said can be handed on as it is. Nothing is added up here.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.claim_parts.values import Reference
from chartline.formats.x12.record import Address, PersonName, Record
from chartline.formats.x12.remittance.institutional import Inpatient, Outpatient
from chartline.formats.x12.remittance.model import Adjustment
from chartline.kernel.money import Money


class ProviderAtPayer(Record, frozen=True, gc=False):
    """The other payer's own numbers for a provider (loops 2330C and on). ``role`` is NM101 (``82`` rendering)."""

    role: str
    ids: tuple[Reference, ...]
    is_organisation: bool = False


class OtherCoverage(Record, frozen=True, kw_only=True, gc=False):
    """Another payer of the patient (loops 2320 and 2330).

    ``order`` and ``filing`` as in ``Subscriber``; ``relationship`` is the patient's to this subscriber, ``18`` self.
    ``paid`` is AMT*D, ``not_covered`` AMT*A8, ``remaining`` AMT*EAF (what the patient still owes). ``remarks`` are RARC
    codes; they travel with ``inpatient`` if there is one, else with ``outpatient``. ``benefits_assigned`` is OI03,
    ``signature_source`` OI04, ``release`` OI06.
    """

    order: str = "P"
    relationship: str = "18"
    group: str = ""
    group_name: str = ""
    insurance_type: str = ""
    filing: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    paid: Money | None = None
    not_covered: Money | None = None
    remaining: Money | None = None
    benefits_assigned: str = "Y"
    signature_source: str = ""
    release: str = "Y"
    remarks: tuple[str, ...] = ()
    outpatient: Outpatient | None = None
    inpatient: Inpatient | None = None
    name: PersonName
    is_organisation: bool = False
    member_id: str
    member_id_kind: str = "MI"
    address: Address | None = None
    ids: tuple[Reference, ...] = ()
    payer_name: str
    payer_id: str
    payer_id_kind: str = "PI"
    payer_address: Address | None = None
    paid_on: date | None = None
    payer_control_number: str = ""
    """REF*F8, the number under which the other payer decided the claim."""
    prior_authorization: str = ""
    referral: str = ""
    is_adjusted: bool = False
    """REF*T4: the other payer has changed an earlier decision."""
    payer_ids: tuple[Reference, ...] = ()
    providers: tuple[ProviderAtPayer, ...] = ()


class LineAdjudication(Record, frozen=True, kw_only=True, gc=False):
    """What another payer decided about a line (loop 2430). ``payer_id`` names an ``OtherCoverage``.

    ``bundled_line`` is SVD06, the line that this one was paid with; ``remaining`` is AMT*EAF.
    """

    payer_id: str
    paid: Money
    qualifier: str = "HC"
    code: str
    modifiers: tuple[str, ...] = ()
    description: str = ""
    revenue_code: str = ""
    units: Decimal = Decimal(1)
    bundled_line: int | None = None
    adjustments: tuple[Adjustment, ...] = ()
    paid_on: date | None = None
    """The guide asks for it."""
    remaining: Money | None = None
