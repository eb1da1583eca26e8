"""What a clearinghouse offers beside eligibility, claim files and remittances: payers, enrolments, links for people,
notes, claim status on demand, and prior authorization. Facts first, then one small protocol for each offer.

Reads answer ``Receipt``, ``Later`` or ``Refused``; writes one of the four outcomes. Patient values are sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from chartline.connect.facts import (
    ClaimFile,
    ClaimReport,
    EligibilityAnswer,
    EligibilityQuestion,
    Page,
    Relationship,
    RemittanceNotice,
)
from chartline.kernel.money import Money
from chartline.kernel.outcome import Later, Looked, Outcome, Receipt, Refused
from chartline.kernel.sealed import Masked, Sealed


class Support(StrEnum):
    """Whether a clearinghouse can do something with a payer."""

    YES = "yes"
    NO = "no"
    ENROLLMENT = "enrollment"
    """Yes, once the practice has enrolled with the payer."""


@dataclass(frozen=True, slots=True)
class PayerEntry:
    """One payer of a clearinghouse's directory. ``id`` is text: leading zeros count.

    ``services`` say what can be done with it, by the words ``professional``, ``institutional``, ``dental``,
    ``remittance``, ``eligibility``, ``secondary``, ``attachment``, ``workers_comp``, ``auto``.
    """

    id: str
    name: str
    kind: str = ""
    state: str = ""
    other_names: tuple[tuple[str, str], ...] = ()
    """Other ids and names that lead to the same payer."""
    services: Mapping[str, Support] = field(default_factory=dict[str, Support])
    enrollment_days: int | None = None
    """How long enrolling for remittances takes there on the average."""


@dataclass(frozen=True, slots=True)
class Enrollment:
    """An enrolment with a payer to be begun. ``service`` is one of ``PayerEntry.services``."""

    payer_id: str
    service: str
    tax_id: str
    npi: str
    provider_last: str = ""
    provider_first: str = ""
    contact: str = ""
    contact_email: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class PersonalLink(Masked):
    """An address that a person opens at the vendor: it carries access, so it is never fetched by us (trap 28)."""

    address: Sealed[str]


@dataclass(frozen=True, slots=True)
class Contact:
    """Who the payer may ask about an appeal."""

    name: str = ""
    title: str = ""
    email: str = ""
    phone: str = ""
    fax: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class ClaimNoteFact(Masked):
    """A note that somebody wrote on a claim at the clearinghouse."""

    vendor_id: str
    claim_vendor_id: str
    control_number: str
    text: Sealed[str]
    author: str
    at: str


@dataclass(frozen=True, slots=True, repr=False)
class ClaimEditFact(Masked):
    """A change that somebody made to a claim at the clearinghouse itself; before and after may name the patient."""

    vendor_id: str
    claim_vendor_id: str
    field: str
    before: Sealed[str]
    after: Sealed[str]
    author: str
    at: str


@dataclass(frozen=True, slots=True)
class UploadEntry:
    """A file that arrived at the clearinghouse."""

    vendor_id: str
    name: str
    claims: int
    amount: Money
    at: datetime | None


@dataclass(frozen=True, slots=True)
class EnrollmentNews:
    """An enrolment or an appeal moved at the vendor (from a webhook)."""

    event_id: str
    kind: str
    """``enroll`` or ``appeal``."""
    happened: str
    """The vendor's own word, such as ``enrolled``."""
    at: str
    payer_id: str = ""
    service: str = ""
    npi: str = ""
    claim_vendor_id: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class OutlinedClaim(Masked):
    """A claim in a remittance as the clearinghouse understood it. ``adjusted`` is of the claim and of its lines."""

    control_number: str
    payer_number: str
    status: str
    charged: Money
    paid: Money
    patient: Money
    adjusted: Money
    lines: int


@dataclass(frozen=True, slots=True, repr=False)
class RemittanceOutline(Masked):
    """A remittance as the clearinghouse understood it: to be compared with the 835, never to be posted from.

    Provider-level amounts are not in it, so the claims need not add up to ``paid``.
    """

    vendor_id: str
    payer_id: str
    check_number: str
    paid: Money
    paid_date: str
    claims: tuple[OutlinedClaim, ...]


@dataclass(frozen=True, slots=True, repr=False)
class StatusQuestion(Masked):
    """A 276 in plain words: how does this claim stand at the payer? Names, birth date and sex are the patient's; the
    member's name is told when the patient is somebody else."""

    payer_id: str
    payer_name: str
    provider_npi: str
    provider_name: str
    family: Sealed[str]
    given: Sealed[str]
    birth_date: Sealed[date]
    sex: str
    member_id: Sealed[str]
    control_number: str
    payer_number: str
    amount: Money
    first_day: date
    last_day: date
    member_family: Sealed[str] | None = None
    member_given: Sealed[str] | None = None


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """A 277: category and status codes as sent (STC), what was paid and when, where the payer says so."""

    category: str
    status: str
    entity: str
    at: date | None
    payer_number: str = ""
    charged: Money | None = None
    paid: Money | None = None
    paid_on: date | None = None
    check_number: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class AuthorizationAsk(Masked):
    """A 278 request in plain words, about the member or somebody of the member's family. ``once_key`` travels as its
    trace number and recognises it again.

    ``urgency`` is ``elective`` or ``urgent``; ``procedures`` are code and units; diagnoses have no dots.
    """

    once_key: str
    payer_id: str
    payer_name: str
    requester_npi: str
    requester_name: str
    provider_npi: str
    provider_last: str
    provider_first: str
    family: Sealed[str]
    given: Sealed[str]
    birth_date: Sealed[date]
    sex: str
    member_id: Sealed[str]
    service_type: str
    diagnoses: tuple[str, ...]
    procedures: tuple[tuple[str, int], ...]
    begin: date
    end: date
    place_of_service: str
    urgency: str = "elective"
    note: Sealed[str] = field(default_factory=lambda: Sealed(""))
    relationship: Relationship = Relationship.SELF
    """Of the patient to the member; of anybody else than the member the four below are told."""
    patient_family: Sealed[str] | None = None
    patient_given: Sealed[str] | None = None
    patient_birth_date: Sealed[date] | None = None
    patient_sex: str = ""


class Certified(StrEnum):
    """What a payer says to a request (HCR01)."""

    APPROVED = "approved"
    MODIFIED = "modified"
    PENDED = "pended"
    DENIED = "denied"
    CANCELLED = "cancelled"
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True, slots=True)
class AuthorizationReply:
    """A 278 response. ``number`` is the payer's certification number; ``reason`` a code (HCR03 or AAA)."""

    decision: Certified
    number: str = ""
    begin: date | None = None
    end: date | None = None
    units: int | None = None
    reason: str = ""
    vendor_id: str = ""
    """What the request is asked about again with, while it is pended."""


@runtime_checkable
class ListsPayers(Protocol):
    """Has a directory of payers."""

    def payers(self, cursor: str = "") -> Receipt[Page[PayerEntry]] | Later | Refused:
        """The whole directory, a page at a time."""
        ...


@runtime_checkable
class Enrolls(Protocol):
    """Begins enrolments with payers."""

    def enroll(self, enrollment: Enrollment) -> Receipt[PersonalLink | None] | Later | Refused:
        """Where a person goes on with it; None when nothing more is to be done. Asking again gives a link again."""
        ...


@runtime_checkable
class AppealsClaims(Protocol):
    """Takes appeals through a form that a person fills in."""

    def appeal_form(
        self, claim_vendor_id: str, reference: str, contact: Contact
    ) -> Receipt[PersonalLink] | Later | Refused:
        """Where a person writes the appeal of a claim, by the vendor's id, else by our reference."""
        ...


@runtime_checkable
class ArchivesClaims(Protocol):
    """Puts claims away at the clearinghouse, so that its own lists do not show them."""

    def archive_claims(self, claim_vendor_ids: tuple[str, ...]) -> Outcome[tuple[str, ...]]:
        """Archive; the receipt names those that were. Doing it again does no harm."""
        ...


@runtime_checkable
class ReadsClaimDesk(Protocol):
    """Feeds of what people did to claims in the clearinghouse's own pages, by cursor."""

    def claim_notes(self, cursor: str) -> Receipt[Page[ClaimNoteFact]] | Later | Refused:
        """Notes since the cursor."""
        ...

    def claim_edits(self, cursor: str) -> Receipt[Page[ClaimEditFact]] | Later | Refused:
        """Edits since the cursor."""
        ...

    def uploads_on(self, day: date) -> Receipt[tuple[UploadEntry, ...]] | Later | Refused:
        """The files that arrived on a day."""
        ...


@runtime_checkable
class ReportsOneClaim(Protocol):
    """Says everything it ever reported on one claim, besides its feed."""

    def reports_on(self, claim_vendor_id: str) -> Receipt[tuple[ClaimReport, ...]] | Later | Refused:
        """The reports on a claim, oldest first. The feed's cursor is not touched."""
        ...


@dataclass(frozen=True, slots=True)
class RemittanceSearch:
    """What is known of a remittance that somebody looks for; what is left empty does not matter."""

    check_number: str = ""
    amount: Money | None = None
    paid_on: date | None = None
    received_after: date | None = None
    payer_id: str = ""
    npi: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class SubmissionView(Masked):
    """A claim file as this vendor would be sent it, to be compared with another's. Nothing is sent.

    ``parts`` are the request's fields by name, secrets already masked; ``content`` is the file as it would go.
    """

    vendor: str
    address: str
    method: str
    media: str
    parts: tuple[tuple[str, str], ...]
    file_name: str
    content: Sealed[bytes]


@runtime_checkable
class FindsRemittances(Protocol):
    """Looks for remittances, besides its feed: a payment is in the bank and nobody knows what for."""

    def find_remittances(self, search: RemittanceSearch) -> Receipt[tuple[RemittanceNotice, ...]] | Later | Refused:
        """Those that fit, oldest first. The feed's cursor is not touched."""
        ...


@runtime_checkable
class ShowsSubmissions(Protocol):
    """Shows how it would send a claim file, without sending it."""

    def submission_view(self, file: ClaimFile) -> SubmissionView | Refused:
        """The request; refused when the file would not be sent either."""
        ...


@runtime_checkable
class OutlinesRemittances(Protocol):
    """Has remittances as fields, beside the 835."""

    def remittance_outline(self, vendor_id: str) -> Receipt[RemittanceOutline] | Later | Refused:
        """A remittance as the vendor understood it."""
        ...


@runtime_checkable
class PrintsRemittances(Protocol):
    """Has remittances as a page to print."""

    def remittance_page(self, vendor_id: str, control_number: str = "") -> Receipt[Sealed[bytes]] | Later | Refused:
        """A PDF of a remittance, or of one claim in it."""
        ...


@runtime_checkable
class TellsEnrollment(Protocol):
    """Sends news of enrolments and appeals of its own accord."""

    def enrollment_news(self, headers: Mapping[str, str], body: Sealed[bytes]) -> tuple[EnrollmentNews, ...] | Refused:
        """What happened. Refused when the signature over the raw body does not fit. Header names are lower case."""
        ...


@runtime_checkable
class AsksClaimStatus(Protocol):
    """Asks a payer how a claim stands (276/277). A read: it may be asked again."""

    def claim_status(self, question: StatusQuestion) -> Receipt[tuple[StatusAnswer, ...]] | Later | Refused:
        """The payer's answers; none when it knows no such claim."""
        ...


@runtime_checkable
class ChecksCoverageLater(Protocol):
    """Eligibility in two steps: ask now, read the answer when it is there."""

    def ask_coverage(self, question: EligibilityQuestion) -> Receipt[str] | Later | Refused:
        """The number of the question."""
        ...

    def coverage_answer(self, question_id: str) -> Receipt[EligibilityAnswer] | Later | Refused:
        """The payer's answer, or ``Later`` while it is not there."""
        ...


@runtime_checkable
class Authorizes(Protocol):
    """Asks payers for prior authorization (278)."""

    def request_authorization(self, ask: AuthorizationAsk) -> Outcome[AuthorizationReply]:
        """Ask once. Settled by ``find_authorization``."""
        ...

    def find_authorization(self, ask: AuthorizationAsk) -> Looked[AuthorizationReply]:
        """The payer's record of this request by its trace, Absent when it has none."""
        ...

    def authorization_status(
        self, ask: AuthorizationAsk, vendor_id: str
    ) -> Receipt[AuthorizationReply] | Later | Refused:
        """How a request stands now."""
        ...
