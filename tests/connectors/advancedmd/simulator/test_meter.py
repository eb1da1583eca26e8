"""Rows 9 and 10: calls per office, tier and sliding minute, with the peak table on the vendor's wall clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.connectors.advancedmd.simulator.caller import Caller, StillClock

from chartline.connect.simulation.shelf import Store
from chartline.connectors.advancedmd.simulator.app import AdvancedMd, create
from chartline.connectors.advancedmd.simulator.example import example_office
from chartline.connectors.advancedmd.simulator.meter import arrive, is_peak, tier_of


@pytest.mark.parametrize(
    ("moment", "peak"),
    [
        ("2026-03-03T12:59:59", False),  # Tuesday 05:59:59 in Denver, UTC-7
        ("2026-03-03T13:00:00", True),
        ("2026-03-04T00:59:59", True),
        ("2026-03-04T01:00:00", False),
        ("2026-03-07T17:00:00", False),  # Saturday
        ("2026-03-08T17:00:00", False),  # Sunday, the day summer time begins
        ("2026-03-09T11:59:59", False),  # Monday after it, UTC-6
        ("2026-03-09T12:00:00", True),
        ("2026-11-01T17:00:00", False),  # Sunday, the day summer time ends
        ("2026-11-02T12:59:59", False),  # Monday after it, UTC-7
        ("2026-11-02T13:00:00", True),
        ("2026-12-25T17:00:00", True),  # a holiday is an ordinary Friday
    ],
)
def test_row_10_peak_edges_follow_the_wall_clock(moment: str, peak: bool) -> None:
    assert peak == is_peak(datetime.fromisoformat(moment).replace(tzinfo=UTC))


def test_row_9_actions_have_their_tiers() -> None:
    assert [
        tier_of(action)
        for action in (
            "getUpdatedVisits",
            "getupdatedproviders",
            "savecharges",
            "getdemographic",
            "lookuppatient",
            "anything",
        )
    ] == [1, 1, 2, 2, 3, 3]


def test_row_9_the_window_slides(simulator: AdvancedMd, clock: StillClock) -> None:
    world = simulator.world
    assert not arrive(world, "999001", "getupdatedvisits")
    clock.forward(seconds=59)
    assert arrive(world, "999001", "getupdatedpatients")
    assert not arrive(world, "999002", "getupdatedpatients")
    clock.forward(seconds=61)
    assert not arrive(world, "999001", "getupdatedvisits")


def test_row_9_each_tier_has_its_cap_at_and_off_peak(simulator: AdvancedMd, clock: StillClock) -> None:
    for moment, caps in (("2026-03-03T17:00:00", (1, 12, 24)), ("2026-03-04T02:00:00", (60, 120, 120))):
        clock.moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        for action, cap in zip(("getupdatedvisits", "savecharges", "addpatient"), caps, strict=True):
            results = [arrive(simulator.world, moment, action) for _ in range(cap + 1)]
            assert [False] * cap + [True] == results


def test_row_9_metering_answers_normally_and_counts_the_cost(caller: Caller) -> None:
    for _ in range(3):
        caller.ask("getupdatedvisits", datechanged="1/1/2026")
    counters = caller.counters()
    assert (counters["excess_calls"], counters["excess_cost"], counters["max_in_window"]["1"]) == (2, "0.02", 3)


def test_row_9_rejecting_answers_429_in_the_sister_surface_words(caller: Caller, clock: StillClock) -> None:
    caller.control("POST", "options", {"meter_mode": "reject"})
    caller.ask("getupdatedvisits", datechanged="1/1/2026")
    response = caller.send("getupdatedvisits", "api", datechanged="1/1/2026")
    assert (response.status_code, response.json()["title"]) == (429, "QuotaViolation")
    assert "retry-after" not in response.headers
    clock.forward(seconds=60)
    caller.ask("getupdatedvisits", datechanged="1/1/2026")


def test_row_9_faulting_answers_a_fault(caller: Caller) -> None:
    caller.control("POST", "options", {"meter_mode": "fault"})
    caller.ask("getupdatedvisits", datechanged="1/1/2026")
    assert str(-2147221504 + 4290) == caller.refused("getupdatedvisits", datechanged="1/1/2026")


def test_row_9_the_window_survives_a_restart(clock: StillClock) -> None:
    store = Store(None)
    first = create(clock, store, offices=[example_office()])
    assert not arrive(first.world, "999001", "getupdatedvisits")
    assert arrive(create(clock, store).world, "999001", "getupdatedvisits")
