"""How a connection synchronises can be said, is checked, and has sensible answers before anybody said anything."""

from __future__ import annotations

import pytest
from tests.domains.practice_world import AMD, START, World
from tests.domains.sync.moments import at

from chartline.domains.sync.fields import Kind
from chartline.domains.sync.settings import (
    BAD_SETTING,
    Feed,
    Frequency,
    SyncSettings,
    add_to_pilot,
    all_settings,
    changed_settings,
    differences,
    pilot_of,
    read_settings,
    take_from_pilot,
    write_settings,
)
from chartline.kernel.errors import ChartlineError


def test_a_connection_without_settings_exchanges_everything_as_it_happens(world: World) -> None:
    with world.work() as work:
        settings = read_settings(work, AMD)
        assert (settings, all_settings(work)) == (SyncSettings(), {})
    assert settings.enabled and not settings.paused and not settings.pilot
    assert {settings.frequency(feed) for feed in Feed} == {Frequency.REAL_TIME}
    assert [settings.pushes(kind) for kind in (Kind.PATIENT, Kind.COVERAGE, Kind.VISIT)] == [True, True, True]
    assert not settings.push_payments


def test_settings_are_kept_with_who_set_them_and_what_changed_is_told_in_codes(world: World) -> None:
    with world.work() as work:
        wanted = {"paused": True, "visits": "daily", "daily_hour": 5, "push_visits": False}
        after = changed_settings(SyncSettings(), wanted)
        write_settings(at(work, START), AMD, after, "user:1")
        kept = read_settings(work, AMD)
        assert (kept.changed, kept.changed_by, kept.visits, kept.daily_hour) == (START, "user:1", Frequency.DAILY, 5)
        assert (kept.pushes(Kind.VISIT), kept.pushes(Kind.PATIENT), all_settings(work)) == (False, True, {AMD: kept})
    assert differences(SyncSettings(), after) == {
        "paused": "false|true",
        "visits": "real_time|daily",
        "daily_hour": "2|5",
        "push_visits": "true|false",
    }
    assert differences(after, after) == {}


@pytest.mark.parametrize(
    "wanted",
    [
        {"paused": "yes"},
        {"enabled": 1},
        {"patients": "sometimes"},
        {"daily_hour": 24},
        {"daily_hour": True},
        {"daily_hour": -1},
        {"log_days": 365},
        {"colour": "red"},
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_its_name(wanted: dict[str, object]) -> None:
    with pytest.raises(ChartlineError) as refused:
        changed_settings(SyncSettings(), wanted)
    (name,) = wanted
    assert refused.value.problem.code == BAD_SETTING.code
    assert refused.value.problem.fields == {"setting": name if name != "colour" else "unknown"}


def test_a_pilot_group_holds_only_while_the_pilot_is_on(world: World) -> None:
    with world.work() as work:
        assert add_to_pilot(work, AMD, ["p1", "p2", "p1"], "user:1") == 2
        assert add_to_pilot(work, AMD, ["p2"], "user:1") == 0
        assert take_from_pilot(work, AMD, ["p1", "p9"]) == 1
        assert pilot_of(work, AMD, SyncSettings()) is None
        assert pilot_of(work, AMD, SyncSettings(pilot=True)) == frozenset({"p2"})
        assert pilot_of(work, "another", SyncSettings(pilot=True)) == frozenset()
