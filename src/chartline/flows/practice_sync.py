"""Keeps the practice system and the records in agreement: changes come in by cursor, ours go out in order.

This is the list of what there is; the parts are in ``syncing/``. Every job is a run (``domains/sync/runs``): it can be
watched, it goes on after a crash, and it ends politely when its connection is switched off.
"""

from __future__ import annotations

from chartline.flows.ground import FAST, VENDOR, Ground
from chartline.flows.syncing.asked import Asked
from chartline.flows.syncing.eligibility import Eligibility
from chartline.flows.syncing.fetching import Fetching
from chartline.flows.syncing.names import (
    BULK,
    CENSUS,
    ELIGIBILITY,
    FETCH,
    FULL,
    PATIENT,
    PATIENTS,
    PRUNE,
    PULL_PATIENTS,
    PULL_VISITS,
    PUSH,
    REPAIR,
    VISIT,
    VISITS,
)
from chartline.flows.syncing.pruning import Pruning
from chartline.flows.syncing.pulling import Pulling
from chartline.flows.syncing.pushing import Pushing
from chartline.flows.syncing.whole import Whole
from chartline.platform.jobs import Job

__all__ = ["PATIENTS", "PRUNE", "PULL_PATIENTS", "PULL_VISITS", "PUSH", "VISITS", "PracticeSync"]


class PracticeSync:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        fetching = Fetching(self._ground)
        pulling, pushing = Pulling(self._ground, fetching), Pushing(self._ground)
        asked, whole = Asked(self._ground, fetching, pushing), Whole(self._ground, pulling, fetching, pushing)
        return [
            Job(PULL_PATIENTS, VENDOR, pulling.pull_patients),
            Job(PULL_VISITS, VENDOR, pulling.pull_visits),
            Job(FETCH, VENDOR, fetching.fetch),
            Job(PUSH, FAST, pushing.push),
            Job(PATIENT, VENDOR, asked.patient),
            Job(VISIT, VENDOR, asked.visit),
            Job(BULK, VENDOR, asked.bulk),
            Job(FULL, VENDOR, whole.full),
            Job(CENSUS, VENDOR, whole.census),
            Job(REPAIR, VENDOR, whole.repair),
            Job(ELIGIBILITY, VENDOR, Eligibility(self._ground).check),
            Job(PRUNE, FAST, Pruning(self._ground).prune),
        ]
