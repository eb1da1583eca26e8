"""Whether, and when, something that failed is tried again: one table, by the class of the trouble.

| class | tries again | pause |
|---|---|---|
| sign-in | 1 | at once; the connector has opened a new session by then |
| rate limit | 5 | 60 s, doubled, at most 15 min |
| network | 3 | 1 s, doubled, at most 10 s, spread by chance |
| the vendor's interface | 2 | 5 s, 10 s |
| validation, not found, conflict | 0 | a person decides |

The class is read from what the error catalogue says of a problem (blame, status, whether to try again), so this table
knows no vendor. Pure: time and chance are handed in. Refuses to try again what only a person or a change can mend, and
a sign-in that was answered with a no: one more try may lock the account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from chartline.connect.transport import HOST_NOT_ALLOWED
from chartline.kernel.errors import CATALOGUE, Again, Blame, Problem


class Trouble(StrEnum):
    """What kind of failure it is."""

    SIGN_IN = "sign_in"
    RATE_LIMIT = "rate_limit"
    NETWORK = "network"
    VENDOR = "vendor"
    VALIDATION = "validation"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how fast one class is tried again. ``growth`` multiplies the pause; 0 adds ``first`` each time.

    ``spread`` is the part of the pause that chance decides, so that callers who failed together do not return together.
    """

    tries: int
    first: timedelta = timedelta(0)
    most: timedelta = timedelta(0)
    growth: float = 0.0
    spread: float = 0.0


PACES: Final[dict[Trouble, Pace]] = {
    Trouble.SIGN_IN: Pace(1),
    Trouble.RATE_LIMIT: Pace(5, timedelta(seconds=60), timedelta(minutes=15), growth=2.0),
    Trouble.NETWORK: Pace(3, timedelta(seconds=1), timedelta(seconds=10), growth=2.0, spread=0.5),
    Trouble.VENDOR: Pace(2, timedelta(seconds=5), timedelta(seconds=10)),
    Trouble.VALIDATION: Pace(0),
    Trouble.NOT_FOUND: Pace(0),
    Trouble.CONFLICT: Pace(0),
}

SLOWLY: Final = timedelta(minutes=5)
"""The pause between tries once the table is over and it is the vendor that is away, not one record that is wrong."""
LONGEST: Final = timedelta(hours=24)
"""So long a job goes on slowly before it stops and waits for a person."""

_OF_CONNECTION: Final = frozenset({Trouble.SIGN_IN, Trouble.RATE_LIMIT, Trouble.NETWORK})


def trouble_of(problem: Problem) -> Trouble:
    """The class of a problem. An error that nobody declared is the vendor's when it may pass, else validation."""
    kind = CATALOGUE.get(problem.code)
    status = kind.status if kind is not None else 0
    if problem.code == HOST_NOT_ALLOWED.code or status in (401, 403):
        return Trouble.SIGN_IN
    if status == 429:
        return Trouble.RATE_LIMIT
    if status == 409:
        return Trouble.CONFLICT
    if problem.blame is Blame.NETWORK:
        return Trouble.NETWORK
    if passes(problem):
        return Trouble.VENDOR
    return Trouble.NOT_FOUND if status == 404 else Trouble.VALIDATION


def passes(problem: Problem) -> bool:
    """Whether the trouble may be over by itself; otherwise a person or a change of data has to end it."""
    return problem.again in (Again.NOW, Again.AFTER)


def of_connection(problem: Problem) -> bool:
    """Whether the trouble is with the connection as a whole and not with the record that met it."""
    return trouble_of(problem) in _OF_CONNECTION


def shuts_out(problem: Problem) -> bool:
    """Whether we are not let in, or may not go there, until somebody has put it right."""
    return trouble_of(problem) is Trouble.SIGN_IN and not passes(problem)


def next_try(problem: Problem, attempts: int, now: datetime, chance: float) -> datetime | None:
    """When to try again after ``attempts`` failures (1 for the first); None when it is over.

    ``chance`` is from 0 up to 1.
    """
    pace = PACES[trouble_of(problem)]
    if attempts > pace.tries or not passes(problem):
        return None
    grown = pace.first * (pace.growth ** (attempts - 1)) if pace.growth else pace.first * attempts
    pause = min(grown, pace.most)
    return now + pause * (1.0 - pace.spread * chance)


def whole_table(problem: Problem) -> timedelta:
    """How long it takes to use up the tries of a problem's class, at the most."""
    now = datetime(2000, 1, 1, tzinfo=UTC)
    tries = (next_try(problem, attempts, now, 0.0) for attempts in range(1, PACES[trouble_of(problem)].tries + 1))
    return sum((at - now for at in tries if at is not None), timedelta())


def slow_try(problem: Problem, attempts: int, now: datetime) -> datetime | None:
    """When a job tries again that has used up the table; None when the trouble does not pass or lasts too long."""
    beyond = attempts - PACES[trouble_of(problem)].tries
    if not passes(problem) or trouble_of(problem) is Trouble.CONFLICT or beyond > LONGEST / SLOWLY:
        return None
    return now + SLOWLY
