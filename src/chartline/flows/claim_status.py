"""How do our claims stand at their payers? Asked on demand, and every half hour for those that wait too long.

A payer is asked by 276 where a connection can. On demand, where none can, the clearinghouse is asked for everything it
reported on the one claim; by itself that is not done, for its feed brings the same. Both are reads, so another
connection may be asked when one is down.
"""

from __future__ import annotations

from chartline.connect.clearing import AsksClaimStatus, ReportsOneClaim
from chartline.connect.facts import ClaimReport
from chartline.connect.routing import Service
from chartline.domains.claims import read_claim, record_reports
from chartline.domains.claims.claim import Claim
from chartline.domains.claims.copy import open_copies
from chartline.domains.claims.inquiry import claims_to_ask, question_of, record_status
from chartline.flows.answers import Answer, answer, come_back, done
from chartline.flows.ground import VENDOR, Ground
from chartline.flows.routing import ask
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.platform.jobs import ComeBack, Job, Run

SWEEP, ASK = "claims.status_sweep", "claims.status"
PAGE = 50
CANNOT_ASK = ErrorKind(
    "claims.cannot_ask",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "No connection of the practice can ask how a claim stands.",
    "Connect a clearinghouse that can; until then its reports come by themselves.",
    status=409,
)


class ClaimStatus:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [Job(SWEEP, VENDOR, self.sweep), Job(ASK, VENDOR, self.ask)]

    def sweep(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Put one question in line for each claim that waits too long, a page at a time."""
        return run.step("page", self._page, run.organisation)

    def _page(self, organisation: str) -> Answer:
        ground = self._ground
        if not ground.every(organisation, AsksClaimStatus):
            return done(asked="0")
        with ground.database.work(organisation) as work:
            waiting = claims_to_ask(work, work.now, PAGE)
            for claim in waiting:
                key = f"{ASK}/{claim}/{work.now.date()}"
                ground.jobs.enqueue(work, ASK, VENDOR, {"claim": claim}, key=key, organisation=organisation)
        return done(asked=str(len(waiting)))

    def ask(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Ask about one claim."""
        asked = run.step("ask", self._ask, run.organisation, arguments["claim"], run.failed)
        return come_back(asked) or {"news": asked["news"]}

    def _ask(self, organisation: str, claim: str, failed: int) -> Answer:
        outcome = ask_status(self._ground, organisation, claim)
        if isinstance(outcome, Receipt):
            return done(news="yes" if outcome.value else "")
        return answer(outcome, self._ground.clock, failed)


def ask_status(ground: Ground, organisation: str, claim: str, actor: str = "payer") -> Receipt[bool] | Later | Refused:
    """Ask how a claim stands, and keep the answer; the receipt says whether there was anything new.

    Raises ``claims.not_found``, ``claims.cannot_ask``.
    """
    with ground.database.read(organisation) as work:
        present = read_claim(work, claim)
        copy = open_copies(work, ground.vault, [claim])[claim]
    if ground.every(organisation, AsksClaimStatus):
        question = question_of(present, copy)
        _, outcome, _ = ask(
            ground,
            organisation,
            AsksClaimStatus,
            Service.STATUS,
            present.payer_id,
            lambda _, one: one.claim_status(question),
        )
        if not isinstance(outcome, Receipt):
            return outcome
        with ground.database.work(organisation) as work:
            fresh = record_status(work, ground.vault, ground.records, claim, outcome.value, outcome.exchange, actor)
        return Receipt(fresh, outcome.exchange)
    return _reports(ground, organisation, present)


def _reports(ground: Ground, organisation: str, claim: Claim) -> Receipt[bool] | Later | Refused:
    """Everything the clearinghouse reported on the claim."""
    if not claim.vendor_claim_id or not ground.every(organisation, ReportsOneClaim):
        raise CANNOT_ASK.error(claim=claim.id)
    _, outcome, _ = ask(
        ground,
        organisation,
        ReportsOneClaim,
        Service.CLAIMS,
        claim.payer_id,
        lambda _, one: one.reports_on(claim.vendor_claim_id),
    )
    if not isinstance(outcome, Receipt):
        return outcome
    reports: tuple[ClaimReport, ...] = outcome.value
    with ground.database.work(organisation) as work:
        taken = record_reports(work, ground.vault, ground.records, reports, exchange=outcome.exchange)
        # The claim was asked about, whether or not there was news.
        record_status(work, ground.vault, ground.records, claim.id, (), outcome.exchange)
    return Receipt(taken.applied > 0, outcome.exchange)
