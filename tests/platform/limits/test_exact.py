"""Whatever calls come and however long they take: no window of the vendor's ever holds one too many.

The limiter runs on a real database and a clock that is moved by hand, from one event to the next. The vendor is the
worst there can be: it sees a call at any moment between grant and answer. It is judged here by counting, with the peak
hours written out anew.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.platform.limits.test_calendar import DENVER, EVERY_DAY

from chartline.kernel.clock import SystemClock
from chartline.platform.database import Database, metadata, open_database
from chartline.platform.limits import Allowance, Lease, Limiter, PeakCalendar, PeakRate, Policy, Rate
from chartline.platform.limits.lease import Wanted
from chartline.platform.limits.line import Line
from chartline.platform.limits.standing import Full
from chartline.platform.limits.tables import lease, lease_queue

ZONE = ZoneInfo("America/Denver")
ALL_WEEK = PeakCalendar("America/Denver", EVERY_DAY, DENVER.start, DENVER.end)
HOLD = 90.0
"""Seconds that a call takes at most; longer than the period, so that it can outlast a change."""

PATIENCE = timedelta(seconds=0.4)
"""Enough for slots that are given out before they are free, which moves the clock."""


@dataclass
class HandClock:
    """Stands still until it is moved."""

    at: datetime = datetime(2026, 3, 4, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def real_seconds(self, seconds: float) -> float:
        return seconds


@dataclass(frozen=True)
class Wish:
    """A call that somebody wants to make: after so many seconds, of a weight, taking so long, seen at a part of it."""

    after: float
    takes: float
    seen: float
    weight: int = 1


@dataclass
class Seen:
    """What the vendor saw: when each call was seen, its weight, and from when to when it was under way."""

    moments: list[datetime] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)

    def fullest(self, period: float) -> list[tuple[datetime, int]]:
        """The weight in each window that ends with a call."""
        window = timedelta(seconds=period)
        calls = sorted(zip(self.moments, self.weights, strict=True))
        return [
            (moment, sum(weight for other, weight in calls if moment - window < other <= moment)) for moment, _ in calls
        ]


wishes = st.lists(
    st.builds(
        Wish,
        after=st.floats(0, 20),
        takes=st.one_of(st.floats(0, 2), st.floats(0, HOLD - 1)),
        seen=st.sampled_from([0.0, 0.5, 1.0]),
    ),
    min_size=10,
    max_size=30,
)


@contextmanager
def opened(clock: HandClock) -> Generator[Database]:
    with TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'limits.db'}", clock)
        metadata.create_all(database.engine, [lease, lease_queue])
        yield database
        database.close()


def play(allowance: Allowance, begin: datetime, wanted: list[Wish], *, true_clock: bool) -> Seen:
    """Make all calls as soon as the limiter lets them; the first in line comes back when it was told to."""
    clock, seen, order = HandClock(begin), Seen(), count()
    with opened(clock) as database:
        real = clock if true_clock else SystemClock()
        limiter = Limiter(database, {"vendor": Policy({"tier": allowance})}, hold_seconds=HOLD, real=real)
        line = deque(sorted(wanted, key=lambda wish: wish.after))
        asks = begin + timedelta(seconds=line[0].after)
        answers: list[tuple[datetime, int, Lease]] = []
        while line or answers:
            if answers and (not line or answers[0][0] <= asks):
                clock.at, _, granted = heapq.heappop(answers)
                limiter.release(granted)
                continue
            clock.at, wish = asks, line[0]
            wanted_now = Wanted("vendor/a", "tier", allowance, wish.weight)
            answer = limiter._take(wanted_now, clock.at + (PATIENCE if true_clock else timedelta()), Line())
            if isinstance(answer, Full):
                # Where a call has to end first, asking before that would only take time.
                asks = answers[0][0] if answers and answer.soon else answer.at
                asks = max(asks, clock.at + timedelta(milliseconds=1))
                continue
            granted, early = answer
            clock.at += early
            line.popleft()
            takes = timedelta(seconds=wish.takes)
            heapq.heappush(answers, (clock.at + takes, next(order), granted))
            seen.moments.append(clock.at + takes * wish.seen)
            seen.weights.append(wish.weight)
            seen.spans.append((clock.at, clock.at + takes))
            if line:
                asks = max(clock.at, begin + timedelta(seconds=line[0].after))
    assert len(seen.moments) == len(wanted)
    return seen


def number(moment: datetime, peak: int, off_peak: int, weekdays: int = 5) -> int:
    """The vendor's number at a moment, by the wall clock."""
    local = moment.astimezone(ZONE)
    return peak if local.weekday() < weekdays and 6 <= local.hour < 18 else off_peak


@pytest.mark.parametrize("true_clock", [True, False])
@settings(max_examples=15)
@given(
    wanted=wishes,
    edge=st.sampled_from(
        [
            "2026-03-04T06:00:00",
            "2026-03-04T18:00:00",
            "2026-03-06T18:00:00",
            "2026-03-07T06:00:00",
            "2026-03-08T18:00:00",
            "2026-03-09T06:00:00",
            "2026-11-02T06:00:00",
        ]
    ),
    before=st.integers(0, 150),
    numbers=st.sampled_from([(1, 9), (2, 12), (9, 3)]),
)
def test_no_window_is_too_full_around_the_edges_of_peak_hours(
    true_clock: bool, wanted: list[Wish], edge: str, before: int, numbers: tuple[int, int]
) -> None:
    begin = datetime.fromisoformat(edge).replace(tzinfo=ZONE).astimezone(UTC) - timedelta(seconds=before)
    seen = play(Allowance((PeakRate(*numbers, 60, DENVER),)), begin, wanted, true_clock=true_clock)
    assert [moment for moment, full in seen.fullest(60) if full > number(moment, *numbers)] == []


@settings(max_examples=10)
@given(wanted=wishes, day=st.sampled_from(["2026-03-08", "2026-11-01"]), before=st.integers(0, 150))
def test_no_window_is_too_full_when_peak_hours_begin_on_the_day_of_a_change(
    wanted: list[Wish], day: str, before: int
) -> None:
    """06:00 comes five hours after midnight in March, and seven in November."""
    begin = datetime.fromisoformat(f"{day}T06:00:00").replace(tzinfo=ZONE).astimezone(UTC) - timedelta(seconds=before)
    seen = play(Allowance((PeakRate(2, 12, 60, ALL_WEEK),)), begin, wanted, true_clock=True)
    assert [moment for moment, full in seen.fullest(60) if full > number(moment, 2, 12, 7)] == []


@settings(max_examples=10)
@given(wanted=wishes, weights=st.lists(st.integers(1, 4), min_size=60, max_size=60))
def test_several_limits_spacing_and_weights_hold_together(wanted: list[Wish], weights: list[int]) -> None:
    heavy = [Wish(one.after, one.takes / 10, one.seen, by) for one, by in zip(wanted, weights, strict=False)]
    spaced = Rate(1, 1.5, weighs=False)
    seen = play(Allowance((Rate(10, 60), Rate(30, 300), spaced), 4), HandClock().at, heavy, true_clock=True)
    assert max(full for _, full in seen.fullest(60)) <= 10
    assert max(full for _, full in seen.fullest(300)) <= 30
    assert min(later - one for one, later in pairwise(sorted(seen.moments))) >= timedelta(seconds=1.5)


@settings(max_examples=8)
@given(wanted=wishes, most=st.integers(1, 5))
def test_no_more_calls_than_allowed_are_under_way(wanted: list[Wish], most: int) -> None:
    seen = play(Allowance((Rate(40, 60),), most), HandClock().at, wanted, true_clock=True)
    for begin, _ in seen.spans:
        assert sum(first <= begin < last for first, last in seen.spans) <= most


def test_every_slot_of_a_full_window_is_used() -> None:
    """Calls that take no time leave nothing unused: the budget of ten windows is gone after ten windows."""
    wanted = [Wish(0, 0, 0)] * 120
    seen = play(Allowance((Rate(12, 60),)), HandClock().at, wanted, true_clock=True)
    assert max(seen.moments) == HandClock().at + timedelta(minutes=9)


def test_merged_rows_never_free_a_slot_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chartline.platform.limits.book.MANY", 40)
    wanted = [Wish(number * 0.07, 0.05, number % 3 / 2) for number in range(200)]
    seen = play(Allowance((Rate(50, 5), Rate(100, 60))), HandClock().at, wanted, true_clock=True)
    assert max(full for _, full in seen.fullest(5)) <= 50
    assert max(full for _, full in seen.fullest(60)) <= 100
    assert max(seen.moments) <= HandClock().at + timedelta(seconds=60 * 1.02 + 15)
