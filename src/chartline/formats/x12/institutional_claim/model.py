"""What an institutional claim says (the UB-04 on the wire), free of segments.

Values are as they travel: codes without dots, ids as text, money in US dollars. Every class is masked, because all of
it identifies a patient or a practice.
"""

from __future__ import annotations

from datetime import date

from chartline.formats.x12.claim_parts.coverage import OtherCoverage
from chartline.formats.x12.claim_parts.parties import (
    BillingProvider,
    Patient,
    Provider,
    Receiver,
    ServiceFacility,
    Submitter,
    Subscriber,
)
from chartline.formats.x12.claim_parts.values import (
    Attachment,
    ConditionIndicator,
    Contract,
    Note,
    Reference,
    Repricing,
)
from chartline.formats.x12.institutional_claim.codes import (
    Diagnosis,
    Occurrence,
    OccurrenceSpan,
    Procedure,
    ValueAmount,
)
from chartline.formats.x12.institutional_claim.line import RevenueLine
from chartline.formats.x12.record import Record
from chartline.kernel.money import Money

GUIDE = "005010X223A2"


class InstitutionalClaim(Record, frozen=True, gc=False):
    """One claim with everybody in it.

    ``facility_code`` is CLM05-1, the two middle digits of the bill type (``11`` hospital inpatient, ``13`` outpatient),
    ``frequency`` its last one: ``1`` whole stay, ``2`` to ``4`` parts of it, ``7`` replacement, ``8`` void; the last
    two need ``payer_control_number`` (REF*F8). ``statement_from`` and ``statement_through`` are the days billed.
    ``patient_status`` is CL103, where the patient went; ``admission_type`` CL101, ``admission_source`` CL102.
    Times are HHMM. ``reference`` is CLM01, at most 20 characters.
    """

    submitter: Submitter
    receiver: Receiver
    billing: BillingProvider
    subscriber: Subscriber
    reference: str
    total: Money
    facility_code: str
    statement_from: date
    statement_through: date
    patient_status: str
    principal: Diagnosis
    lines: tuple[RevenueLine, ...]
    patient: Patient | None = None
    attending: Provider | None = None
    frequency: str = "1"
    intermediary_reference: str = ""
    payer_control_number: str = ""
    prior_authorization: str = ""
    medical_record: str = ""
    assignment: str = "A"
    benefits_assigned: str = "Y"
    release: str = "Y"
    diagnoses: tuple[Diagnosis, ...] = ()
    """All but the principal one, at most 24."""
    admission_type: str = ""
    admission_source: str = ""
    other_coverages: tuple[OtherCoverage, ...] = ()
    # What most claims do not have; the reader sets these only where they came.
    delay_reason: str = ""
    admission: date | None = None
    admission_time: str = ""
    discharge_time: str = ""
    repricer_received: date | None = None
    attachments: tuple[Attachment, ...] = ()
    contract: Contract | None = None
    patient_due: Money | None = None
    """AMT*F3, what the patient is expected to owe."""
    referral: str = ""
    accident_state: str = ""
    """REF*LU, the state of a car accident."""
    references: tuple[Reference, ...] = ()
    """Numbers without a field of their own: ``4N``, ``9A`` and ``9C`` repricer, ``LX`` investigational device, ``P4``
    demonstration, ``G4`` peer review."""
    file_information: tuple[str, ...] = ()
    """K3"""
    notes: tuple[Note, ...] = ()
    """``ADD`` is the billing note; all other kinds describe the care."""
    conditions: tuple[ConditionIndicator, ...] = ()
    icd_version: int = 10
    """9 for services before October 2015, and where a payer outside HIPAA still asks for it."""
    admitting: str = ""
    """The admitting diagnosis."""
    reasons_for_visit: tuple[str, ...] = ()
    external_causes: tuple[Diagnosis, ...] = ()
    drg: str = ""
    principal_procedure: Procedure | None = None
    procedures: tuple[Procedure, ...] = ()
    """All but the principal one, at most 24."""
    occurrence_spans: tuple[OccurrenceSpan, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    values: tuple[ValueAmount, ...] = ()
    condition_codes: tuple[str, ...] = ()
    treatment_codes: tuple[str, ...] = ()
    repricing: Repricing | None = None
    operating: Provider | None = None
    other_operating: Provider | None = None
    rendering: Provider | None = None
    facility: ServiceFacility | None = None
    referring: Provider | None = None

    @property
    def bill_type(self) -> str:
        """The four digits of the bill form: ``0111``."""
        return f"0{self.facility_code}{self.frequency}"
