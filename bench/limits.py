"""How close to a vendor's limit the lease limiter gets, and what it costs. Prints three tables; takes about 30 seconds.

    python bench/limits.py [--postgresql postgresql+psycopg://user@host/empty_database]

First what a lease costs when nobody else asks. Then a hundred workers that hammer one bucket: ``worst`` is the fullest
rolling window, counted independently of the limiter, and must never be above ``limit``; ``used`` is the share of the
budget that was called after the first burst, which takes the first budget at once. A lease counts until one period
after the answer, so a slot comes round once a period and call: the most that can be used in the long run is
``period / (period + call)``, shown as ``most``. With a vendor's period of 60 s and a call of 0.3 s that is 99.5 %; here
the period is 6 s and the call 0.03 s, which is the same ratio; on a busy machine calls take longer, and ``call s`` is
what they took. Last the forecast of a backlog, which must not grow with it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from bisect import bisect_right
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import time as wall
from pathlib import Path

from chartline.kernel.clock import SystemClock
from chartline.platform.database import Database, metadata, open_database
from chartline.platform.limits import Lease, Limiter, PeakCalendar, PeakRate, Policy, Rate

PERIOD, LIMIT, CALL = 6.0, 60, 0.03
WINDOWS, PROCESSES, THREADS = 3, 4, 25
DENVER = PeakCalendar("America/Denver", frozenset(range(5)), wall(6), wall(18))
POLICY = Policy(
    {
        "plain": Rate(LIMIT, PERIOD),
        "free": Rate(100_000, PERIOD),
        "medium": PeakRate(12, 120, 60.0, DENVER),
    }
)


def call(url: str) -> None:
    """One process: say that it is up, wait for a line, call as fast as it may, tell each arrival and duration."""
    clock = SystemClock()
    database = open_database(url, clock, pool=10)
    limiter = Limiter(database, {"bench": POLICY})
    calls: list[tuple[float, float]] = []
    print("up", flush=True)
    sys.stdin.readline()
    until = time.time() + PERIOD * WINDOWS

    def run() -> None:
        while (left := until - time.time()) > 0:
            with limiter.slot("bench/vendor", "plain", left) as granted:
                if not isinstance(granted, Lease):
                    return
                granted_at = time.time()
                clock.sleep(CALL / 2)
                arrival = time.time()
                clock.sleep(CALL / 2)
                calls.append((arrival, time.time() - granted_at))

    workers = [threading.Thread(target=run) for _ in range(THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(json.dumps(calls))


def hammer(url: str) -> tuple[float, int, float]:
    """The used share of the budget, the fullest rolling window, and how long a call really took."""
    order, pipe = [sys.executable, __file__, "--call", url], subprocess.PIPE
    running = [subprocess.Popen(order, stdin=pipe, stdout=pipe, text=True) for _ in range(PROCESSES)]
    ready = [process.stdout.readline() for process in running if process.stdout]
    with ThreadPoolExecutor(len(ready)) as pool:
        told = list(pool.map(lambda process: process.communicate("go\n")[0], running))
    calls = sorted(call for each in told for call in json.loads(each))
    arrivals = [arrival for arrival, _ in calls]
    worst = max(place + 1 - bisect_right(arrivals, moment - PERIOD) for place, moment in enumerate(arrivals))
    # The first budget is taken in one burst; from its last call on, each slot comes round again and again.
    windows = (arrivals[-1] - arrivals[LIMIT - 1]) / PERIOD
    used = (len(arrivals) - LIMIT) / (LIMIT * windows)
    return used, worst, sum(lasted for _, lasted in calls) / len(calls)


def cost(database: Database) -> tuple[float, float, float]:
    """Milliseconds to take a lease and to give it back when nobody else asks, and processor time of both."""
    limiter, times = Limiter(database, {"bench": POLICY}), [0.0, 0.0]
    limiter.release(taken(limiter))
    rounds, spent = 300, time.process_time()
    for _ in range(rounds):
        first = time.perf_counter()
        granted = taken(limiter)
        second = time.perf_counter()
        limiter.release(granted)
        times[0] += second - first
        times[1] += time.perf_counter() - second
    return times[0] / rounds * 1000, times[1] / rounds * 1000, (time.process_time() - spent) / rounds * 1000


def taken(limiter: Limiter) -> Lease:
    """A lease of a bucket that is never full."""
    granted = limiter.acquire("bench/cost", "free", 10)
    if not isinstance(granted, Lease):
        raise TypeError("a bucket that is never full was full")
    return granted


@contextmanager
def bucket(url: str) -> Generator[Database]:
    """The database with its tables, and nobody else's rows."""
    database = open_database(url, SystemClock())
    metadata.create_all(database.engine)
    yield database
    metadata.drop_all(database.engine)
    database.close()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", help="an empty database to measure as well")
    parser.add_argument("--call", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.call:
        call(chosen.call)
        return
    with tempfile.TemporaryDirectory() as folder:
        makes = {"SQLite": f"sqlite:///{Path(folder) / 'bench.db'}"}
        if chosen.postgresql:
            makes["PostgreSQL"] = chosen.postgresql
        print(f"{'a lease':<12}{'take ms':>10}{'give ms':>10}{'cpu ms':>10}")
        for make, url in makes.items():
            with bucket(url) as database:
                took, gave, spent = cost(database)
            print(f"{make:<12}{took:>10.2f}{gave:>10.2f}{spent:>10.2f}")
        heads = (
            f"{'100 workers':<12}{'shape':>12}{'limit':>7}{'period':>8}{'call s':>8}{'worst':>7}{'used':>8}{'most':>8}"
        )
        print(f"\n{heads}")
        for make, url in makes.items():
            with bucket(url):
                used, worst, lasted = hammer(url)
            shape, most = f"{PROCESSES} x {THREADS}", PERIOD / (PERIOD + lasted)
            print(f"{make:<12}{shape:>8}{LIMIT:>8}{PERIOD:>8}{lasted:>8.3f}{worst:>8}{used:>8.1%}{most:>8.1%}")
        print(f"\n{'forecast of':<12}{'took ms':>10}   last call at")
        with bucket(makes["SQLite"]) as database:
            limiter = Limiter(database, {"bench": POLICY})
            for calls in (100, 10_000, 100_000, 1_000_000):
                first = time.perf_counter()
                found = limiter.forecast("bench/vendor", "medium", calls)
                took = (time.perf_counter() - first) * 1000
                print(f"{calls:<12}{took:>10.2f}   {found.last_at:%Y-%m-%d %H:%M} UTC")


if __name__ == "__main__":
    main()
