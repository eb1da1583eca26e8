"""Plays the script of the week: moments one after the other, each side's acts at its moment, until both sides rest.

Refuses to go on when nothing moves any more (``sandbox.week_stuck``).
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol

from chartline.sandbox.week.acts import Act, Side, Verb
from chartline.sandbox.week.breakage import ENDS_SESSION
from chartline.sandbox.week.front_desk import WeekDesk
from chartline.sandbox.week.office import Books
from chartline.sandbox.week.pace import Pace
from chartline.sandbox.week.people import Week

CHOICES = ("ours", "theirs", "ours", "theirs", "value")
"""How conflicts are decided, in turn."""
DECIDED_VALUES = {"birth_date": "1966-06-06", "given": "DECIDED", "family": "DECIDEDLY", "status": "cancelled"}
"""What a person types where neither value is right."""

Progress = Callable[[str, float], None]
"""Told what happens, and how much of the whole is done (0 to 1)."""


class House(Protocol):
    """What the player needs of the installation beside its HTTP surface."""

    def loaded(self) -> tuple[int, int]:
        """Patients and visits in the records."""
        ...

    def kill(self, number: int) -> None:
        """Kill a worker with SIGKILL, if possible at work, and start it again."""
        ...

    def poll(self) -> None:
        """Make every schedule due now."""
        ...


@dataclass
class Tally:
    """What was done in the week."""

    edits: Counter[Side] = field(default_factory=Counter[Side])
    sessions_ended: list[datetime] = field(default_factory=list[datetime])
    killed: int = 0
    decided: int = 0
    revived: int = 0
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict[str, float](float))
    """Real seconds by what they went into."""

    @contextmanager
    def timing(self, what: str) -> Generator[None, None, None]:
        """Count the real seconds of a block."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self.seconds[what] += time.monotonic() - begun


class Player:
    """Plays one week."""

    def __init__(
        self, week: Week, script: Sequence[Act], pace: Pace, desk: WeekDesk, books: Books, house: House, tell: Progress
    ) -> None:
        self._week, self._script, self._pace = week, script, pace
        self._desk, self._books, self._house, self._tell = desk, books, house, tell
        self._learned = False
        self.tally = Tally()

    def play(self) -> None:
        """From Monday, ten to six, to Sunday evening."""
        world = self._week.world
        self._tell("The initial load", 0.02)
        people = sum(one.known for one in world.patients)
        for moment, acts in self._moments():
            if not self._learned and any(one.side is Side.HERE for one in acts):
                with self.tally.timing("initial load"):
                    self._wait_for_load(people)
            with self.tally.timing("passing time"):
                self._pace.until(moment)
            self._tell(f"{moment:%A %H:%M}", 0.25 + 0.65 * self._share(moment))
            self._act(acts)
        with self.tally.timing("rest"):
            self._rest()

    def _moments(self) -> Iterator[tuple[datetime, list[Act]]]:
        for moment, acts in groupby(self._script, key=lambda act: act.at):
            yield moment, list(acts)

    def _share(self, moment: datetime) -> float:
        return (moment - self._week.begin) / timedelta(days=self._week.days)

    def _wait_for_load(self, people: int) -> None:
        """Everything that was at the vendor before the week is here before our desk looks for it."""
        self._pace.settle("the initial load")
        for _ in range(20):
            here, visits = self._house.loaded()
            if here >= people and visits >= sum(one.known for one in self._week.world.visits):
                break
            self._house.poll()
            self._pace.settle("the initial load")
        self._desk.learn(sorted({one.start.date() for one in self._week.world.visits}))
        self._learned = True

    def _act(self, acts: Sequence[Act]) -> None:
        there = [one for one in acts if one.side is Side.THERE]
        if there:
            with self.tally.timing("edits there"):
                self._books.act(there)
        for act in acts:
            if act.side is Side.HERE:
                self._here(act)
            elif act.side is Side.FATE:
                self._fate(act)
        for act in acts:
            if act.side is not Side.FATE and act.verb not in (Verb.DECIDE, Verb.REVIVE):
                self.tally.edits[act.side] += 1

    def _here(self, act: Act) -> None:
        if act.verb is Verb.DECIDE:
            self._decide(act.number)
        elif act.verb is Verb.REVIVE:
            self._revive()
        else:
            with self.tally.timing("edits here"):
                self._desk.act(act)

    def _decide(self, most: int) -> None:
        for place, conflict in enumerate(self._desk.conflicts()[:most]):
            choice = CHOICES[place % len(CHOICES)]
            value = DECIDED_VALUES.get(conflict["field"]) if choice == "value" else None
            chosen = choice if value or choice != "value" else "theirs"
            self.tally.decided += self._desk.decide(conflict["id"], chosen, value)

    def _revive(self) -> None:
        for key in self._desk.stopped():
            self.tally.revived += self._desk.run_again(key)
        self.tally.revived += self._desk.send_again()

    def _fate(self, act: Act) -> None:
        match act.verb:
            case Verb.FAULT:
                self._books.break_next(act)
                if act.value("kind") in ENDS_SESSION:
                    self.tally.sessions_ended.append(self._pace.now)
            case Verb.EXPIRE:
                self._books.expire()
                self.tally.sessions_ended.append(self._pace.now)
            case Verb.CLUSTER:
                self._books.move_cluster(act.value("cluster"))
                self.tally.sessions_ended.append(self._pace.now)
            case Verb.KILL:
                self._tell(f"Killing a worker with SIGKILL, {act.at:%A %H:%M}", 0.25 + 0.65 * self._share(act.at))
                with self.tally.timing("kills"):
                    self._house.kill(act.number)
                self.tally.killed += 1
            case _:
                raise ValueError(f"fate does not {act.verb.value}")

    def _rest(self) -> None:
        """No more edits: what was put aside is taken up, every feed is read again, until nothing is left."""
        for moment in self._week.rest:
            self._pace.until(moment)
            self._tell(f"{moment:%A %H:%M}: both systems come to rest", 0.92)
            self._revive()
            self._house.poll()
            self._pace.settle("both sides to come to rest")
