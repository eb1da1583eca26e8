"""What large pieces of work left to be published, in small transactions, soon after (``domains/practice/due``).

A portion is taken off the list in the transaction that publishes it, so that a crash leaves it there.
"""

from __future__ import annotations

from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.publish_money import publish_money
from chartline.domains.claims.queries import read_claims
from chartline.domains.practice.due import AT_ONCE, Due, take_due
from chartline.flows.answers import Answer, done
from chartline.flows.ground import FAST, Ground
from chartline.kernel.ids import new_id
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Job, Run

PUBLISH = "billing.publish"


def queue_publishing(ground: Ground, work: Work) -> None:
    """Put the publishing of what is due in line; for every flow that works on many claims in one transaction."""
    ground.jobs.enqueue(work, PUBLISH, FAST, {}, key=f"publish/{new_id()}", organisation=work.organisation)


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
            if portion["published"] == "0":
                return {"published": str(published)}

    def _publish(self, organisation: str) -> Answer:
        ground = self._ground
        with ground.database.work(organisation) as work:
            claims = list(read_claims(work, take_due(work, Due.CLAIM, AT_ONCE), lock=True).values())
            publish_claims(work, ground.vault, ground.records, claims)
            publish_money(work, ground.records, claims)
        return done(published=str(len(claims)))
