"""The shared clock is one time for every process and never goes back."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chartline.kernel.clock import Anchor, SharedClock, open_clock, write_anchor
from chartline.sandbox.clock import ClockKeeper

START = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def keeper(tmp_path: Path) -> ClockKeeper:
    keeper = ClockKeeper(tmp_path / "clock.json")
    keeper.start(START, 3600.0)
    return keeper


def test_time_runs_at_the_speed_of_the_file(keeper: ClockKeeper) -> None:
    before, real = keeper.now(), time.time()
    keeper.clock.sleep(36)
    passed, really = (keeper.now() - before).total_seconds(), time.time() - real
    assert passed >= 36
    assert passed == pytest.approx(really * 3600, rel=0.3)


def test_two_readers_agree_and_follow_a_jump(keeper: ClockKeeper) -> None:
    one, two = SharedClock(keeper.path), SharedClock(keeper.path)
    keeper.jump(START + timedelta(days=3), 0.0)
    assert one.now() == two.now() == START + timedelta(days=3)


def test_a_jump_into_the_past_is_ignored(keeper: ClockKeeper) -> None:
    keeper.jump(START - timedelta(days=1), 0.0)
    assert keeper.now() >= START


def test_a_later_run_goes_on_where_the_first_stopped(keeper: ClockKeeper) -> None:
    keeper.jump(START + timedelta(days=2), 60.0)
    keeper.stop()
    stopped = keeper.now()
    later = ClockKeeper(keeper.path)
    later.start(START, 60.0)
    assert later.now() >= stopped
    assert later.now() - stopped < timedelta(minutes=5)


def test_a_killed_run_never_sends_time_back(keeper: ClockKeeper) -> None:
    keeper.keep()
    seen = keeper.now()
    later = ClockKeeper(keeper.path)
    later.start(START, 1.0)
    assert later.now() >= seen


def test_a_stopped_clock_stands_still(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    write_anchor(path, Anchor(time.time(), START.timestamp(), 0.0))
    clock = open_clock(str(path))
    assert clock.now() == clock.now() == START
    assert clock.real_seconds(1) == 3600.0
