"""The limits of an ``about.toml``: every kind of limit that a vendor may have can be said, and nonsense is refused."""

from __future__ import annotations

import tomllib
from datetime import time

import msgspec
import pytest

from chartline.connect.limits import Cost, Limits
from chartline.platform.limits import Allowance, PeakCalendar, PeakRate, Rate


def limits(text: str) -> Limits:
    return msgspec.convert(tomllib.loads(text), Limits)


def test_a_tier_with_one_number_is_one_line_of_it() -> None:
    found = limits("tiers.all = {limit = 5, period_seconds = 60}")
    assert found.policy().tier("all") == Allowance((Rate(5, 60),))
    assert found.cost("whatever") == Cost("all", 1)


def test_several_limits_of_a_tier_hold_together() -> None:
    found = limits("""
        [peak]
        zone = "America/Denver"
        days = ["mon", "sun"]
        from = "06:00"
        to = "18:00"
        [tiers.all]
        limit = 100
        period_seconds = 60
        at_once = 4
        spacing_seconds = 1
        also = [{limit = 5000, period_seconds = 86400}, {peak = 10, off_peak = 20, period_seconds = 0.5}]
    """)
    calendar = PeakCalendar("America/Denver", frozenset((0, 6)), time(6), time(18))
    rates = (Rate(100, 60), Rate(5000, 86400), PeakRate(10, 20, 0.5, calendar), Rate(1, 1, weighs=False))
    assert found.policy().tier("all") == Allowance(rates, 4)


@pytest.mark.parametrize("seconds", [5, 1, 0.5])
def test_spacing_alone_is_a_limit(seconds: float) -> None:
    """Open Dental counts per customer key: one request in 5, 1 or 0.5 s, by what was granted (its sheet 4)."""
    policy = limits(f"tiers.all = {{spacing_seconds = {seconds}}}").policy()
    assert policy.tier("all") == Allowance((Rate(1, seconds, weighs=False),))


def test_calls_at_once_alone_are_a_limit() -> None:
    assert limits("tiers.real_time = {at_once = 50}").policy().tier("real_time") == Allowance(at_once=50)


def test_a_tier_says_in_words_what_holds() -> None:
    tier = limits("tiers.a = {peak = 1, off_peak = 60, period_seconds = 60, at_once = 2, spacing_seconds = 0.5}").tiers[
        "a"
    ]
    assert tier.in_words(peak=True) == "1 in 60 s, 2 at once, 0.5 s apart"
    assert tier.in_words(peak=False).startswith("60 in 60 s")


NAMES = """
    default = "low"
    [tiers.high]
    limit = 1
    period_seconds = 60
    actions = ["getupdated*", "*report"]
    [tiers.low]
    limit = 24
    period_seconds = 60
    actions = ["lookup*", "getupdatedcodes", "lookup.x"]
    weights = {"lookup*" = 2, lookupall = 10}
"""


@pytest.mark.parametrize(
    ("action", "cost"),
    [
        ("GetUpdatedVisits", Cost("high", 1)),
        ("getupdatedcodes", Cost("low", 1)),
        ("lookuppatient", Cost("low", 2)),
        ("lookupall", Cost("low", 10)),
        ("lookupreport", Cost("high", 1)),
        ("lookup.x", Cost("low", 2)),
        ("lookup_x", Cost("low", 2)),
        ("anythingelse", Cost("low", 1)),
    ],
)
def test_a_name_comes_before_a_pattern_and_a_long_pattern_before_a_short_one(action: str, cost: Cost) -> None:
    assert cost == limits(NAMES).cost(action)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tiers.a = {period_seconds = 60}", "one limit"),
        ("tiers.a = {actions = ['x']}", "at least one limit"),
        ("tiers.a = {limit = 5}", "the period"),
        ("tiers.a = {peak = 1, off_peak = 2, period_seconds = 60}", "in and one out"),
        ("tiers.a = {limit = 0, period_seconds = 60}", "at least one call"),
        ("tiers.a = {spacing_seconds = 0}", "at least one call"),
        ("tiers.a = {at_once = 0}", "at least one"),
        ("tiers.a = {limit = 5, period_seconds = 60, weights = {x = 6}}", "weight"),
        ("tiers.a = {limit = 5, period_seconds = 60, weights = {x = 0}}", "weight"),
        (
            "peak = {zone = 'UTC', days = ['monday'], from = '06:00', to = '18:00'}\n"
            "tiers.a = {peak = 1, off_peak = 2, period_seconds = 60}",
            "monday",
        ),
    ],
)
def test_a_tier_that_says_nonsense_is_refused(text: str, words: str) -> None:
    found = limits(text)
    with pytest.raises(ValueError, match=words):
        found.policy()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tiers = {}", "no tier"),
        ("tiers.a = {at_once = 1}\ntiers.b = {at_once = 1}", "no tier"),
        ("default = 'c'\ntiers.a = {at_once = 1}", "no tier"),
        ("default='a'\ntiers.a = {at_once=1, actions=['x']}\ntiers.b = {at_once=1, actions=['x']}", "one tier only"),
    ],
)
def test_actions_without_a_tier_or_with_two_are_refused(text: str, words: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=words):
        limits(text)
