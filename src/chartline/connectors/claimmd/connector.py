"""Binds Claim.MD to the capabilities of ``connect``. No logic: each method names the function that does it."""

from __future__ import annotations

from typing import Final

from chartline.connect.capabilities import Health
from chartline.connect.facts import (
    ClaimFile,
    ClaimReport,
    EligibilityAnswer,
    EligibilityQuestion,
    Page,
    RemittanceNotice,
)
from chartline.connect.wire import Credentials, Wire
from chartline.connectors.claimmd import eligibility, remittances, reports, submission
from chartline.connectors.claimmd.auth import account_key, completed
from chartline.connectors.claimmd.client import Client
from chartline.connectors.claimmd.connection_check import check
from chartline.connectors.claimmd.services import Services
from chartline.kernel.outcome import Later, Looked, Outcome, Receipt, Refused
from chartline.kernel.sealed import Sealed

NAME: Final = "claimmd"


class Connector:
    """One Claim.MD account. Offers Checks, ChecksCoverage, SubmitsClaims, ReportsClaims and DeliversRemittances.

    ``credentials.secrets``: account_key. ``credentials.options``: base_url, format (``json`` or ``xml``). Raises
    ``claimmd.bad_option``.
    """

    def __init__(self, wire: Wire, credentials: Credentials) -> None:
        options = completed(credentials)
        self._wire = wire
        self._client = Client(Services(wire, account_key(credentials), options["base_url"], options["format"]))

    def check(self) -> Health:
        """Ask for today's uploads: cheap, and it needs the key."""
        return check(self._client, self._wire.clock)

    def check_coverage(self, question: EligibilityQuestion) -> Receipt[EligibilityAnswer] | Later | Refused:
        """The payer's answer, its own refusals among the answers."""
        return eligibility.ask(self._client, question)

    def submit_claims(self, file: ClaimFile) -> Outcome[tuple[ClaimReport, ...]]:
        """Upload a file; the receipt holds the first report on each claim."""
        return submission.submit(self._client, file)

    def find_submission(self, file: ClaimFile) -> Looked[tuple[ClaimReport, ...]]:
        """Whether a file of that name has arrived."""
        return submission.find(self._wire, self._client, file)

    def claim_reports(self, cursor: str) -> Receipt[Page[ClaimReport]] | Later | Refused:
        """Reports since the cursor."""
        return reports.read(self._wire, self._client, cursor)

    def remittances(self, cursor: str) -> Receipt[Page[RemittanceNotice]] | Later | Refused:
        """Remittances after the cursor, seen before or not."""
        return remittances.read(self._client, cursor)

    def remittance(self, vendor_id: str) -> Receipt[Sealed[bytes]] | Later | Refused:
        """The raw 835 of one remittance."""
        return remittances.raw(self._client, vendor_id)
