"""A connector's ``about.toml`` becomes limits, hosts and needs; one that leaves a call without limit is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from chartline.connect.about import About
from chartline.platform.limits import Allowance, Rate

PEAK = {"zone": "America/Denver", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "06:00", "to": "18:00"}


def about(**changes: Any) -> About:
    whole = {
        "name": "vendor",
        "title": "Vendor",
        "kind": "practice management",
        "capabilities": ["Checks"],
        "credentials": {"secrets": ["password"]},
        "environments": {"production": {"hosts": ["*.vendor.example"]}},
        "limits": {
            "peak": PEAK,
            "default": "flat",
            "tiers": {
                "even": {"limit": 7, "period_seconds": 30, "actions": ["readthis"]},
                "flat": {"peak": 3, "off_peak": 3, "period_seconds": 60},
                "high": {"peak": 1, "off_peak": 60, "period_seconds": 60},
            },
        },
    }
    return msgspec.convert({**whole, **changes}, About)


def test_tiers_become_limits_of_the_vendors_own_day() -> None:
    policy = about().policy()
    assert policy.tier("even") == Allowance((Rate(7, 30),))
    assert policy.tier("flat") == Allowance((Rate(3, 60),))
    high = policy.tier("high").rates[0]
    winter = datetime(2026, 3, 6, 13, 0, tzinfo=UTC)
    summer = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
    for opening in (winter, summer):
        assert (high.limit_at(opening - timedelta(seconds=1)), high.limit_at(opening)) == (60, 1)
    saturday = datetime(2026, 3, 7, 18, 0, tzinfo=UTC)
    assert high.limit_at(saturday) == 60


def test_an_action_finds_its_tier_in_any_case_of_letters() -> None:
    assert about().tier_of("ReadThis") == "even"
    assert about().tier_of("other") == "flat"


@pytest.mark.parametrize(
    "limits",
    [
        {"tiers": {"none": {"period_seconds": 60}}},
        {"tiers": {"half": {"peak": 1, "period_seconds": 60}}, "peak": PEAK},
        {"tiers": {"no hours": {"peak": 1, "off_peak": 2, "period_seconds": 60}}},
        {"tiers": {"nothing": {"limit": 0, "period_seconds": 60}}},
    ],
)
def test_a_tier_without_a_limit_is_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"limit|rate"):
        about(limits=limits).policy()


def test_a_file_without_limits_is_refused() -> None:
    whole = msgspec.to_builtins(about())
    del whole["limits"]
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(whole, About)


def test_what_nobody_has_shown_to_work_is_unverified_by_its_grade_alone() -> None:
    operations = [
        {"name": f"do{grade}", "tier": "even", "grade": grade, "class": "api", "writes": grade == "O"}
        for grade in "DLCQSIO"
    ]
    facts = about(operations=operations)
    assert [each.name for each in facts.operations if each.unverified] == ["doS", "doO"]
    found = facts.operation("DOO")
    assert found is not None
    assert (found.component, found.writes) == ("api", True)
    assert facts.operation("dont") is None
