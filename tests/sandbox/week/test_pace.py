"""The clock of the week: idle time is jumped, work gets time, and what never moves is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.support.clocks import START

from chartline.kernel.errors import ChartlineError
from chartline.sandbox.clock import ClockKeeper
from chartline.sandbox.week import pace
from chartline.sandbox.week.pace import Load, Pace

IDLE = Load(busy=0, unsent=0, due=None, late=False, mark="")


class Scripted:
    """A watch that answers what it was told, the last answer for ever."""

    def __init__(self, *loads: Load) -> None:
        self._loads, self.looks = list(loads), 0

    def load(self) -> Load:
        self.looks += 1
        return self._loads.pop(0) if len(self._loads) > 1 else self._loads[0]


@pytest.fixture
def keeper(tmp_path: Path) -> ClockKeeper:
    made = ClockKeeper(tmp_path / "clock.json")
    made.start(START, 1.0)
    return made


def test_a_night_with_nothing_to_do_is_one_jump(keeper: ClockKeeper) -> None:
    watch = Scripted(IDLE)
    Pace(keeper, watch).until(START + timedelta(hours=12))
    assert keeper.now() >= START + timedelta(hours=12)
    assert watch.looks == 1


def test_a_job_that_sleeps_is_woken_on_the_way(keeper: ClockKeeper) -> None:
    due = START + timedelta(hours=1)
    seen: list[datetime] = []

    class Sleeping(Scripted):
        def load(self) -> Load:
            seen.append(keeper.now())
            return Load(busy=0, unsent=0, due=due, late=False, mark="") if keeper.now() < due else IDLE

    Pace(keeper, Sleeping(IDLE)).until(START + timedelta(hours=5))
    assert seen[1] - due < timedelta(minutes=30)
    assert keeper.now() >= START + timedelta(hours=5)


def test_work_gets_time_before_the_next_moment_comes(keeper: ClockKeeper) -> None:
    working = [Load(busy=1, unsent=0, due=None, late=False, mark=str(n)) for n in range(5)]
    watch = Scripted(*working, IDLE)
    Pace(keeper, watch).until(START + timedelta(hours=5))
    assert watch.looks == len(working) + 1


def test_settling_ends_when_nothing_is_under_way_and_everything_is_sent(keeper: ClockKeeper) -> None:
    waiting = Load(busy=0, unsent=3, due=None, late=False, mark="a")
    watch = Scripted(waiting, waiting, IDLE)
    Pace(keeper, watch).settle("the end")
    assert watch.looks == 3


def test_what_never_moves_is_told_with_what_it_waits_for(keeper: ClockKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "PATIENCE", 0.1)
    watch = Scripted(Load(busy=1, unsent=2, due=None, late=False, mark="same"))
    with pytest.raises(ChartlineError) as told:
        Pace(keeper, watch).settle("the worker")
    assert told.value.problem.code == "sandbox.week_stuck"
    assert told.value.problem.fields == {"waiting_for": "the worker", "unsent": "2", "busy": "1"}
