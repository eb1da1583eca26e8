"""Durable jobs: what was begun is finished, across crashes, exactly as far as it had come.

The rest of the product sees the contract below; the durable engine behind it is known to this room alone and is
imported only when it is needed. Refuses patient values: arguments, results and errors of jobs are ids and codes.
"""

from chartline.platform.jobs.contract import Body, ComeBack, Job, Queue, Run
from chartline.platform.jobs.issues import Issue, IssueGroup, Issues
from chartline.platform.jobs.outbox import Jobs, JobState
from chartline.platform.jobs.schedules import Schedule, Schedules
from chartline.platform.jobs.timers import next_due
from chartline.platform.jobs.worker import Worker

__all__ = [
    "Body",
    "ComeBack",
    "Issue",
    "IssueGroup",
    "Issues",
    "Job",
    "JobState",
    "Jobs",
    "Queue",
    "Run",
    "Schedule",
    "Schedules",
    "Worker",
    "next_due",
]
