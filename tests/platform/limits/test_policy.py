"""Which number of calls a vendor allows at a moment, for what is granted now, and when that changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.platform.limits.test_calendar import DENVER, denver

from chartline.platform.limits import Allowance, PeakCalendar, PeakRate, Policy, Rate

HIGH = PeakRate(1, 60, 60.0, DENVER)


def test_what_the_vendor_applies_changes_at_the_edges_of_peak_hours() -> None:
    moments = ["2026-03-04 05:59:59.999999", "2026-03-04 06:00:00", "2026-03-04 17:59:59.999999", "2026-03-04 18:00:00"]
    assert [HIGH.limit_at(denver(moment)) for moment in moments] == [60, 1, 1, 60]


def test_a_stricter_limit_begins_one_period_early() -> None:
    assert HIGH.limit_from(denver("2026-03-04 05:58:59.999999")) == 60
    assert HIGH.limit_from(denver("2026-03-04 05:59:00")) == 1


def test_a_looser_limit_begins_on_time() -> None:
    assert HIGH.limit_from(denver("2026-03-04 17:59:59.999999")) == 1
    assert HIGH.limit_from(denver("2026-03-04 18:00:00")) == 60


def test_a_long_period_sees_the_peak_hours_inside_it() -> None:
    daily = PeakRate(10, 100, 86_400.0, DENVER)
    assert daily.limit_from(denver("2026-03-04 20:00:00")) == 10
    assert daily.limit_from(denver("2026-03-06 20:00:00")) == 100


@pytest.mark.parametrize(
    ("moment", "change"),
    [
        ("2026-03-04 12:00:00", "2026-03-04 18:00:00"),
        ("2026-03-04 18:00:00", "2026-03-05 05:59:00"),
        ("2026-03-05 05:59:00", "2026-03-05 18:00:00"),
        ("2026-03-06 18:00:00", "2026-03-09 05:59:00"),
    ],
)
def test_the_next_change_is_a_period_before_a_stricter_number_and_at_a_looser_one(moment: str, change: str) -> None:
    assert HIGH.next_change(denver(moment)) == denver(change)


@settings(max_examples=60)
@given(
    st.integers(0, 14 * 24 * 60),
    st.sampled_from([30.0, 3_600.0, 40_000.0, 90_000.0]),
    st.sampled_from([(2, 9), (9, 2)]),
)
def test_between_two_changes_the_number_stays_the_same(offset: int, period: float, numbers: tuple[int, int]) -> None:
    rate = PeakRate(*numbers, period, DENVER)
    moment = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=offset)
    change = rate.next_change(moment)
    if change is not None:
        assert rate.limit_from(change) != rate.limit_from(moment)
    span = (change or moment + timedelta(days=20)) - moment
    between = [moment + span * part / 16 for part in range(16)]
    assert {rate.limit_from(each) for each in between} == {rate.limit_from(moment)}


def test_a_number_that_never_changes_has_no_next_change() -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    assert Rate(5, 60).next_change(now) is None
    assert PeakRate(5, 9, 60, PeakCalendar("UTC", frozenset(), DENVER.start, DENVER.end)).next_change(now) is None
    assert Allowance((Rate(5, 60), Rate(1, 2))).next_change(now) is None


def test_several_limits_change_when_the_first_of_them_does() -> None:
    both = Allowance((Rate(5, 60), HIGH))
    assert both.next_change(denver("2026-03-04 12:00:00")) == denver("2026-03-04 18:00:00")


def test_limits_below_one_are_refused() -> None:
    for make in (lambda: Rate(0, 60), lambda: Rate(1, 0), lambda: PeakRate(0, 10, 60, DENVER)):
        with pytest.raises(ValueError, match="at least one"):
            make()
    with pytest.raises(ValueError, match="at least one"):
        Allowance(at_once=0)
    with pytest.raises(ValueError, match="at least one limit"):
        Allowance()


def test_a_tier_that_the_sheet_does_not_know_is_refused() -> None:
    with pytest.raises(KeyError):
        Policy({"high": HIGH}).tier("medium")


def test_a_tier_of_one_limit_may_be_given_as_that_limit() -> None:
    assert Policy({"high": HIGH}).tier("high") == Policy({"high": Allowance((HIGH,))}).tier("high")


def test_the_heaviest_call_is_one_that_fits_at_every_hour_and_spacing_does_not_weigh() -> None:
    assert Allowance((PeakRate(12, 120, 60, DENVER), Rate(1, 2, weighs=False))).heaviest == 12
    assert Allowance(at_once=3).heaviest is None
