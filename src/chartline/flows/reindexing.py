"""Makes a search parameter of the practice's own usable: older resources are indexed by it, batch by batch.

The job is put in line in the transaction that stores the SearchParameter. Each batch is its own transaction, so a
killed worker goes on where it was, and writers never wait long. Searches by the parameter begin when it is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chartline.flows.ground import Ground
from chartline.formats.fhir import JsonObject
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Job, Jobs, Queue, Run
from chartline.platform.records.observing import Written

REINDEX = "records.reindex"
INDEXING = Queue("indexing", concurrency=1)
"""One at a time: all parameters that wait go forward together."""
_BATCHES = 20
"""Batches of a step; a step that is cut off is made again, which changes nothing."""
_STEPS = 50
_PAUSE = timedelta(seconds=3)
"""Until transactions that were open when a parameter arrived have ended."""


class NewParameters:
    """Puts the job in line when a SearchParameter is stored (``records.observing.Observer``)."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def prepare(self, work: Work, before: JsonObject | None, after: JsonObject) -> JsonObject:
        """Everything is stored as it is."""
        return after

    def wrote(self, work: Work, written: Sequence[Written], stamp: int | None) -> None:
        """One job for each version of a SearchParameter."""
        for one in written:
            if one.stored.type == "SearchParameter" and one.after is not None:
                key = f"{REINDEX}/{one.stored.id}/{one.stored.version}"
                self._jobs.enqueue(work, REINDEX, INDEXING, {}, key=key, organisation=work.organisation)


class Reindexing:
    """The story of older resources that a new parameter must find."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The job that indexes for one organisation."""
        return [Job(REINDEX, INDEXING, self._index)]

    def _index(self, run: Run, arguments: dict[str, str]) -> ComeBack | None:
        for number in range(_STEPS):
            told = run.step(f"batches {number}", self._batches, run.organisation)
            if told == "done":
                return None
            if told == "wait":
                break
        return ComeBack(datetime.fromisoformat(run.step("pause", self._later)), "older resources are being indexed")

    def _batches(self, organisation: str) -> str:
        for _ in range(_BATCHES):
            with self._ground.database.work(organisation) as work:
                progress = self._ground.records.reindex_step(work)
            if not progress.waiting:
                return "done"
            if not progress.resources:
                return "wait"
        return "working"

    def _later(self) -> str:
        return (self._ground.clock.now() + _PAUSE).isoformat()
