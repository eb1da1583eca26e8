"""The clock of the year: it stands almost still while there is work, and jumps where there is none.

So each schedule runs about once a working day, and nothing is asked for a second time because work took long. Only when
work waits for the clock itself (a vendor's budget, a pause between tries) does time run.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from chartline.sandbox.clock import ClockKeeper
from chartline.sandbox.week.pace import PATIENCE, STUCK, Load, Watch

WORKING = 4.0
"""Simulated seconds in a real one while there is work."""
WAITING = 300.0
"""The same while what is under way waits for the clock."""
QUIET = 1.0
"""Real seconds without a sign of work after which that is believed."""
LONGEST = timedelta(hours=12)
"""Simulated time after which work that has still not ended is believed to be stuck, whatever else goes on."""
LOOK, LONGEST_LOOK = 0.01, 0.08
"""Real seconds between two looks: short ones first, for most work is over at once."""


class YearPace:
    """Moves the clock of the year."""

    def __init__(self, keeper: ClockKeeper, watch: Watch) -> None:
        self._keeper, self._watch = keeper, watch
        self._speed, self._mark, self._moved = 0.0, "", time.monotonic()

    def until(self, moment: datetime) -> None:
        """Be at a moment, in one jump once nothing is at work; what was due on the way begins then.

        So the small work that was put off for some minutes is done beside that of the next day, not before it.
        """
        if self._keeper.now() < moment:
            self.rest()
            self._jump(moment)

    def rest(self, within: timedelta = timedelta()) -> None:
        """Wait until nothing is in line or at work; what wakes up ``within`` so much simulated time is waited for too.

        Raises ``sandbox.week_stuck``.
        """
        self._moved, pause = time.monotonic(), LOOK
        over = self._keeper.now() + within + LONGEST
        while True:
            load = self._watch.load()
            if load.mark != self._mark:
                self._mark, self._moved, pause = load.mark, time.monotonic(), LOOK
            if load.idle:
                now = self._keeper.now()
                if load.due is None or load.due > now + within:
                    return
                self._jump(load.due)
            elif time.monotonic() - self._moved > PATIENCE or self._keeper.now() > over:
                raise STUCK.error(waiting_for="work to end", unsent=str(load.unsent), busy=str(load.busy))
            self._run(load)
            time.sleep(pause)
            pause = min(LONGEST_LOOK, pause * 1.5)

    def _run(self, load: Load) -> None:
        quiet = not load.late and time.monotonic() - self._moved > QUIET
        speed = WAITING if quiet else WORKING
        if speed != self._speed:
            self._keeper.set_speed(speed)
            self._speed = speed

    def _jump(self, goal: datetime) -> None:
        self._speed = WORKING
        self._keeper.jump(goal, WORKING)
