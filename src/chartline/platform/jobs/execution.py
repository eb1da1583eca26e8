"""Runs one job's body inside the durable engine, and settles how it ended in one last step.

The last step is one transaction of ours: a job that comes back is put on the clock, a failure is put on the desk, a
schedule learns that its run is over. Refuses to let any text of a foreign exception out: of an unforeseen error only
its type and place are kept.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dbos import DBOS
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from chartline.kernel.clock import SystemClock
from chartline.kernel.errors import Again, ChartlineError, Problem, StopRun
from chartline.platform.database import Database
from chartline.platform.database.engine import DISK_FULL
from chartline.platform.jobs import metrics, timers
from chartline.platform.jobs.contract import ComeBack, Job
from chartline.platform.jobs.issues import Issues, Place
from chartline.platform.jobs.outbox import LAST_STEP
from chartline.platform.jobs.problems import FAILED, NOT_PLAIN
from chartline.platform.jobs.schedules import Schedules, schedule_of

T = TypeVar("T")

PAUSES = (0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8)
"""Real seconds between the tries of a step; a database restart of half a minute is sat out."""

_REAL = SystemClock()


class EngineRun:
    """The ``Run`` of the contract, on top of the engine."""

    def __init__(self, key: str, organisation: str) -> None:
        self.id, _, rest = key.partition("#")
        returns, _, failed = rest.partition("~")
        self.organisation, self.returns, self.failed = organisation, int(returns or 0), int(failed or 0)

    def step(self, name: str, function: Callable[..., T], *arguments: object) -> T:
        """See ``contract.Run.step``."""
        return DBOS.run_step({"name": name}, _tried, function, arguments)


def _tried(function: Callable[..., T], arguments: tuple[object, ...]) -> T:
    tries = 0
    while True:
        try:
            result = function(*arguments)
        except Exception as error:
            if not _unrecordable(error) and (tries == len(PAUSES) or not _passing(error)):
                raise _known(error) from None
            _REAL.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries = min(tries + 1, len(PAUSES))
        else:
            if not _plain(result):
                raise NOT_PLAIN.stop(type=type(result).__name__)
            return result


def _unrecordable(error: Exception) -> bool:
    """Whether the disk is full. Then a failure could not be stored either, so the step waits for room, however long."""
    return isinstance(error, ChartlineError) and error.problem.code == DISK_FULL.code


def _passing(error: Exception) -> bool:
    """Whether the same call may simply succeed a moment later."""
    if isinstance(error, StopRun):
        return False
    if isinstance(error, ChartlineError):
        return error.problem.again is Again.NOW
    return isinstance(error, OperationalError | InterfaceError | TimeoutError)


def _known(error: Exception) -> ChartlineError:
    """The error itself when it is ours; else ``job.failed`` with its type and place, never its text."""
    if isinstance(error, ChartlineError):
        return error
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return FAILED.error(exception=type(error).__name__, place=place)


def _plain(value: object) -> bool:
    """Whether a value comes back from JSON as it went in."""
    if isinstance(value, list):
        return all(map(_plain, value))
    if isinstance(value, dict):
        return all(type(key) is str and _plain(item) for key, item in value.items())
    return value is None or type(value) in (str, int, bool)


@dataclass(frozen=True, slots=True)
class Execution:
    """Plays one kind of job. Called by the engine with what ``Jobs.put`` stored."""

    database: Database
    job: Job

    def play(self, arguments: dict[str, str], organisation: str, queue: str) -> dict[str, str] | None:
        """Run the body and settle. Raises the problem of a failed job, so that the engine counts it as failed."""
        key = DBOS.workflow_id or ""
        run = EngineRun(key, organisation)
        ended: ComeBack | dict[str, str] | Problem | None
        try:
            ended = self.job.body(run, dict(arguments))
        except Exception as error:
            ended = _known(error).problem
        come_back = ended if isinstance(ended, ComeBack) else None
        problem = ended if isinstance(ended, Problem) else None
        run.step(LAST_STEP, self._settle, run, key, queue, arguments, come_back, problem)
        outcome = "failed" if problem else "returned" if come_back else "done"
        metrics.FINISHED.labels(self.job.name, outcome).inc()
        if problem is not None:
            raise StopRun(problem)
        return ended if isinstance(ended, dict) else None

    def _settle(
        self,
        run: EngineRun,
        key: str,
        queue: str,
        arguments: dict[str, str],
        come_back: ComeBack | None,
        problem: Problem | None,
    ) -> None:
        issues, schedule = Issues(), schedule_of(run.id, run.organisation)
        connection = arguments.get("connection", "")
        with self.database.system() as work:
            if come_back is not None:
                if come_back.problem is not None:
                    found = come_back.problem
                    place = Place(run.id, run.organisation, self.job.name, queue, connection, schedule, goes_on=True)
                    issues.open(work, place, found)
                failed = f"~{come_back.failed}" if come_back.failed else ""
                timers.wait(
                    work,
                    come_back,
                    key=f"{run.id}#{run.returns + 1}{failed}",
                    organisation=run.organisation,
                    job=self.job.name,
                    queue=queue,
                    arguments=arguments,
                )
                return
            if problem is not None:
                place = Place(key, run.organisation, self.job.name, queue, connection, schedule)
                issues.open(work, place, problem)
            else:
                issues.resolve(work, key)
                issues.went_through(work, run.id, run.organisation, schedule)
            Schedules().finished(work, run.id)


def register(database: Database, jobs: list[Job]) -> None:
    """Make the jobs known to this process's engine, before it is launched."""
    for job in jobs:
        execution = Execution(database, job)

        def play(arguments: dict[str, str], organisation: str, queue: str, execution: Execution = execution) -> object:
            return execution.play(arguments, organisation, queue)

        DBOS.workflow(name=job.name, max_recovery_attempts=20)(play)
