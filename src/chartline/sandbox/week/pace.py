"""The speed of the week's clock: work happens at a pace at which the processes keep up, idle time is jumped over.

Simulated time passes for the vendor and for us alike, so no limit is cheated: a jump only makes a minute long. When
there is work and yet nothing happens for a moment, whoever works waits for a slot of the vendor's budget, and the clock
runs fast until something happens again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.sandbox.clock import ClockKeeper
from chartline.sandbox.world import ZONE

WORKING, IN_PEAK = 40.0, 240.0
"""Simulated seconds in a real one while there is work to do. In the vendor's peak hours a minute holds a tenth of the
calls, so that the clock may run faster and the processes still keep up."""
PEAK_DAYS, PEAK_HOURS = range(5), range(6, 18)
"""Monday to Friday, six to six at the office (vendor sheet 5)."""
WAITING = 900.0
"""The same while whoever works waits for budget: a minute in 67 ms."""
QUIET = 0.05
"""Real seconds without a call to the vendor after which work is waiting for budget, on a machine with time to spare."""
LOOK = 0.03
"""Real seconds between two looks at the state."""
LOOKS_QUIET = 5
"""How many looks' lengths are added to that: where a look takes long, everything else does too."""
LONGEST = timedelta(hours=2)
"""Simulated time after which what still waits to be sent waits for a person."""
PATIENCE = 120.0
"""Real seconds in which something has to move, or the week is stuck."""

STUCK = ErrorKind(
    "sandbox.week_stuck",
    Blame.US,
    Again.NEVER,
    "The week of the sandbox waits for something that does not happen.",
    "See what it waits for in the fields, then the logs in the data folder and the list of stopped jobs.",
    status=500,
)


@dataclass(frozen=True, slots=True)
class Load:
    """What is under way. ``busy`` counts jobs in line or at work, ``unsent`` records that the vendor has not got.

    ``due`` is when the next waiting job wakes up, apart from schedules; ``late`` says that something is due already
    and not yet in line. ``mark`` changes whenever a call was made or work was done.
    """

    busy: int
    unsent: int
    due: datetime | None
    late: bool
    mark: str

    @property
    def idle(self) -> bool:
        """Nothing is in line, at work, or about to be."""
        return not self.busy and not self.late


class Watch(Protocol):
    """What the week sees of Chartline's own state."""

    def load(self) -> Load:
        """What is under way now."""
        ...


def working_speed(moment: datetime) -> float:
    """How fast the clock runs at a moment at which there is work."""
    office = moment.astimezone(ZoneInfo(ZONE))
    return IN_PEAK if office.weekday() in PEAK_DAYS and office.hour in PEAK_HOURS else WORKING


class Pace:
    """Moves the clock of the week."""

    def __init__(self, keeper: ClockKeeper, watch: Watch) -> None:
        self._keeper, self._watch = keeper, watch
        self._speed, self._mark, self._moved = 0.0, "", time.monotonic()
        self._look_seconds = 0.0

    @property
    def now(self) -> datetime:
        """Simulated time."""
        return self._keeper.now()

    def until(self, moment: datetime) -> None:
        """Let time pass until a moment: at a working pace while there is work, in one jump when there is none."""
        while (now := self._keeper.now()) < moment:
            load = self._look()
            if load.idle:
                # A job that sleeps wakes on the way.
                self._jump(min(moment, load.due) if load.due and load.due > now else moment)
            else:
                self._run(load)

    def settle(self, what: str, most: timedelta = LONGEST) -> None:
        """Let time pass until nothing is under way and everything is sent, or so much simulated time has passed.

        Raises ``sandbox.week_stuck`` when somebody works and nothing moves.
        """
        self._moved, over = time.monotonic(), self._keeper.now() + most
        while True:
            load = self._look()
            if load.idle and ((load.due is None and not load.unsent) or self._keeper.now() > over):
                return
            if load.busy and time.monotonic() - self._moved > PATIENCE:
                raise STUCK.error(waiting_for=what, unsent=str(load.unsent), busy=str(load.busy))
            if load.idle and load.due is not None and load.due > self._keeper.now():
                self._jump(min(load.due, over + LONGEST))
            else:
                self._run(load)

    def _look(self) -> Load:
        begun = time.monotonic()
        load = self._watch.load()
        self._look_seconds += (time.monotonic() - begun - self._look_seconds) / 8
        if load.mark != self._mark:
            self._mark, self._moved = load.mark, time.monotonic()
        return load

    def _jump(self, goal: datetime) -> None:
        self._speed = working_speed(goal)
        self._keeper.jump(goal, self._speed)
        time.sleep(LOOK)

    def _run(self, load: Load) -> None:
        """One look's length at the right speed."""
        quiet = time.monotonic() - self._moved > QUIET + LOOKS_QUIET * self._look_seconds
        waiting = not load.late and (quiet or load.idle)
        speed = WAITING if waiting else working_speed(self._keeper.now())
        if speed != self._speed:
            self._keeper.set_speed(speed)
            self._speed = speed
        time.sleep(LOOK)
