"""One list of budgets: every tier of every connection, with what is used, who waits, and when the calendar changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from tests.support.clocks import shared_clock

from chartline.app.budgets import Budget, budget_key, budgets, expected
from chartline.app.services import Services, open_services
from chartline.app.upgrade import upgrade
from chartline.connect.connections import Connection
from chartline.kernel.sealed import Sealed
from chartline.kernel.settings import Settings
from chartline.platform.limits import Lease

NOON = datetime(2026, 3, 4, 19, 0, tzinfo=UTC)
"""A Wednesday, 12:00 in Denver."""


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    clock = tmp_path / "clock.json"
    shared_clock(clock, NOON, speed=0.0)
    settings = Settings(data=str(tmp_path / "data"), clock=str(clock))
    upgrade(settings)
    opened = open_services(settings)
    yield opened
    opened.close()


@pytest.fixture
def organisation(services: Services) -> str:
    return services.access.create_organisation("INVENTED PRACTICE")


def add(services: Services, organisation: str, vendor: str, name: str, **options: str) -> Connection:
    secrets = {name: Sealed("invented") for name in ("username", "password", "account_key")}
    with services.database.work(organisation) as work:
        return services.connections.add(work, vendor=vendor, name=name, options=options, secrets=secrets)


def by_tier(found: list[Budget]) -> dict[str, Budget]:
    return {one.tier: one for one in found}


def test_a_budget_says_what_is_used_and_when_the_calendar_changes(services: Services, organisation: str) -> None:
    one = add(services, organisation, "advancedmd", "One", office_key="990001")
    assert isinstance(services.limiter.acquire(budget_key(one), "high", 0), Lease)
    found = by_tier(budgets(services, [one]))
    high, login = found["high"], found["login"]
    assert (high.usage.used, high.usage.allowed, high.percent, high.peak) == (1, 1, 100, True)
    assert high.usage.next_free == NOON + timedelta(minutes=1)
    assert (high.changes_at, high.changes_to) == (NOON + timedelta(hours=6), 60)
    assert (login.usage.used, login.peak, login.changes_at, login.changes_to) == (0, None, None, None)
    assert (high.waiting, high.served_at) == (0, None)


def test_two_connections_to_one_office_show_the_same_budget(services: Services, organisation: str) -> None:
    both = [add(services, organisation, "advancedmd", name, office_key="990001") for name in ("One", "Other")]
    services.limiter.acquire(budget_key(both[0]), "medium", 0)
    used = [(one.connection.name, one.usage.used) for one in budgets(services, both) if one.tier == "medium"]
    assert used == [("One", 1), ("Other", 1)]


def test_many_connections_cost_as_many_queries_as_one(services: Services, organisation: str) -> None:
    several = [add(services, organisation, "claimmd", f"Account {number}") for number in range(5)]
    asked: list[str] = []
    event.listen(services.database.engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    assert len(budgets(services, several)) == 5
    many = len(asked)
    budgets(services, several[:1])
    assert len(asked) - many == many


def test_no_connection_has_no_budget(services: Services) -> None:
    assert budgets(services, []) == []


def test_queued_work_is_told_when_it_should_be_through(services: Services, organisation: str) -> None:
    """12 a minute until 18:00 are 4,320 and the rest goes at 120 a minute."""
    one = add(services, organisation, "advancedmd", "One", office_key="990001")
    found = expected(services, one, "medium", 5_000)
    assert found.first_at == NOON
    assert NOON + timedelta(hours=6) < found.last_at < NOON + timedelta(hours=6, minutes=10)
