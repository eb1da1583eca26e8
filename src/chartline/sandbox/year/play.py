"""Plays the year: each working day at closing time one person sends the claims while the biller clears the desk; then
time jumps.

Nothing waits in real time but for work to end. Refuses to go on when nothing moves any more (``sandbox.week_stuck``).
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from chartline.sandbox.year.biller import Biller
from chartline.sandbox.year.front_desk import YearDesk
from chartline.sandbox.year.pace import YearPace
from chartline.sandbox.year.practice import Year, closing

SOON = timedelta(minutes=20)
"""On the last days, what wakes up so soon after the desk has closed is waited for: all it has set in motion is done."""
LAST_LOOKS = 3
"""Days after the last working day on which the desk is cleared again, so that nothing is left that was only late."""

Progress = Callable[[str, float], None]
"""Told what happens, and how much of the whole is done (0 to 1)."""


class Ledger(Protocol):
    """What the player sees of the ledger."""

    def trial_balance(self) -> int:
        """The sum of all lines in cents; zero in a sound ledger."""
        ...


@dataclass
class Tally:
    """What was seen on the way."""

    days: int = 0
    unbalanced: list[date] = field(default_factory=list[date])
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict[str, float](float))
    """Real seconds by what they went into."""
    by_month: defaultdict[str, float] = field(default_factory=lambda: defaultdict[str, float](float))
    """Real seconds by month, so that it shows when work grows slower with the year."""

    @contextmanager
    def timing(self, what: str) -> Generator[None, None, None]:
        """Count the real seconds of a block."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self.seconds[what] += time.monotonic() - begun


class Player:
    """Plays one year."""

    def __init__(
        self, year: Year, pace: YearPace, desk: YearDesk, biller: Biller, ledger: Ledger, tell: Progress
    ) -> None:
        self._year, self._pace, self._desk, self._biller = year, pace, desk, biller
        self._ledger, self._tell = ledger, tell
        self.tally = Tally()

    def play(self) -> None:
        """From the first closing time to the days after the last."""
        days = self._year.days
        for place, day in enumerate(days):
            begun = time.monotonic()
            self._tell(f"{day:%B}: {day:%d %B %Y}", 0.02 + 0.93 * place / len(days))
            self._day(day)
            self.tally.by_month[f"{day:%Y-%m}"] += time.monotonic() - begun
        for number in range(1, LAST_LOOKS + 1):
            self._day(self._year.end + timedelta(days=number))

    def _day(self, day: date) -> None:
        tally, moment = self.tally, closing(day)
        with tally.timing("payers and jobs"):
            self._pace.until(moment)
        bills = self._year.bills.get(day, [])
        with ThreadPoolExecutor(1, "biller") as people:
            biller = people.submit(self._work, day)
            if bills:
                with tally.timing("claims in"):
                    self._desk.send(bills)
            # They are on their way while the biller works; what the biller puts right goes out the next day.
            self._desk.run("claimSubmission")
            biller.result()
        with tally.timing("claims out"):
            self._pace.rest(timedelta() if bills else SOON)
        tally.days += 1
        with tally.timing("trial balance"):
            if self._ledger.trial_balance():
                tally.unbalanced.append(day)

    def _work(self, day: date) -> None:
        with self.tally.timing("biller"):
            self._biller.work(day, last=day > self._year.end)
