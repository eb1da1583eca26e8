"""Binds X12 over CORE to the capabilities of ``connect``. No logic: each method names the function that does it."""

from __future__ import annotations

from typing import Final

from chartline.connect.capabilities import Health
from chartline.connect.clearing import (
    AuthorizationAsk,
    AuthorizationReply,
    StatusAnswer,
    StatusQuestion,
    SubmissionView,
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
from chartline.connectors.core import authorization, eligibility, results, status, submission
from chartline.connectors.core.client import Client
from chartline.connectors.core.connection_check import check
from chartline.connectors.core.options import account_of
from chartline.kernel.outcome import Later, Looked, Outcome, Receipt, Refused
from chartline.kernel.sealed import Sealed

NAME: Final = "core"


class Connector:
    """One trading partner. What it offers stands in ``about.toml``.

    ``credentials.secrets``: username, password. ``credentials.options``: real_time_url, batch_url, sender_id,
    receiver_id, usage and the names of results. Raises ``core.bad_option``.
    """

    def __init__(self, wire: Wire, credentials: Credentials) -> None:
        self._wire, self._account = wire, account_of(credentials)
        self._client = Client(wire, self._account)

    def check(self) -> Health:
        """Ask about a batch that nobody sent: cheap, and it needs the password."""
        return check(self._client)

    def check_coverage(self, question: EligibilityQuestion) -> Receipt[EligibilityAnswer] | Later | Refused:
        """The payer's answer, its own refusals among the answers."""
        return eligibility.ask(self._wire, self._client, self._account, question)

    def claim_status(self, question: StatusQuestion) -> Receipt[tuple[StatusAnswer, ...]] | Later | Refused:
        """How a claim stands; none when the payer knows no such claim."""
        return status.ask(self._wire, self._client, self._account, question)

    def request_authorization(self, ask: AuthorizationAsk) -> Outcome[AuthorizationReply]:
        """Ask once. Settled by ``find_authorization``."""
        return authorization.request(self._wire, self._client, self._account, ask)

    def find_authorization(self, ask: AuthorizationAsk) -> Looked[AuthorizationReply]:
        """What the payer decided, if it says so of its own accord; never a proof of absence."""
        return authorization.find(self._wire, self._client, self._account, ask)

    def authorization_status(
        self, ask: AuthorizationAsk, vendor_id: str
    ) -> Receipt[AuthorizationReply] | Later | Refused:
        """What the payer decided since. Known by our own trace, so the payer's number is not needed."""
        return authorization.status(self._wire, self._client, self._account, ask)

    def submit_claims(self, file: ClaimFile) -> Outcome[tuple[ClaimReport, ...]]:
        """Send a file; reports on its claims come by the feed."""
        return submission.submit(self._wire, self._client, self._account, file)

    def submission_view(self, file: ClaimFile) -> SubmissionView | Refused:
        """How a file would be sent; nothing is."""
        return submission.view(self._account, file)

    def find_submission(self, file: ClaimFile) -> Looked[tuple[ClaimReport, ...]]:
        """Whether a file has arrived, by its acknowledgement."""
        return submission.find(self._wire, self._client, file)

    def claim_reports(self, cursor: str) -> Receipt[Page[ClaimReport]] | Later | Refused:
        """The reports of the next file of acknowledgements."""
        return results.reports(self._client, self._account, cursor)

    def remittances(self, cursor: str) -> Receipt[Page[RemittanceNotice]] | Later | Refused:
        """The remittances of the next file."""
        return results.remittances(self._client, cursor)

    def remittance(self, vendor_id: str) -> Receipt[Sealed[bytes]] | Later | Refused:
        """The raw 835 of one file."""
        return results.remittance(self._client, vendor_id)
