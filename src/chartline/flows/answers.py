"""How a step's outcome travels: as a small plain value that the engine can keep, with ids and codes only.

A step says ``done`` or ``later``; a story turns that into going on or coming back. A proven no ends the step and with
it the job: it waits on the desk, and a retry takes up that very step again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from chartline.connect.intents import refused_for_good
from chartline.connect.transport import HOST_NOT_ALLOWED
from chartline.kernel.clock import Clock
from chartline.kernel.errors import CATALOGUE, Problem, StopRun
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown
from chartline.platform.jobs import ComeBack

Answer = dict[str, str]

SETTLE_AGAIN = timedelta(minutes=2)
TRY_AGAIN = timedelta(minutes=1)


def done(**ids: str) -> Answer:
    """The step did its work; ``ids`` are what the next step needs."""
    return {"is": "done", **ids}


def later(at: datetime, reason: str) -> Answer:
    """The step has to be taken again at ``at``."""
    return {"is": "later", "at": at.isoformat(), "reason": reason}


def answer(outcome: Receipt[str] | Absent | Later | Refused | Unknown, clock: Clock) -> Answer:
    """An outcome as an answer. ``Unknown`` and a passing trouble come back later.

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
        case Refused(problem) if refused_for_good(problem):
            raise StopRun(problem)
        case Refused(problem):
            return later(clock.now() + TRY_AGAIN, problem.code)


def shuts_out(problem: Problem) -> bool:
    """Whether a refusal is about the connection and not about the record: we are not let in, or may not go there."""
    kind = CATALOGUE.get(problem.code)
    return problem.code == HOST_NOT_ALLOWED.code or (kind is not None and kind.status in (401, 403))


def come_back(given: Answer) -> ComeBack | None:
    """The ComeBack of a ``later`` answer, None for the others."""
    if given["is"] == "later":
        return ComeBack(datetime.fromisoformat(given["at"]), given["reason"])
    return None
