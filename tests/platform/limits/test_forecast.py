"""The forecast agrees with playing the limiter call by call, and costs the same for a hundred thousand calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.platform.limits.test_calendar import DENVER, denver

from chartline.platform.limits import Allowance, Limit, PeakRate, Rate
from chartline.platform.limits.forecast import forecast
from chartline.platform.limits.standing import Counted, Standing

MEDIUM = PeakRate(12, 120, 60, DENVER)


def idle(rate: Limit, now: datetime) -> Standing:
    return Standing(Allowance((rate,)), now, [])


def played(rate: Limit, now: datetime, answered: list[datetime], calls: int) -> list[datetime]:
    """When each call gets its slot, found by asking the plain rule again and again."""
    counted, granted = list(answered), []
    while len(granted) < calls:
        inside = [each for each in counted if each > now - rate.period]
        if len(inside) < rate.limit_from(now):
            counted.append(now)
            granted.append(now)
            continue
        change = rate.next_change(now)
        ends = [each + rate.period for each in inside]
        now = min([end for end in ends if end > now] + ([change] if change else []))
    return granted


@settings(max_examples=80)
@given(
    rate=st.sampled_from(
        [
            Rate(3, 60),
            Rate(1, 0.5),
            PeakRate(2, 7, 3_600, DENVER),
            PeakRate(5, 2, 10_000, DENVER),
            PeakRate(1, 4, 30_000, DENVER),
        ]
    ),
    minutes=st.integers(0, 10 * 24 * 60),
    before=st.lists(st.floats(0.01, 0.99), max_size=9),
    calls=st.integers(1, 120),
)
def test_the_forecast_is_what_playing_it_call_by_call_gives(
    rate: Limit, minutes: int, before: list[float], calls: int
) -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC) + timedelta(minutes=minutes)
    answered = [now - rate.period * each for each in before]
    standing = Standing(Allowance((rate,)), now, [Counted(1, each, each) for each in answered])
    found, expected = forecast(standing, calls), played(rate, now, answered, calls)
    assert (found.first_at, found.last_at) == (expected[0], expected[-1])


def test_a_backlog_in_the_afternoon_walks_into_the_evening() -> None:
    """At 17:50 in Denver: 12 a minute for ten minutes, 120 a minute from 18:00 on."""
    now = denver("2026-03-04 17:50:00")
    found = forecast(idle(MEDIUM, now), 120 + 240)
    assert found.first_at == now
    assert denver("2026-03-04 18:01:00") <= found.last_at <= denver("2026-03-04 18:02:00")


def test_a_backlog_of_a_hundred_thousand_is_done_the_next_days_and_looks_at_few_changes() -> None:
    high, asked = PeakRate(1, 60, 60, DENVER), 0

    class Watched(PeakRate):
        def next_change(self, moment: datetime) -> datetime | None:
            nonlocal asked
            asked += 1
            return high.next_change(moment)

    found = forecast(idle(Watched(1, 60, 60, DENVER), denver("2026-03-02 12:00:00")), 100_000)
    # Off-peak: 12 hours a night at 60 a minute are 43,200, so the third night ends it.
    assert denver("2026-03-04 18:00:00") < found.last_at < denver("2026-03-05 06:00:00")
    assert asked < 10


def test_ten_million_calls_of_one_rate_are_found_by_division() -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    found = forecast(idle(Rate(100, 60), now), 10_000_000)
    assert found.last_at == now + timedelta(seconds=60) * (100_000 - 1)


def test_of_several_limits_the_slowest_decides() -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    allowance = Allowance((Rate(100, 60), Rate(1, 2, weighs=False)))
    assert forecast(Standing(allowance, now, []), 61).last_at == now + timedelta(minutes=2)


def test_heavy_calls_take_as_long_as_their_weight_says() -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    assert forecast(idle(Rate(10, 60), now), 6, weight=3).last_at == now + timedelta(minutes=1)


def test_calls_that_take_long_make_the_slots_come_round_later() -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    took = timedelta(seconds=20)
    old = Counted(1, now - timedelta(minutes=5), now - timedelta(minutes=5) + took)
    assert forecast(Standing(Allowance((Rate(1, 60),)), now, [old]), 3).last_at == now + 2 * timedelta(seconds=80)


def test_calls_at_once_limit_by_how_long_calls_usually_take() -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    running = Counted(1, now - timedelta(seconds=1), None)
    answered = Counted(1, now - timedelta(seconds=30), now - timedelta(seconds=26))
    found = forecast(Standing(Allowance(at_once=2), now, [running, answered]), 4)
    assert found.first_at == now
    assert now + timedelta(seconds=3) <= found.last_at <= now + timedelta(seconds=8)


def test_without_limits_of_rate_and_without_experience_everything_begins_at_once() -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    assert forecast(Standing(Allowance(at_once=2), now, []), 100).last_at == now


def test_a_forecast_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="one call at least"):
        forecast(idle(Rate(1, 1), datetime(2026, 3, 4, tzinfo=UTC)), 0)
