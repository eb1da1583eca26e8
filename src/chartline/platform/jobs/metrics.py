"""Numbers about jobs for ``/metrics``."""

from __future__ import annotations

from prometheus_client import Counter

FINISHED = Counter("chartline_jobs_finished", "Runs of jobs that ended, by job and outcome.", ["job", "outcome"])
"""Outcomes: done, returned (comes back later), failed."""

TAKEN_OVER = Counter("chartline_jobs_taken_over", "Jobs taken over from a worker that went silent.")
