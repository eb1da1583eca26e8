"""What a connector can do, as small protocols; a connector offers any subset of them.

Reads answer ``Receipt``, ``Later`` or ``Refused``. Writes answer one of the four outcomes, and every write has a
look-up beside it that settles an ``Unknown``: ``Receipt`` (it is there), ``Absent`` (proven not there), or no
verdict (``Later``, ``Refused``, ``Unknown``). Nothing here retries: that is the caller's, by the outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from chartline.connect.facts import (
    ChargeFact,
    ClaimFile,
    ClaimReport,
    CoverageFact,
    EligibilityAnswer,
    EligibilityQuestion,
    Page,
    PatientDetail,
    PersonFact,
    RemittanceNotice,
    VisitFact,
)
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused
from chartline.kernel.sealed import Sealed


@dataclass(frozen=True, slots=True)
class Health:
    """The answer of a connection test."""

    ok: bool
    say: str
    do: str = ""
    code: str = ""


@runtime_checkable
class Checks(Protocol):
    """Every connector: a connection test with a plain reason."""

    def check(self) -> Health:
        """Whether the connection works now, and if not, why and what to do."""
        ...


@runtime_checkable
class ReadsChanges(Protocol):
    """Feeds of changed patients and visits, by cursor. An empty cursor asks from the beginning."""

    def changed_patients(self, cursor: str) -> Receipt[Page[PersonFact]] | Later | Refused:
        """Patients changed since the cursor; the new cursor is stored together with the rows."""
        ...

    def changed_visits(self, cursor: str) -> Receipt[Page[VisitFact]] | Later | Refused:
        """Visits changed since the cursor."""
        ...

    def patient_detail(self, vendor_id: str) -> Receipt[PatientDetail] | Absent | Later | Refused:
        """One patient with their insurance."""
        ...


@runtime_checkable
class WritesFacts(Protocol):
    """Writes patients, insurance and visits."""

    def find_patient(self, person: PersonFact) -> Looked[PersonFact]:
        """The vendor's patient with the same name and birth date, all pages read; Absent when there is none."""
        ...

    def add_patient(self, person: PersonFact) -> Outcome[str]:
        """Create a patient; the receipt holds the vendor's id. Settled by ``find_patient``."""
        ...

    def update_patient(self, before: PersonFact, after: PersonFact) -> Outcome[str]:
        """Change the fields that differ; ``before`` is what the vendor has. Settled by ``patient_detail``."""
        ...

    def add_coverage(self, patient: PersonFact, coverage: CoverageFact) -> Outcome[str]:
        """Add insurance to a patient; the receipt holds the vendor's plan id. Settled by ``patient_detail``."""
        ...

    def add_visit(self, visit: VisitFact) -> Outcome[str]:
        """Book a visit; the receipt holds the vendor's visit id. Settled by ``find_visit``."""
        ...

    def find_visit(self, visit: VisitFact) -> Looked[str]:
        """The vendor's visit of this patient at this start."""
        ...


@runtime_checkable
class SubmitsCharges(Protocol):
    """Hands the charges of a visit to the practice-management system, which bills them."""

    def save_charges(
        self, visit_vendor_id: str, patient_vendor_id: str, charges: tuple[ChargeFact, ...]
    ) -> Outcome[str]:
        """Make these the charges of the visit. Settled by ``find_charges``."""
        ...

    def find_charges(
        self, visit_vendor_id: str, patient_vendor_id: str, service_date: date, charges: tuple[ChargeFact, ...]
    ) -> Looked[str]:
        """Receipt when the visit bears exactly these charges, Absent when it bears none."""
        ...


@runtime_checkable
class ChecksCoverage(Protocol):
    """Asks payers about eligibility. A read: it may be asked again."""

    def check_coverage(self, question: EligibilityQuestion) -> Receipt[EligibilityAnswer] | Later | Refused:
        """The payer's answer; a payer's own "cannot say" is an answer with ``payer_errors``."""
        ...


@runtime_checkable
class SubmitsClaims(Protocol):
    """Takes claim files."""

    def submit_claims(self, file: ClaimFile) -> Outcome[tuple[ClaimReport, ...]]:
        """Upload a file; the receipt holds the first report on each claim. Settled by ``find_submission``."""
        ...

    def find_submission(self, file: ClaimFile) -> Looked[tuple[ClaimReport, ...]]:
        """Whether that file, by its name or its claims' references, has arrived."""
        ...


@runtime_checkable
class ReportsClaims(Protocol):
    """A feed of reports on claims, by cursor."""

    def claim_reports(self, cursor: str) -> Receipt[Page[ClaimReport]] | Later | Refused:
        """Reports since the cursor."""
        ...


@runtime_checkable
class DeliversRemittances(Protocol):
    """Lists and delivers remittance advices (835)."""

    def remittances(self, cursor: str) -> Receipt[Page[RemittanceNotice]] | Later | Refused:
        """Remittances after the cursor, seen before or not."""
        ...

    def remittance(self, vendor_id: str) -> Receipt[Sealed[bytes]] | Later | Refused:
        """The raw 835 of one remittance."""
        ...
