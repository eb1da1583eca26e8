"""What a connector can do, as small protocols; a connector offers any subset of them.

Reads answer ``Receipt``, ``Later`` or ``Refused``. Writes answer one of the four outcomes, and every write has a
look-up beside it that settles an ``Unknown``: ``Receipt`` (it is there), ``Absent`` (proven not there), or no
verdict (``Later``, ``Refused``, ``Unknown``). Nothing here retries: that is the caller's, by the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol, runtime_checkable

from chartline.connect.facts import (
    ChargeFact,
    ClaimFile,
    ClaimReport,
    CoverageFact,
    EligibilityAnswer,
    EligibilityQuestion,
    HookEvent,
    LookupEntry,
    LookupKind,
    NoteFact,
    Page,
    PatientDetail,
    PaymentFact,
    PersonFact,
    PostedCharge,
    PostedPayment,
    RemittanceNotice,
    VisitClaimFact,
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


@dataclass(frozen=True, slots=True)
class SessionState:
    """A session with a vendor: when it was opened, and when it has to be renewed."""

    opened: datetime
    expires: datetime


@runtime_checkable
class TellsSession(Protocol):
    """Says how long the present session lives, and drops it when a person asks for that."""

    def session(self) -> SessionState | None:
        """The kept session, without asking the vendor; None when there is none."""
        ...

    def reset(self) -> None:
        """Drop the kept session, and that the credentials were refused: the next call signs in anew."""
        ...


@runtime_checkable
class Rehearses(Protocol):
    """Can be put before recorded answers without a live session."""

    def stand_in(self) -> Mapping[str, Sealed[str]]:
        """Values to be recalled in place of a session. They open nothing at the vendor."""
        ...


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
class StartsFeeds(Protocol):
    """Feeds that can be read from a moment on."""

    def cursor_at(self, moment: datetime) -> str:
        """The cursor with which a feed begins at a moment."""
        ...


@runtime_checkable
class ReadsDays(Protocol):
    """Visits of one day of the office, asked for without a cursor: for catching up and for comparing."""

    def visits_on(self, day: date) -> Receipt[tuple[VisitFact, ...]] | Later | Refused:
        """Every visit of an office day, whatever its state."""
        ...


@runtime_checkable
class TakesCensus(Protocol):
    """Says which records the vendor has, as cheaply as it can: what the counts of both sides are compared by."""

    def present(self, kind: Literal["patient", "visit"], since: date) -> Receipt[frozenset[str]] | Later | Refused:
        """The vendor's ids of all records that are not deleted there; visits from ``since`` on."""
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
class ChangesCoverage(Protocol):
    """Changes insurance that the vendor has already."""

    def update_coverage(self, patient: PersonFact, before: CoverageFact, after: CoverageFact) -> Outcome[str]:
        """Change what differs; an end date ends the plan. The receipt holds the plan's id. Settled by
        ``patient_detail``."""
        ...


@runtime_checkable
class ChangesVisits(Protocol):
    """Changes visits that the vendor has already. ``read_visit`` settles an Unknown of all three."""

    def move_visit(self, before: VisitFact, after: VisitFact) -> Outcome[str]:
        """Another start, length, column or provider; the receipt holds the visit's id, which may be a new one."""
        ...

    def cancel_visit(self, visit: VisitFact) -> Outcome[str]:
        """Cancel it; ``visit.cancel_reason`` goes along only as a code the vendor knows."""
        ...

    def no_show_visit(self, visit: VisitFact) -> Outcome[str]:
        """Say that the patient did not come."""
        ...

    def read_visit(self, visit: VisitFact) -> Looked[VisitFact]:
        """The visit with this ``vendor_id`` as the vendor has it now; ``visit.start`` says on which day to look."""
        ...


@runtime_checkable
class ReadsCharges(Protocol):
    """Reads the charges that stand at a practice system, and takes wrong ones off."""

    def charges_on(
        self, visit_vendor_id: str, patient_vendor_id: str, service_date: date
    ) -> Receipt[tuple[PostedCharge, ...]] | Later | Refused:
        """All charges of a visit, voided ones included."""
        ...

    def add_charges(
        self, visit_vendor_id: str, patient_vendor_id: str, service_date: date, charges: tuple[ChargeFact, ...]
    ) -> Outcome[str]:
        """Add charges to those that stand there. Settled by ``charges_on``."""
        ...

    def void_charges(
        self, visit_vendor_id: str, patient_vendor_id: str, charge_vendor_ids: tuple[str, ...]
    ) -> Outcome[str]:
        """Void charges. Settled by ``charges_on``."""
        ...


@runtime_checkable
class AsksPlans(Protocol):
    """Eligibility in two steps through a practice system: ask now, have the answer later."""

    def ask_plan(self, patient_vendor_id: str, coverage_vendor_id: str, service_type: str) -> Outcome[str]:
        """Have the payer asked; the receipt holds the number of the question. Asking twice does no harm but costs."""
        ...

    def plan_answer(self, question_id: str) -> Receipt[EligibilityAnswer] | Later | Refused:
        """The payer's answer, or ``Later`` while it is not there."""
        ...


@runtime_checkable
class LooksUp(Protocol):
    """Reads the vendor's own lists: providers, facilities, carriers, codes."""

    def lookup(self, kind: LookupKind, text: str, cursor: str = "") -> Receipt[Page[LookupEntry]] | Later | Refused:
        """Rows whose code or name begins with ``text``, a page at a time; empty text means all.

        Refused with ``connect.no_such_list`` for a list the vendor has not got.
        """
        ...


@runtime_checkable
class PostsPayments(Protocol):
    """Enters payments at a practice system. Vendors give no protection against posting twice: look first."""

    def post_payment(self, payment: PaymentFact) -> Outcome[str]:
        """Enter a payment; the receipt holds the vendor's id, or our reference where the vendor answers none."""
        ...

    def find_payment(self, payment: PaymentFact) -> Looked[str]:
        """The payment of this patient, payer, amount, check number and day, if there is exactly one."""
        ...

    def payments_of(
        self, patient_vendor_id: str, first: date, last: date
    ) -> Receipt[tuple[PostedPayment, ...]] | Later | Refused:
        """What was paid for a patient between two days."""
        ...

    def payment_codes(self) -> Receipt[tuple[LookupEntry, ...]] | Later | Refused:
        """The vendor's kinds of payment."""
        ...


@runtime_checkable
class ReportsVisitClaims(Protocol):
    """Says how the claims stand that a practice system made from our charges."""

    def visit_claims(self, visit_vendor_id: str) -> Receipt[tuple[VisitClaimFact, ...]] | Later | Refused:
        """The claims of a visit."""
        ...


@runtime_checkable
class ExchangesNotes(Protocol):
    """Clinical notes. A connector offers this only when the practice has switched it on for the connection."""

    def notes_of(self, patient_vendor_id: str, since: date) -> Receipt[tuple[NoteFact, ...]] | Later | Refused:
        """Notes of a patient from a day on."""
        ...

    def changed_notes(self, template: str, cursor: str) -> Receipt[Page[NoteFact]] | Later | Refused:
        """Notes of one template changed since the cursor."""
        ...

    def note_templates(self) -> Receipt[tuple[LookupEntry, ...]] | Later | Refused:
        """The practice's templates."""
        ...

    def add_note(self, note: NoteFact) -> Outcome[str]:
        """Add a note; the receipt holds its id. Settled by ``notes_of``."""
        ...


@runtime_checkable
class ReceivesHooks(Protocol):
    """Reads what a vendor sends us of its own accord."""

    def hook(self, headers: Mapping[str, str], body: Sealed[bytes]) -> tuple[HookEvent, ...] | Refused:
        """What happened there. Refused when the signature does not fit. Header names are lower case."""
        ...


@runtime_checkable
class SubmitsCharges(Protocol):
    """Hands the charges of a visit to the practice-management system, which bills them."""

    def save_charges(
        self,
        visit_vendor_id: str,
        patient_vendor_id: str,
        charges: tuple[ChargeFact, ...],
        service_date: date | None = None,
        *,
        replace: bool = False,
    ) -> Outcome[str]:
        """Make these the charges of the visit. Settled by ``find_charges``.

        The same charges standing there are a receipt, and nothing is sent. Others are refused with
        ``connect.charges_stand`` unless they are to be replaced. ``service_date`` spares reading the whole history.
        """
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
