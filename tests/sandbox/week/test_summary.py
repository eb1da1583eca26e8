"""The summary: the verdict is every check, and one login belongs to one life of a token."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chartline.sandbox.week.comparison import Difference
from chartline.sandbox.week.summary import Summary, token_lives

MONDAY = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
END = MONDAY + timedelta(days=6)


def hours(*numbers: float) -> list[datetime]:
    return [MONDAY + timedelta(hours=number) for number in numbers]


def summary(**other: Any) -> Summary:
    given: dict[str, Any] = {
        **dict.fromkeys(("patients", "visits", "plans", "edits_here", "edits_there", "workers_killed"), 1),
        **dict.fromkeys(
            ("duplicated", "excess_calls", "waiting", "dead_letters", "stopped_jobs", "simulator_errors"), 0
        ),
        **{name: {} for name in ("faults", "faults_left", "conflicts", "equal", "calls", "deepest")},
        "differing": [],
        "lost": [],
        "excess_cost": "0.00",
        "logins": 3,
        "token_lives": 3,
        "sessions_ended": 2,
        "disputed": 0,
        "simulated_hours": 150.0,
        "seconds": 200.0,
    }
    return Summary(**(given | other))


def test_a_week_in_which_everything_holds_is_sound() -> None:
    assert summary().sound
    assert summary().as_json()["ok"] is True


@pytest.mark.parametrize(
    "broken",
    [
        {"differing": [Difference("patient", "a", ("phone",))]},
        {"lost": [Difference("visit", "b", ("-",))]},
        {"duplicated": 1},
        {"excess_calls": 1},
        {"logins": 4},
        {"waiting": 1},
        {"dead_letters": 1},
        {"stopped_jobs": 1},
        {"simulator_errors": 1},
    ],
)
def test_one_check_that_fails_makes_it_unsound(broken: dict[str, Any]) -> None:
    found = summary(**broken)
    assert not found.sound
    assert sum(not holds for holds in found.checks.values()) == 1


def test_the_json_has_every_number_that_was_promised_and_no_value() -> None:
    found = json.loads(json.dumps(summary(lost=[Difference("visit", "b", ("start",))]).as_json()))
    promised = (
        "patients visits edits_here edits_there faults workers_killed conflicts equal differing lost duplicated "
        "excess_calls excess_cost logins token_lives calls dead_letters simulated_hours seconds"
    )
    assert set(promised.split()) <= found.keys()
    assert found["lost"] == 1
    assert found["lost_records"] == [{"kind": "visit", "record": "b", "fields": ["start"]}]


def test_a_token_that_is_renewed_before_its_day_is_over_begins_another_life() -> None:
    assert token_lives(hours(0, 22, 44), [], MONDAY, END) == 3


def test_a_login_soon_after_a_forced_end_begins_another_life_and_one_without_reason_does_not() -> None:
    assert token_lives(hours(0, 5), hours(4), MONDAY, END) == 2
    assert token_lives(hours(0, 5), [], MONDAY, END) == 1
    assert token_lives(hours(0, 5, 5.5), hours(4), MONDAY, END) == 2


def test_a_forced_end_is_a_reason_for_one_login_only_and_may_strike_late() -> None:
    assert token_lives(hours(0, 5, 6), hours(3, 4), MONDAY, END) == 3
    assert token_lives(hours(0, 5, 6, 7), hours(3, 4), MONDAY, END) == 3
    assert token_lives(hours(0, 5), hours(6), MONDAY, END) == 1


def test_without_the_times_of_logins_the_most_that_can_have_been_is_said() -> None:
    assert token_lives([], hours(4, 30), MONDAY, END) == 1 + 2 + 7
