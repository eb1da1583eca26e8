"""Binds Claim.MD to the capabilities of ``connect``. No logic: each method names the function that does it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from chartline.connect.capabilities import Health
from chartline.connect.clearing import (
    ClaimEditFact,
    ClaimNoteFact,
    Contact,
    Enrollment,
    EnrollmentNews,
    PayerEntry,
    PersonalLink,
    RemittanceOutline,
    RemittanceSearch,
    SubmissionView,
    UploadEntry,
)
from chartline.connect.facts import (
    ClaimFile,
    ClaimReport,
    EligibilityAnswer,
    EligibilityQuestion,
    Page,
    RemittanceNotice,
)
from chartline.connect.wire import Credentials, Wire
from chartline.connectors.claimmd import (
    claim_desk,
    eligibility,
    news,
    payers,
    remittance_views,
    remittances,
    reports,
    submission,
)
from chartline.connectors.claimmd.auth import account_key, completed
from chartline.connectors.claimmd.client import Client
from chartline.connectors.claimmd.connection_check import check
from chartline.connectors.claimmd.services import Services
from chartline.kernel.outcome import Later, Looked, Outcome, Receipt, Refused
from chartline.kernel.sealed import Sealed

NAME: Final = "claimmd"


class Connector:
    """One Claim.MD account. What it offers stands in ``about.toml``; prior authorization is not among it (trap 23).

    ``credentials.secrets``: account_key. ``credentials.options``: base_url, format (``json`` or ``xml``),
    eligibility_by (``fields`` or ``x12``), acct_number. Raises ``claimmd.bad_option``.
    """

    def __init__(self, wire: Wire, credentials: Credentials) -> None:
        options = completed(credentials)
        self._wire, self._key = wire, account_key(credentials)
        self._eligibility_by, self._account = options["eligibility_by"], options.get("acct_number", "")
        self._address = options["base_url"]
        self._client = Client(Services(wire, self._key, self._address, options["format"]))

    def check(self) -> Health:
        """Ask for today's uploads: cheap, and it needs the key."""
        return check(self._client, self._wire.clock)

    def check_coverage(self, question: EligibilityQuestion) -> Receipt[EligibilityAnswer] | Later | Refused:
        """The payer's answer, its own refusals among the answers."""
        return eligibility.ask(self._wire, self._client, question, self._eligibility_by)

    def submit_claims(self, file: ClaimFile) -> Outcome[tuple[ClaimReport, ...]]:
        """Upload a file; the receipt holds the first report on each claim."""
        return submission.submit(self._client, file)

    def submission_view(self, file: ClaimFile) -> SubmissionView | Refused:
        """How a file would be uploaded; nothing is sent."""
        return submission.view(self._address, file)

    def find_submission(self, file: ClaimFile) -> Looked[tuple[ClaimReport, ...]]:
        """Whether a file of that name has arrived."""
        return submission.find(self._wire, self._client, file)

    def claim_reports(self, cursor: str) -> Receipt[Page[ClaimReport]] | Later | Refused:
        """Reports since the cursor."""
        return reports.read(self._wire, self._client, cursor)

    def reports_on(self, claim_vendor_id: str) -> Receipt[tuple[ClaimReport, ...]] | Later | Refused:
        """Everything reported on one claim; no cursor moves."""
        return claim_desk.reports_on(self._client, claim_vendor_id)

    def remittances(self, cursor: str) -> Receipt[Page[RemittanceNotice]] | Later | Refused:
        """Remittances after the cursor, seen before or not."""
        return remittances.read(self._client, cursor)

    def find_remittances(self, search: RemittanceSearch) -> Receipt[tuple[RemittanceNotice, ...]] | Later | Refused:
        """Remittances that fit a search; no cursor moves."""
        return remittances.find(self._client, search)

    def remittance(self, vendor_id: str) -> Receipt[Sealed[bytes]] | Later | Refused:
        """The raw 835 of one remittance."""
        return remittances.raw(self._client, vendor_id)

    def remittance_page(self, vendor_id: str, control_number: str = "") -> Receipt[Sealed[bytes]] | Later | Refused:
        """A PDF of a remittance, or of one claim in it."""
        return remittance_views.page(self._client, vendor_id, control_number)

    def remittance_outline(self, vendor_id: str) -> Receipt[RemittanceOutline] | Later | Refused:
        """A remittance as fields, to compare the 835 with."""
        return remittance_views.outline(self._client, vendor_id)

    def payers(self, cursor: str = "") -> Receipt[Page[PayerEntry]] | Later | Refused:
        """The whole directory, which comes at once: any cursor but the first has nothing behind it."""
        nothing: tuple[PayerEntry, ...] = ()
        return Receipt(Page(nothing, cursor), None) if cursor else payers.directory(self._client)

    def enroll(self, enrollment: Enrollment) -> Receipt[PersonalLink | None] | Later | Refused:
        """Where a person goes on with an enrolment."""
        return payers.enroll(self._client, enrollment)

    def appeal_form(
        self, claim_vendor_id: str, reference: str, contact: Contact
    ) -> Receipt[PersonalLink] | Later | Refused:
        """Where a person writes the appeal of a claim."""
        return payers.appeal_form(self._client, claim_vendor_id, reference, contact)

    def archive_claims(self, claim_vendor_ids: tuple[str, ...]) -> Outcome[tuple[str, ...]]:
        """Put claims away at the vendor."""
        return claim_desk.archive(self._client, claim_vendor_ids)

    def claim_notes(self, cursor: str) -> Receipt[Page[ClaimNoteFact]] | Later | Refused:
        """Notes since the cursor."""
        return claim_desk.notes(self._client, cursor)

    def claim_edits(self, cursor: str) -> Receipt[Page[ClaimEditFact]] | Later | Refused:
        """Edits since the cursor."""
        return claim_desk.edits(self._client, cursor)

    def uploads_on(self, day: date) -> Receipt[tuple[UploadEntry, ...]] | Later | Refused:
        """The files that arrived on a day of the vendor's calendar."""
        return claim_desk.uploads(self._client, day)

    def enrollment_news(self, headers: Mapping[str, str], body: Sealed[bytes]) -> tuple[EnrollmentNews, ...] | Refused:
        """What a post of the vendor says. Refused when its signature does not fit."""
        return news.told(self._key, self._account, headers, body)
