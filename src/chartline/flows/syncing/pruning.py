"""Old lines leave the sync log in small batches: after six years, or later where a connection says so.

Runs that found nothing to do are kept for a month. What the lines point to, the exchanges, is not touched.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from chartline.domains.sync.census import forget_census
from chartline.domains.sync.hooks import forget_told
from chartline.domains.sync.log import forget_events
from chartline.domains.sync.runs import RunFilter, What, forget_runs, list_runs
from chartline.domains.sync.settings import read_settings
from chartline.flows.answers import Answer, done
from chartline.flows.ground import Ground
from chartline.platform.jobs import ComeBack, Run

QUIET: Final = timedelta(days=30)
TOLD: Final = timedelta(days=90)
KEPT: Final = 50
"""Censuses whose lists of differences are kept."""
BATCH: Final = 1000
MOST: Final = 100
"""Batches of one playing."""


class Pruning:
    """The job of the night."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def prune(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Remove what is older than its time, batch by batch."""
        removed = 0
        for _ in range(MOST):
            batch = run.step("forget", self._forget, run.organisation, arguments["connection"])
            removed += int(batch["removed"])
            if batch["full"] != "1":
                return {"removed": str(removed)}
        return ComeBack(self._ground.clock.now(), "more to remove")

    def _forget(self, organisation: str, connection: str) -> Answer:
        with self._ground.database.work(organisation) as work:
            oldest = work.now - timedelta(days=read_settings(work, connection).log_days)
            numbers = (
                forget_events(work, connection, oldest, BATCH),
                forget_runs(work, work.now - QUIET, only_quiet=True, limit=BATCH),
                forget_runs(work, oldest, only_quiet=False, limit=BATCH),
                forget_told(work, work.now - TOLD, BATCH),
            )
            censuses = list_runs(work, RunFilter(what=What.CENSUS), limit=KEPT).runs
            forget_census(work, [each.id for each in censuses])
        return done(removed=str(sum(numbers)), full="1" if max(numbers) >= BATCH else "")
