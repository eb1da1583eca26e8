"""What happens at a clearinghouse's own desk, every day: notes and changes that people made there come onto our
claims, and claims that are closed here are put away there.

A page of a feed and its cursor are stored together. Putting away is off until the connection's option
``archive_closed_days`` says after how many days a closed claim leaves the clearinghouse's lists, because no vendor's
paper says how it would come back. A call without an answer is made again under the same intent once its absence has
aged: archiving twice is the same as once, and no service tells what was archived.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from chartline.connect.clearing import ArchivesClaims, ReadsClaimDesk
from chartline.connect.intents import Write
from chartline.domains.claims.clearinghouse_news import (
    PutAway,
    mark_put_away,
    record_edits,
    record_notes,
    to_put_away,
)
from chartline.domains.sync.cursors import read_cursor, store_cursor
from chartline.flows.answers import Answer, answer, come_back, done
from chartline.flows.ground import VENDOR, Ground
from chartline.flows.publishing import queue_publishing
from chartline.kernel.outcome import Absent, Looked, Outcome, Receipt
from chartline.platform.jobs import ComeBack, Job, Run

DESK, ARCHIVE = "clearinghouse.desk", "clearinghouse.archive"
OPTION: Final = "archive_closed_days"
AT_ONCE: Final = 100
"""Claims in one call of putting away."""


class ClearinghouseDesk:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [Job(DESK, VENDOR, self.desk), Job(ARCHIVE, VENDOR, self.archive)]

    def desk(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Read what people wrote on claims, then what they changed, until there is no more."""
        notes = _pages(run, self._notes, arguments["connection"])
        if isinstance(notes, ComeBack):
            return notes
        edits = _pages(run, self._edits, arguments["connection"])
        return edits if isinstance(edits, ComeBack) else {"notes": notes["rows"], "edits": edits["rows"]}

    def _notes(self, organisation: str, connection: str, failed: int) -> Answer:
        ground = self._ground
        connector = ground.open(organisation, connection, ReadsClaimDesk)
        with ground.database.read(organisation) as work:
            cursor = read_cursor(work, connection, "claim_notes")
        outcome = connector.claim_notes(cursor)
        if not isinstance(outcome, Receipt):
            return answer(outcome, ground.clock, failed)
        page = outcome.value
        with ground.database.work(organisation) as work:
            taken = record_notes(work, ground.vault, ground.records, connection, page.rows, outcome.exchange)
            store_cursor(work, connection, "claim_notes", page.cursor)
            if taken.applied:
                queue_publishing(ground, work)
        return done(rows=str(taken.applied), more="yes" if page.more else "")

    def _edits(self, organisation: str, connection: str, failed: int) -> Answer:
        ground = self._ground
        connector = ground.open(organisation, connection, ReadsClaimDesk)
        with ground.database.read(organisation) as work:
            cursor = read_cursor(work, connection, "claim_edits")
        outcome = connector.claim_edits(cursor)
        if not isinstance(outcome, Receipt):
            return answer(outcome, ground.clock, failed)
        page = outcome.value
        with ground.database.work(organisation) as work:
            taken = record_edits(work, ground.vault, ground.records, connection, page.rows, outcome.exchange)
            store_cursor(work, connection, "claim_edits", page.cursor)
            if taken.applied:
                queue_publishing(ground, work)
        return done(rows=str(taken.applied), more="yes" if page.more else "")

    def archive(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Put away what was closed long enough ago, batch by batch."""
        return _pages(run, self._archive, arguments["connection"])

    def _archive(self, organisation: str, connection: str, failed: int) -> Answer:
        ground = self._ground
        connector = ground.open(organisation, connection, ArchivesClaims)
        with ground.database.read(organisation) as work:
            days = ground.connections.get(work, connection).options.get(OPTION, "").strip()
            if not days.isdigit():
                return done(rows="0", more="")
            due = to_put_away(work, work.now - timedelta(days=int(days)), AT_ONCE)
        if not due:
            return done(rows="0", more="")
        numbers = tuple(each.vendor_id for each in due)

        def send() -> Outcome[str]:
            outcome = connector.archive_claims(numbers)
            return Receipt(" ".join(outcome.value), outcome.exchange) if isinstance(outcome, Receipt) else outcome

        outcome = ground.intents.once(organisation, _write(connection, due), send, _look)
        if not isinstance(outcome, Receipt):
            return answer(outcome, ground.clock, failed)
        with ground.database.work(organisation) as work:
            gone = mark_put_away(work, ground.vault, ground.records, due, outcome.value.split(), outcome.exchange)
            queue_publishing(ground, work)
        return done(rows=str(gone), more="yes" if len(due) == AT_ONCE else "")


def _write(connection: str, due: list[PutAway]) -> Write:
    payload = " ".join(each.vendor_id for each in due).encode()
    return Write(connection, "archive_claims", f"archive/{hashlib.sha256(payload).hexdigest()}", payload)


def _look() -> Looked[str]:
    """No service tells whether a claim is archived; doing it again does no harm, so it counts as not done."""
    return Absent()


def _pages(run: Run, page: Callable[[str, str, int], Answer], connection: str) -> ComeBack | dict[str, str]:
    """Take pages, each a durable step, until one says that there are no more."""
    rows = 0
    while True:
        taken = run.step("page", page, run.organisation, connection, run.failed)
        back = come_back(taken)
        if back is not None:
            return back
        rows += int(taken["rows"])
        if not taken["more"]:
            return {"rows": str(rows)}
