"""What large pieces of work left to be published, in small transactions, soon after (``domains/practice/due``).

It waits some minutes, so that what goes through several hands meanwhile (drafted, sent, acknowledged) is published
once. A portion is taken off the list in the transaction that publishes it, so that a crash leaves it there.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.publish_money import publish_money
from chartline.domains.claims.queries import read_claims
from chartline.domains.practice.due import AT_ONCE, Due, any_due, due, take_off
from chartline.domains.remits.publishing import publish_portion
from chartline.flows.answers import Answer, done
from chartline.flows.ground import FAST, Ground
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Job, Run

PUBLISH = "billing.publish"
PAUSE = timedelta(minutes=5)
"""What is due is published between one and two of these after it was noted."""


def queue_publishing(ground: Ground, work: Work) -> None:
    """Let what is due be published soon; for every flow that works on many claims in one transaction.

    All who ask within one pause share a run. It begins a whole pause later at least: by then they have committed.
    """
    if not any_due(work):
        return
    place = work.now.timestamp() // PAUSE.total_seconds() + 2
    at = datetime.fromtimestamp(place * PAUSE.total_seconds(), UTC)
    key = f"publish/{work.organisation}/{at:%Y-%m-%dT%H:%MZ}"
    ground.jobs.later(work, PUBLISH, FAST, {}, key=key, organisation=work.organisation, at=at)


class Publishing:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [Job(PUBLISH, FAST, self.publish)]

    def publish(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Publish portion by portion until nothing is due."""
        published = 0
        while True:
            portion = run.step("publish", self._publish, run.organisation)
            published += int(portion["published"])
            if not portion["more"]:
                return {"published": str(published)}

    def _publish(self, organisation: str) -> Answer:
        ground = self._ground
        with ground.database.work(organisation, gives_way=True) as work:
            # What was noted since goes through further hands, and has a run of its own.
            noted = work.now - PAUSE
            owed = due(work, Due.CLAIM, AT_ONCE, noted)
            moved = due(work, Due.STANDING, AT_ONCE, noted)
            take_off(work, Due.CLAIM, owed)
            take_off(work, Due.STANDING, moved)
            found = read_claims(work, {*owed, *moved}, lock=True)
            whole = [found[one] for one in owed if one in found]
            publish_claims(work, ground.vault, ground.records, whole)
            publish_money(work, ground.records, whole)
            rest = [found[one] for one in moved if one in found and one not in owed]
            publish_claims(work, ground.vault, ground.records, rest)
        if owed or moved:
            return done(published=str(len(owed) + len(moved)), more="yes")
        # Remittances come last: each is long, and claims are what people look at.
        explained = self._explain(organisation)
        return done(published=str(explained), more="yes" if explained else "")

    def _explain(self, organisation: str) -> int:
        """The next claims of a remittance that is due; it leaves the list with its last ones."""
        ground = self._ground
        with ground.database.work(organisation, gives_way=True) as work:
            found = due(work, Due.REMITTANCE, 1, work.now - PAUSE)
            if not found:
                return 0
            places = publish_portion(work, ground.vault, ground.records, found[0])
            if not places:
                take_off(work, Due.REMITTANCE, found)
        # The last look at a remittance finds nothing left, and others may be due behind it.
        return places or 1
