"""From a claim that is ready to the payer's word on it: send, settle, acknowledge (money: ``flows/remittances``).

A file of claims is built and kept in the transaction that puts its upload in line; it is sent once, and an upload
without an answer is looked up by its name. Reports are read by cursor.
"""

from __future__ import annotations

from collections.abc import Callable

from chartline.connect.capabilities import ReportsClaims, SubmitsClaims
from chartline.connect.facts import ClaimReport
from chartline.connect.intents import Write
from chartline.domains.claims import mark_submitted, open_file, record_reports
from chartline.domains.sync.cursors import read_cursor, store_cursor
from chartline.flows.answers import Answer, answer, come_back, done
from chartline.flows.claim_files import UPLOAD, fill_files
from chartline.flows.ground import FAST, VENDOR, Ground
from chartline.flows.publishing import queue_publishing
from chartline.kernel.outcome import Looked, Outcome, Receipt
from chartline.kernel.sealed import Purpose
from chartline.platform.jobs import ComeBack, Job, Run

SUBMIT, REPORTS = "claims.submit", "claims.reports"


class ClaimToCash:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [
            Job(SUBMIT, FAST, self.submit),
            Job(UPLOAD, VENDOR, self.upload),
            Job(REPORTS, VENDOR, self.reports),
        ]

    def submit(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Put every claim that is ready into a file, and the file in line."""
        claims = 0
        while True:
            built = run.step("build", self._build, run.organisation, arguments["connection"])
            claims += int(built["claims"])
            if not built["more"]:
                return {"claims": str(claims)}

    def _build(self, organisation: str, connection_id: str) -> Answer:
        claims, more = fill_files(self._ground, organisation, connection_id)
        return done(claims=str(claims), more="yes" if more else "")

    def upload(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Send one file, once."""
        sent = run.step("send", self._upload, run.organisation, arguments["connection"], arguments["file"], run.failed)
        return come_back(sent) or {"claims": sent["claims"]}

    def _upload(self, organisation: str, connection: str, name: str, failed: int) -> Answer:
        ground = self._ground
        connector = ground.open(organisation, connection, SubmitsClaims)
        with ground.database.read(organisation) as work:
            file = open_file(work, ground.vault, name)
        first: list[ClaimReport] = []

        def send() -> Outcome[str]:
            outcome = connector.submit_claims(file)
            return _named(outcome, name, first) if isinstance(outcome, Receipt) else outcome

        def look() -> Looked[str]:
            found = connector.find_submission(file)
            return _named(found, name, first) if isinstance(found, Receipt) else found

        write = Write(connection, "submit_claims", name, file.content.reveal(Purpose.EXCHANGE))
        outcome = ground.intents.once(organisation, write, send, look)
        if not isinstance(outcome, Receipt):
            return answer(outcome, ground.clock, failed)
        with ground.database.work(organisation) as work:
            moved = mark_submitted(work, ground.vault, ground.records, file, exchange=outcome.exchange)
            record_reports(work, ground.vault, ground.records, first, exchange=outcome.exchange)
            queue_publishing(ground, work)
        return done(claims=str(moved))

    def reports(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Read what clearinghouse and payers say of claims, until there is no more."""
        return _pages(run, self._reports, arguments["connection"])

    def _reports(self, organisation: str, connection: str, failed: int) -> Answer:
        ground = self._ground
        connector = ground.open(organisation, connection, ReportsClaims)
        with ground.database.read(organisation) as work:
            cursor = read_cursor(work, connection, "claim_reports")
        outcome = connector.claim_reports(cursor)
        if not isinstance(outcome, Receipt):
            return answer(outcome, ground.clock, failed)
        page = outcome.value
        with ground.database.work(organisation) as work:
            record_reports(work, ground.vault, ground.records, page.rows, exchange=outcome.exchange)
            store_cursor(work, connection, "claim_reports", page.cursor)
            if page.rows:
                queue_publishing(ground, work)
        return done(rows=str(len(page.rows)), more="yes" if page.more else "")


def _pages(run: Run, page: Callable[[str, str, int], Answer], connection: str) -> ComeBack | dict[str, str] | None:
    """Take pages of a feed, each a durable step, until one says that there are no more."""
    rows = 0
    while True:
        taken = run.step("page", page, run.organisation, connection, run.failed)
        back = come_back(taken)
        if back is not None:
            return back
        rows += int(taken["rows"])
        if not taken["more"]:
            return {"rows": str(rows)}


def _named(receipt: Receipt[tuple[ClaimReport, ...]], name: str, reports: list[ClaimReport]) -> Receipt[str]:
    """The receipt with the file's name as its value; the reports that came with it are handed over."""
    reports.extend(receipt.value)
    return Receipt(name, receipt.exchange)
