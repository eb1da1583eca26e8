"""What the week proved, in numbers. Holds ids, names of fields and counts, never a value of a patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chartline.sandbox.week.comparison import Difference

YOUNGEST_RENEWAL = timedelta(hours=20)
"""A session that is renewed before its end is at least this old (vendor sheet 3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The numbers of one played week."""

    patients: int
    visits: int
    plans: int
    edits_here: int
    edits_there: int
    faults: dict[str, int]
    faults_left: dict[str, int]
    sessions_ended: int
    workers_killed: int
    conflicts: dict[str, int]
    equal: dict[str, int]
    disputed: int
    differing: list[Difference]
    lost: list[Difference]
    duplicated: int
    excess_calls: int
    excess_cost: str
    logins: int
    token_lives: int
    calls: dict[str, int]
    deepest: dict[str, int]
    waiting: int
    dead_letters: int
    stopped_jobs: int
    simulator_errors: int
    simulated_hours: float
    seconds: float
    phases: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def checks(self) -> dict[str, bool]:
        """What must hold, by name."""
        return {
            "both sides are equal field by field except open conflicts": not self.differing,
            "nothing was lost": not self.lost,
            "nothing was done twice": self.duplicated == 0,
            "no call went over the vendor's limit": self.excess_calls == 0,
            "one login at most in the life of a token": self.logins <= self.token_lives,
            "nothing waits to be sent": self.waiting == 0,
            "nothing was put aside": self.dead_letters == 0 and self.stopped_jobs == 0,
            "the simulator made no mistake": self.simulator_errors == 0,
        }

    @property
    def sound(self) -> bool:
        """Whether all of it holds."""
        return all(self.checks.values())

    @property
    def faults_found(self) -> list[str]:
        """The first records that differ or are missing, for people."""
        return [f"{one.kind} {one.record}: {', '.join(one.fields)}" for one in [*self.differing, *self.lost][:20]]

    def as_json(self) -> dict[str, Any]:
        """For ``--json``: every number, the checks, and the verdict."""
        return {
            **{name: found for name, found in asdict(self).items() if name not in ("lost", "differing")},
            "lost": len(self.lost),
            "lost_records": [asdict(one) for one in self.lost],
            "differing": [asdict(one) for one in self.differing],
            "checks": self.checks,
            "ok": self.sound,
        }


def token_lives(logins: Sequence[datetime], ended: Sequence[datetime], begin: datetime, end: datetime) -> int:
    """How many lives tokens had: a new one begins when the one before had grown old, or was ended from outside.

    Each of the ``ended`` moments is a reason for one login after it; a fault that ends a session strikes some time
    after its moment. Without the times of the logins, the most that can have been: one a day, and one for each moment.
    """
    if not logins:
        return 1 + len(ended) + int((end - begin) / YOUNGEST_RENEWAL)
    lives, last, unused = 1, logins[0], sorted(ended)
    for login in logins[1:]:
        if login - last >= YOUNGEST_RENEWAL:
            lives += 1
        elif unused and unused[0] <= login:
            unused.pop(0)
            lives += 1
        last = login
    return lives
