"""Every week, the digest of the week that is over is composed and kept. Nothing is sent: no connector sends mail yet,
so the digest is shown in the console and read by whoever wants it.

A week's digest is kept once; running again changes nothing.
"""

from __future__ import annotations

from datetime import timedelta

from chartline.domains.reports.digest import compose, keep, kept_text, last_monday
from chartline.domains.reports.scope import zone_of
from chartline.flows.answers import Answer, done
from chartline.flows.ground import FAST, Ground
from chartline.platform.jobs import Job, Run

DIGEST = "reports.digest"
EVERY = timedelta(hours=6)
"""It looks this often whether a week is over whose digest is missing: an installation that was off on Monday has it
on Tuesday."""


class WeeklyDigest:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [Job(DIGEST, FAST, self.digest)]

    def digest(self, run: Run, arguments: dict[str, str]) -> dict[str, str]:
        """Keep the digest of the last week that is over."""
        return run.step("keep", self._keep, run.organisation)

    def _keep(self, organisation: str) -> Answer:
        # Composed without a lock: it looks at a whole week, and nobody is to wait for that.
        with self._ground.database.read(organisation) as work:
            week = last_monday(work.now.astimezone(zone_of(work)).date())
            digest = compose(work, week) if kept_text(work, week) is None else None
        if digest is None:
            return done(week=week.isoformat(), kept="before")
        with self._ground.database.work(organisation) as work:
            new = keep(work, digest)
        return done(week=week.isoformat(), kept="new" if new else "before")
