"""How a step's outcome travels: as a small plain value that the engine can keep, with ids and codes only.

A step says ``done`` or ``later``; a story turns that into going on or coming back. A proven no ends the step and with
it the job: it waits on the desk, and a retry takes up that very step again.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from chartline.flows.retrying import next_try, passes, slow_try
from chartline.kernel.clock import Clock
from chartline.kernel.errors import CATALOGUE, Problem, StopRun
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown
from chartline.platform.jobs import ComeBack

Answer = dict[str, str]

SETTLE_AGAIN = timedelta(minutes=2)
TRY_AGAIN = timedelta(minutes=1)
_FIELD = "field."
"""Before the name of a problem's field in an answer."""


def done(**ids: str) -> Answer:
    """The step did its work; ``ids`` are what the next step needs."""
    return {"is": "done", **ids}


def later(at: datetime, reason: str) -> Answer:
    """The step has to be taken again at ``at``."""
    return {"is": "later", "at": at.isoformat(), "reason": reason}


def answer(
    outcome: Receipt[str] | Absent | Later | Refused | Unknown, clock: Clock, failed: int | None = None
) -> Answer:
    """An outcome as an answer. ``Unknown`` and a passing trouble come back later.

    ``failed`` is the run's count of failures in a row: the pause grows by the table in ``retrying``, then the job goes
    on slowly and the desk is told, and after a day it stops. Without it the pause is a minute, for ever.
    Raises StopRun for a proven no that stands until something is done about it.
    """
    match outcome:
        case Receipt(value, exchange):
            return done(value=value, exchange=exchange or "")
        case Absent(exchange):
            return {"is": "absent", "exchange": exchange or ""}
        case Later(at, reason):
            return later(at, reason)
        case Unknown():
            return later(clock.now() + SETTLE_AGAIN, "unknown outcome")
        case Refused(problem) if failed is not None:
            return try_again(problem, clock.now(), failed)
        case Refused(problem) if not passes(problem):
            raise StopRun(problem)
        case Refused(problem):
            return later(clock.now() + TRY_AGAIN, problem.code)


def try_again(problem: Problem, now: datetime, failed: int) -> Answer:
    """A trouble as an answer, after ``failed`` failures before this one. Raises StopRun when it is over."""
    attempts = failed + 1
    # Chance spreads callers who failed together; nothing is to be kept secret by it.
    at = next_try(problem, attempts, now, random.random())
    if at is not None:
        return {**later(at, problem.code), "failed": str(attempts)}
    at = slow_try(problem, attempts, now)
    if at is None:
        raise StopRun(problem)
    return told(at, problem, attempts)


def told(at: datetime, problem: Problem, failed: int) -> Answer:
    """Come back at ``at``, and let the desk know meanwhile what it is waiting for."""
    about = {f"{_FIELD}{name}": value for name, value in problem.fields.items()}
    return {**later(at, problem.code), "failed": str(failed), "told": problem.evidence or "-", **about}


def come_back(given: Answer) -> ComeBack | None:
    """The ComeBack of a ``later`` answer, None for the others."""
    if given["is"] != "later":
        return None
    problem: Problem | None = None
    if "told" in given and given["reason"] in CATALOGUE:
        evidence = None if given["told"] == "-" else given["told"]
        fields = {name[len(_FIELD) :]: value for name, value in given.items() if name.startswith(_FIELD)}
        problem = CATALOGUE[given["reason"]].problem(evidence=evidence, **fields)
    return ComeBack(datetime.fromisoformat(given["at"]), given["reason"], int(given.get("failed", "0")), problem)
