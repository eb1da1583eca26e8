"""The lease limiter: exact under load, from several processes, at any speed of the clock, at every edge."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from tests.platform.limits import hammer
from tests.support.clocks import START, jump, shared_clock
from tests.support.waiting import until

from chartline.kernel.clock import Clock, SystemClock
from chartline.platform.database import Database, metadata, open_database
from chartline.platform.limits import Allowance, Lease, Limiter, NoBudget, Policy, Rate
from chartline.platform.limits.tables import lease, lease_queue

KEY, SLOW = "flat/a", "slow/a"
"""Twenty calls a second, and thirty a minute: for what must not depend on how quick the machine is."""


@pytest.fixture
def limiter(database: Database) -> Limiter:
    return Limiter(database, hammer.POLICIES)


def take(limiter: Limiter, key: str, tier: str) -> Lease:
    granted = limiter.acquire(key, tier, 0)
    assert isinstance(granted, Lease)
    return granted


# --- plain behaviour ------------------------------------------------------------------------------------------------


def test_a_full_bucket_says_when_the_next_call_may_be_made(limiter: Limiter, database: Database) -> None:
    for _ in range(30):
        limiter.release(take(limiter, SLOW, "only"))
    answer = limiter.acquire(SLOW, "only", 0)
    assert isinstance(answer, NoBudget)
    assert timedelta(0) < answer.at - database.clock.now() <= timedelta(seconds=60)


def test_a_waiter_gets_its_lease_when_one_is_free_again(limiter: Limiter) -> None:
    for _ in range(20):
        limiter.release(take(limiter, KEY, "only"))
    assert isinstance(limiter.acquire(KEY, "only", 5), Lease)


def test_buckets_of_other_connections_and_tiers_are_their_own(limiter: Limiter) -> None:
    for _ in range(20):
        take(limiter, KEY, "only")
    assert isinstance(limiter.acquire("flat/b", "only", 0), Lease)


def test_usage_counts_running_and_answered_calls(limiter: Limiter) -> None:
    take(limiter, SLOW, "only")
    limiter.release(take(limiter, SLOW, "only"))
    usage = limiter.usage(SLOW, "only")
    assert (usage.used, usage.allowed, usage.next_free) == (2, 30, None)


def test_a_slot_gives_its_lease_back_when_the_call_fails(limiter: Limiter, database: Database) -> None:
    with pytest.raises(RuntimeError), limiter.slot(KEY, "only", 0):
        raise RuntimeError
    with database.system() as work:
        assert work.scalar(sa.select(sa.func.count()).where(lease.c.held_until.is_not(None))) == 0


def test_releasing_twice_changes_nothing(limiter: Limiter) -> None:
    granted = take(limiter, SLOW, "only")
    limiter.release(granted)
    limiter.release(granted)
    assert limiter.usage(SLOW, "only").used == 1


def test_only_one_waiter_of_a_process_asks_the_database(limiter: Limiter, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, guard = 0, 0, threading.Lock()
    take_one = limiter._take

    def counted(*arguments: object) -> object:
        nonlocal inside, most
        with guard:
            inside += 1
            most = max(most, inside)
        answer = take_one(*arguments)  # ty: ignore[invalid-argument-type]
        with guard:
            inside -= 1
        return answer

    monkeypatch.setattr(limiter, "_take", counted)
    threads = [threading.Thread(target=limiter.acquire, args=(KEY, "only", 2)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_database_that_is_away_does_not_swallow_the_answer_of_a_call(limiter: Limiter, database: Database) -> None:
    with limiter.slot(KEY, "only", 0):
        with database.system() as work:
            work.execute(sa.text("ALTER TABLE lease RENAME TO lease_away"))
        answer = "what the vendor said"
    assert answer == "what the vendor said"


# --- several limits, weights, and who waits ---------------------------------------------------------------------------


def test_a_heavy_call_takes_as_many_slots_as_it_weighs(database: Database) -> None:
    limiter = Limiter(database, {"vendor": Policy({"tier": Rate(10, 60.0)})})
    assert isinstance(limiter.acquire("vendor/a", "tier", 0, 7), Lease)
    assert isinstance(limiter.acquire("vendor/a", "tier", 0, 4), NoBudget)
    assert isinstance(limiter.acquire("vendor/a", "tier", 0, 3), Lease)
    assert limiter.usage("vendor/a", "tier").used == 10


@pytest.mark.parametrize("weight", [0, 13])
def test_a_weight_that_does_not_fit_in_peak_hours_is_refused(limiter: Limiter, weight: int) -> None:
    with pytest.raises(ValueError, match="weight"):
        limiter.acquire("denver/a", "medium", 0, weight)


def test_calls_at_once_are_limited_and_the_next_one_goes_when_one_ends(database: Database) -> None:
    limiter = Limiter(database, {"vendor": Policy({"tier": Allowance((Rate(100, 60.0),), 2)})})
    first, _ = take(limiter, "vendor/a", "tier"), take(limiter, "vendor/a", "tier")
    assert isinstance(limiter.acquire("vendor/a", "tier", 0), NoBudget)
    ender = threading.Timer(0.05, limiter.release, [first])
    ender.start()
    assert isinstance(limiter.acquire("vendor/a", "tier", 30), Lease)
    ender.join()


def test_the_fullest_of_several_limits_is_the_one_that_is_told(database: Database) -> None:
    limiter = Limiter(database, {"vendor": Policy({"tier": Allowance((Rate(100, 60.0), Rate(3, 3600.0)))})})
    for _ in range(3):
        limiter.release(take(limiter, "vendor/a", "tier"))
    usage = limiter.usage("vendor/a", "tier")
    assert (usage.used, usage.allowed) == (3, 3)
    assert usage.next_free is not None
    assert usage.next_free > database.clock.now() + timedelta(minutes=59)


def test_several_tiers_are_looked_at_in_two_queries(limiter: Limiter, database: Database) -> None:
    take(limiter, "denver/a", "high")
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    looks = limiter.outlooks([("denver/a", "high"), ("denver/a", "medium"), ("denver/b", "high"), (KEY, "only")])
    assert [look.usage.used for look in looks] == [1, 0, 0, 0]
    assert len([one for one in asked if "lease" in one]) == 2


def test_a_manual_sync_and_a_schedule_share_one_budget(database: Database) -> None:
    """Two processes of one installation: what the one uses is gone for the other."""
    by_hand, by_schedule = (Limiter(database, hammer.POLICIES) for _ in range(2))
    for limiter in [by_hand, by_schedule] * 15:
        limiter.release(take(limiter, SLOW, "only"))
    assert isinstance(by_hand.acquire(SLOW, "only", 0), NoBudget)
    assert isinstance(by_schedule.acquire(SLOW, "only", 0), NoBudget)


def test_waiting_callers_are_counted_also_from_another_process(database_url: str, tmp_path: Path) -> None:
    clock = tmp_path / "clock.json"
    opened = open_database(database_url, shared_clock(clock))
    policies = {"vendor": Policy({"tier": Rate(1, 1800.0)})}
    here, elsewhere = Limiter(opened, policies), Limiter(opened, policies)
    take(here, "vendor/a", "tier")
    threads = [threading.Thread(target=here.acquire, args=("vendor/a", "tier", 3600.0)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for limiter in (here, elsewhere):
        until(lambda one=limiter: one.waiting("vendor/a", "tier") == 3)
    jump(clock, START + timedelta(hours=2), 1.0)  # their patience is over
    for thread in threads:
        thread.join()
    assert here.waiting("vendor/a", "tier") == 0
    opened.close()


def test_the_forecast_begins_with_what_is_used_now(database: Database) -> None:
    limiter = Limiter(database, {"vendor": Policy({"tier": Rate(2, 3600.0)})})
    now = database.clock.now()
    limiter.release(take(limiter, "vendor/a", "tier"))
    found = limiter.forecast("vendor/a", "tier", 3)
    assert found.first_at - now < timedelta(minutes=1)
    assert timedelta(hours=1) <= found.last_at - now < timedelta(hours=1, minutes=2)


def test_a_bucket_with_very_many_calls_keeps_few_rows(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chartline.platform.limits.book.MANY", 20)
    limiter = Limiter(database, {"vendor": Policy({"tier": Rate(100_000, 86_400.0)})})
    for _ in range(50):
        limiter.release(take(limiter, "vendor/a", "tier"))
    with database.system() as work:
        assert work.scalar(sa.select(sa.func.count()).select_from(lease)) < 30
    assert limiter.usage("vendor/a", "tier").used == 50


def test_giving_back_does_not_wait_for_the_disk_and_taking_does(sqlite_database: Database) -> None:
    levels: list[int] = []

    @event.listens_for(sqlite_database.engine, "commit")
    def look(connection: sa.Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        levels.append(driver.execute("PRAGMA synchronous").fetchone()[0])

    limiter = Limiter(sqlite_database, hammer.POLICIES)
    limiter.release(take(limiter, KEY, "only"))
    limiter.release(take(limiter, KEY, "only"))
    assert levels == [2, 1, 2, 1]


def test_a_slot_that_is_free_in_a_moment_is_given_out_early_and_waited_for(database: Database) -> None:
    limiter = Limiter(database, {"vendor": Policy({"tier": Rate(1, 0.4)})})
    limiter.release(take(limiter, "vendor/a", "tier"))
    limiter.acquire("vendor/a", "tier", 5)
    with database.system() as work:
        first, second = work.rows(sa.select(lease).order_by(lease.c.granted_at))
    assert second["granted_at"] == first["answered_at"] + timedelta(seconds=0.4)
    assert database.clock.now() >= second["granted_at"]


# --- processes that die ---------------------------------------------------------------------------------------------

DIE = """
import os, sys
from chartline.kernel.clock import open_clock
from chartline.platform.database import open_database
from chartline.platform.limits import Limiter
from tests.platform.limits import hammer
Limiter(open_database(sys.argv[1], open_clock(sys.argv[2] or None)), hammer.POLICIES).acquire("denver/a", "high", 0)
os.kill(os.getpid(), 9)
"""


def die_with_a_lease(database: Database, clock_file: Path | None) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-c", DIE, url, str(clock_file or "")], check=False, cwd=Path.cwd())


class TestSimulated:
    """With a shared clock in peak hours, where the tier allows one call a minute."""

    @pytest.fixture
    def clock_file(self, tmp_path: Path) -> Path:
        return tmp_path / "clock.json"

    @pytest.fixture
    def clock(self, clock_file: Path) -> Clock:
        return shared_clock(clock_file)

    def test_the_lease_of_a_killed_process_comes_back_without_waiting_for_its_hold(
        self, limiter: Limiter, database: Database, clock_file: Path
    ) -> None:
        die_with_a_lease(database, clock_file)
        assert isinstance(limiter.acquire("denver/a", "high", 0), NoBudget)
        jump(clock_file, START + timedelta(minutes=1), 60.0)
        assert isinstance(limiter.acquire("denver/a", "high", 600), Lease)
        assert database.clock.now() >= START + timedelta(minutes=2)

    def test_a_silent_process_is_waited_for_in_real_time_at_any_speed(
        self, database: Database, clock_file: Path
    ) -> None:
        limiter = Limiter(database, hammer.POLICIES, hold_seconds=0.3)
        jump(clock_file, START, 7200.0)
        take(limiter, "denver/a", "high")
        assert isinstance(limiter.acquire("denver/a", "high", 600), NoBudget)  # 600 s pass in 0.1 s
        assert isinstance(limiter.acquire("denver/a", "high", 36_000), Lease)

    def test_a_jump_of_the_clock_does_not_free_a_running_call(
        self, limiter: Limiter, clock_file: Path, database: Database
    ) -> None:
        take(limiter, "denver/a", "high")
        jump(clock_file, START + timedelta(days=1), 1.0)
        answer = limiter.acquire("denver/a", "high", 0)
        assert isinstance(answer, NoBudget)
        assert answer.at > database.clock.now()

    def test_no_more_calls_run_at_once_than_the_strictest_limit(self, limiter: Limiter, clock_file: Path) -> None:
        jump(clock_file, datetime(2026, 3, 4, 3, 0, tzinfo=UTC), 1.0)  # 20:00 in Denver: 60 a minute
        granted = take(limiter, "denver/a", "high")
        assert isinstance(limiter.acquire("denver/a", "high", 0), NoBudget)
        limiter.release(granted)
        assert isinstance(limiter.acquire("denver/a", "high", 0), Lease)


# --- proof by counting ----------------------------------------------------------------------------------------------


def over(arrivals: list[float], period: float, limit_at: list[int]) -> list[int]:
    """By how much each arrival exceeds its limit in the rolling window that ends with it. Counted the plain way."""
    return [
        excess
        for moment, limit in zip(arrivals, limit_at, strict=True)
        if (excess := sum(moment - period < other <= moment for other in arrivals) - limit) > 0
    ]


def denver_limit(moment: float, peak: int, off_peak: int) -> int:
    local = datetime.fromtimestamp(moment, ZoneInfo("America/Denver"))
    return peak if local.weekday() < 5 and 6 <= local.hour < 18 else off_peak


@pytest.fixture
def empty(database_url: str) -> Generator[str, None, None]:
    opened = open_database(database_url, SystemClock())
    metadata.create_all(opened.engine, [lease, lease_queue])
    opened.close()
    yield database_url


def play(
    url: str, folder: Path, key: str, tier: str, seconds: float, clock: Path | None = None, begin: datetime = START
) -> list[float]:
    """Two processes of three threads each; all arrivals in order. A clock begins, at sixty, when both are ready."""
    if clock is not None:
        shared_clock(clock, begin, speed=0.0)
    outs = [folder / f"arrivals-{number}.json" for number in range(2)]
    orders = [
        {"url": url, "key": key, "tier": tier, "threads": 3, "seconds": seconds, "out": str(out)}
        | {"clock": str(clock or "")}
        for out in outs
    ]
    pipe = subprocess.PIPE
    processes = [
        subprocess.Popen([sys.executable, hammer.__file__, json.dumps(order)], stdin=pipe, stdout=pipe, text=True)
        for order in orders
    ]
    assert all(process.stdout and process.stdout.readline() == "up\n" for process in processes)
    if clock is not None:
        jump(clock, begin, 60.0)
    for process in processes:
        process.communicate("go\n", timeout=60)
    return sorted(moment for out in outs for moment in json.loads(out.read_text()))


def test_two_processes_never_exceed_a_limit_in_real_time(empty: str, tmp_path: Path) -> None:
    arrivals = play(empty, tmp_path, KEY, "only", 2.0)
    assert over(arrivals, 1.0, [20] * len(arrivals)) == []
    assert len(arrivals) > 20


def test_two_processes_never_exceed_a_limit_at_sixty_times_real_time(empty: str, tmp_path: Path) -> None:
    arrivals = play(empty, tmp_path, "slow/a", "only", 2.0, tmp_path / "clock.json")
    assert over(arrivals, 60.0, [30] * len(arrivals)) == []
    assert len(arrivals) > 30


def cross(url: str, folder: Path, edge: datetime) -> None:
    arrivals = play(url, folder, "denver/a", "medium", 3.0, folder / "clock.json", edge - timedelta(seconds=75))
    assert over(arrivals, 60.0, [denver_limit(moment, 12, 120) for moment in arrivals]) == []
    assert arrivals[0] < edge.timestamp() < arrivals[-1]


def test_no_window_exceeds_the_stricter_limit_when_peak_hours_begin(empty: str, tmp_path: Path) -> None:
    cross(empty, tmp_path, datetime(2026, 3, 4, 13, 0, tzinfo=UTC))


@pytest.mark.parametrize("edge", ["2026-03-09T12:00:00+00:00", "2026-11-02T13:00:00+00:00"])
def test_the_first_peak_hours_after_a_change_of_clocks_are_kept_to(sqlite_url: str, tmp_path: Path, edge: str) -> None:
    opened = open_database(sqlite_url, SystemClock())
    metadata.create_all(opened.engine, [lease, lease_queue])
    opened.close()
    cross(sqlite_url, tmp_path, datetime.fromisoformat(edge))
