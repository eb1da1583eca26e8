"""How a step's outcome travels: as a small plain value that the engine can keep, with ids and codes only.

A step says ``done``, ``later`` or ``no``; a story turns that into going on, coming back, or a stop on the desk.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from chartline.connect.intents import refused_for_good
from chartline.kernel.clock import Clock
from chartline.kernel.errors import Again, Blame, Problem, StopRun
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
    """An outcome as an answer. ``Unknown`` and a passing trouble come back later; a proven no stops the job."""
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
            return _no(problem)
        case Refused(problem):
            return later(clock.now() + TRY_AGAIN, problem.code)


def _no(problem: Problem) -> Answer:
    return {
        "is": "no",
        "code": problem.code,
        "blame": problem.blame.value,
        "again": problem.again.value,
        "say": problem.say,
        "do": problem.do,
        "evidence": problem.evidence or "",
        **{f"field.{name}": value for name, value in problem.fields.items()},
    }


def come_back(given: Answer) -> ComeBack | None:
    """The ComeBack of a ``later`` answer, None for the others. Raises StopRun for a ``no``."""
    if given["is"] == "later":
        return ComeBack(datetime.fromisoformat(given["at"]), given["reason"])
    if given["is"] == "no":
        fields = {name.removeprefix("field."): value for name, value in given.items() if name.startswith("field.")}
        raise StopRun(
            Problem(
                given["code"],
                Blame(given["blame"]),
                Again(given["again"]),
                given["say"],
                given["do"],
                given["evidence"] or None,
                fields,
            )
        )
    return None
