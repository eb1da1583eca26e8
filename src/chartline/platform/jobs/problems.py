"""What can go wrong with jobs themselves, in words a person can act on."""

from __future__ import annotations

from chartline.kernel.errors import Again, Blame, ErrorKind

FAILED = ErrorKind(
    "job.failed",
    Blame.US,
    Again.AFTER_FIX,
    "A job met an error that nobody had foreseen, and stopped.",
    "Run the job again from the desk. If it stops again, report the error type in the fields.",
    status=500,
)
CRASHING = ErrorKind(
    "job.crashing",
    Blame.US,
    Again.AFTER_FIX,
    "A job's process ended every time the job was run, so it is not run any more.",
    "Look at the machine's memory and the worker's log, then run the job again from the desk.",
    status=500,
)
NOT_PLAIN = ErrorKind(
    "job.not_plain",
    Blame.US,
    Again.AFTER_FIX,
    "A step of a job returned something that cannot be stored.",
    "Report this as a defect; a step returns ids, counts and codes only.",
    status=500,
)
NO_ISSUE = ErrorKind(
    "job.no_issue",
    Blame.PRACTICE,
    Again.NEVER,
    "No failed job with this key is waiting for anybody.",
    "Reload the desk: the job may have been run again already.",
    status=404,
)
IN_USE = ErrorKind(
    "database.in_use",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Another process of Chartline already works on this SQLite file.",
    "Stop the process with the id in the fields, or use PostgreSQL, where several may work side by side.",
    status=409,
)
