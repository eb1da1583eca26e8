"""What a full bucket answers: when to ask again, and which of several limits is told."""

from __future__ import annotations

from datetime import timedelta

from tests.platform.limits.test_calendar import DENVER, denver

from chartline.platform.limits import Allowance, PeakRate, Rate
from chartline.platform.limits.standing import Counted, Full, Standing

NOW = denver("2026-03-04 12:00:00")


def ago(seconds: float, weight: int = 1) -> Counted:
    at = NOW - timedelta(seconds=seconds)
    return Counted(weight, at, at)


def test_a_heavy_call_waits_until_enough_slots_are_free() -> None:
    standing = Standing(Allowance((Rate(3, 60),)), NOW, [ago(50), ago(30), ago(10)])
    assert standing.free(None, 1) == Full(NOW + timedelta(seconds=10), soon=False)
    assert standing.free(None, 2) == Full(NOW + timedelta(seconds=30), soon=False)


def test_a_running_call_is_free_a_period_from_now_at_the_soonest() -> None:
    standing = Standing(Allowance((Rate(1, 60),)), NOW, [Counted(1, NOW, None)])
    assert standing.free(None) == Full(NOW + timedelta(seconds=60), soon=False)


def test_calls_at_once_are_free_as_soon_as_one_ends() -> None:
    standing = Standing(Allowance((Rate(9, 60),), 1), NOW, [Counted(1, NOW, None)])
    assert standing.free(None) == Full(NOW, soon=True)


def test_of_several_full_limits_the_last_to_have_room_is_told() -> None:
    standing = Standing(Allowance((Rate(1, 60), Rate(1, 3600))), NOW, [ago(10)])
    assert standing.free(None) == Full(NOW + timedelta(seconds=3590), soon=False)


def test_who_waits_is_called_when_a_looser_number_begins() -> None:
    at = denver("2026-03-04 17:59:50")
    standing = Standing(Allowance((PeakRate(1, 60, 60, DENVER),)), at, [Counted(1, at, at)])
    assert standing.free(None) == Full(denver("2026-03-04 18:00:00"), soon=False)


def test_who_waits_is_not_called_for_a_stricter_number() -> None:
    at = denver("2026-03-04 05:58:55")
    calls = [Counted(1, at, at)] * 60
    standing = Standing(Allowance((PeakRate(1, 60, 60, DENVER),)), at, calls)
    assert standing.free(None) == Full(at + timedelta(seconds=60), soon=False)


def test_a_tier_of_one_call_in_peak_hours_runs_many_at_once_when_they_are_far() -> None:
    at = denver("2026-03-04 20:00:00")
    standing = Standing(Allowance((PeakRate(1, 60, 60, DENVER),)), at, [Counted(1, at, None)] * 5)
    assert standing.free(timedelta(seconds=90)) is None
    assert standing.free(None) == Full(at, soon=True)


def test_no_more_run_than_peak_hours_allow_when_a_call_can_last_until_then() -> None:
    at = denver("2026-03-04 05:58:45")
    standing = Standing(Allowance((PeakRate(1, 60, 60, DENVER),)), at, [Counted(1, at, None)])
    assert standing.free(timedelta(seconds=90)) == Full(at, soon=True)


def test_spacing_counts_calls_and_not_their_weight() -> None:
    allowance = Allowance((Rate(10, 60), Rate(1, 2, weighs=False)))
    assert Standing(allowance, NOW, [ago(3, 5)]).free(None, 5) is None
    assert Standing(allowance, NOW, [ago(1, 5)]).free(None, 5) == Full(NOW + timedelta(seconds=1), soon=False)


def test_a_slot_given_out_for_later_is_taken_but_not_used_yet() -> None:
    later = Counted(1, NOW + timedelta(seconds=1), None)
    standing = Standing(Allowance((Rate(2, 60),)), NOW, [ago(59), ago(5), later])
    usage = standing.usage(None)
    assert (usage.used, usage.allowed) == (2, 2)
    assert usage.next_free == NOW + timedelta(seconds=55)
