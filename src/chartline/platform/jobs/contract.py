"""What a job is, for everybody who writes one.

A body is a few steps in a fixed order. Everything that looks at the world (database, vendor, clock, chance) happens
inside a step; between steps there is nothing but plain decisions on what the steps returned. After a crash the body
runs again from its top and every finished step answers from its record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from chartline.kernel.errors import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Queue:
    """A line in which jobs wait. ``concurrency`` is how many of it one worker process runs at once.

    Each queue costs a polling thread in every worker: have a handful, and no queue for each practice.
    """

    name: str
    concurrency: int

    def __post_init__(self) -> None:
        if self.concurrency < 1:
            raise ValueError("a queue runs at least one job at a time")


class Run(Protocol):
    """What a body is given to work with."""

    id: str
    """The job's key, as given to ``Jobs.enqueue``; the same at every return of a job that comes back."""
    organisation: str
    """The organisation that the job belongs to."""
    returns: int
    """How often the job has come back so far: 0 at first."""
    failed: int
    """How often in a row it has come back because of a failure that may pass; 0 after any other return."""

    def step(self, name: str, function: Callable[..., T], *arguments: object) -> T:
        """Run a function once, durably, and answer what it returned, now and at every repetition.

        The result is plain JSON (None, bool, int, str, list, dict with str keys) without patient values. A crash
        before the result was stored runs the function again, so an effect outside needs its once-key. Tried again
        with back-off when the database was away or a ``ChartlineError`` says ``Again.NOW``; any other error is raised
        at once, as a ``ChartlineError``, and would be raised again at every repetition.
        """
        ...


@dataclass(frozen=True, slots=True)
class ComeBack:
    """A body returns this to be run again, from its top, at ``at`` (clock time). No worker slot is held meanwhile.

    ``failed`` counts failures in a row and is handed to the next run. With a ``problem`` the desk is told meanwhile; it
    is told again when the job went through.
    """

    at: datetime
    reason: str
    failed: int = 0
    problem: Problem | None = None


Body = Callable[[Run, dict[str, str]], ComeBack | dict[str, str] | None]
"""A job's code. The arguments are ids only. A returned dictionary (ids and counts as text) is kept as the result."""


@dataclass(frozen=True, slots=True)
class Job:
    """A named body and the queue that it waits in. The name is stored with every job: do not rename it lightly."""

    name: str
    queue: Queue
    body: Body
