"""The house is swept every night: what is over and needed by nobody leaves in small batches.

Jobs that ended well leave the engine's tables after ``JOBS``, keys of requests after ``REQUESTS``. The four truths are
never touched: messages, records, billing's tables and the ledger stay. Refuses to forget failures: they wait on the
desk.
"""

from __future__ import annotations

from datetime import timedelta

from chartline.flows.answers import Answer, done
from chartline.flows.ground import FAST, Ground
from chartline.kernel.clock import SystemClock
from chartline.platform.access.requests import forget_requests
from chartline.platform.jobs import ComeBack, Job, Run

CLEANUP = "house.cleanup"
JOBS = timedelta(days=35)
"""Longer than any feed goes back or any upload waits to be settled."""
REQUESTS = timedelta(days=30)
BATCH, MOST = 500, 200


class Housekeeping:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [Job(CLEANUP, FAST, self.cleanup)]

    def cleanup(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Remove what is older than its time, batch by batch."""
        removed = 0
        for _ in range(MOST):
            batch = run.step("forget", self._forget, run.organisation)
            removed += int(batch["removed"])
            if batch["full"] != "1":
                return {"removed": str(removed)}
        return ComeBack(self._ground.clock.now(), "more to remove")

    def _forget(self, organisation: str) -> Answer:
        ground = self._ground
        # The engine's times are real times, also where the clock is not.
        jobs = ground.jobs.forget_ended(organisation, SystemClock().now() - JOBS, BATCH)
        with ground.database.work(organisation) as work:
            requests = forget_requests(work, work.now - REQUESTS, BATCH)
        return done(removed=str(jobs + requests), full="1" if max(jobs, requests) >= BATCH else "")
