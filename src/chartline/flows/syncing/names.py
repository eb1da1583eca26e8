"""The names of the jobs of synchronisation. They are stored with every job: do not rename them lightly."""

from __future__ import annotations

from typing import Final

from chartline.domains.sync.changes import PUSH

PULL_PATIENTS: Final = "sync.pull_patients"
PULL_VISITS: Final = "sync.pull_visits"
FETCH: Final = "sync.fetch"
PATIENT: Final = "sync.patient"
VISIT: Final = "sync.visit"
BULK: Final = "sync.bulk"
FULL: Final = "sync.full"
CENSUS: Final = "sync.census"
REPAIR: Final = "sync.repair"
ELIGIBILITY: Final = "sync.eligibility"
PRUNE: Final = "sync.prune"

PATIENTS: Final = "patients"
VISITS: Final = "visits"

__all__ = [
    "BULK",
    "CENSUS",
    "ELIGIBILITY",
    "FETCH",
    "FULL",
    "PATIENT",
    "PATIENTS",
    "PRUNE",
    "PULL_PATIENTS",
    "PULL_VISITS",
    "PUSH",
    "REPAIR",
    "VISIT",
    "VISITS",
]
