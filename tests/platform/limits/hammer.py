"""A process that calls an imaginary vendor as fast as the limiter allows, and notes when each call arrived.

Run as ``python hammer.py '{orders as JSON}'``; it says ``up``, and begins when it is sent a line.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from dataclasses import dataclass
from datetime import time as wall
from pathlib import Path

import msgspec

from chartline.kernel.clock import SystemClock, open_clock
from chartline.platform.database import open_database
from chartline.platform.limits import Lease, Limiter, PeakCalendar, PeakRate, Policy, Rate

DENVER = PeakCalendar("America/Denver", frozenset(range(5)), wall(6), wall(18))
POLICIES = {
    "flat": Policy({"only": Rate(20, 1.0)}),
    "slow": Policy({"only": Rate(30, 60.0)}),
    "denver": Policy({"high": PeakRate(1, 60, 60.0, DENVER), "medium": PeakRate(12, 120, 60.0, DENVER)}),
}


class Orders(msgspec.Struct):
    """What to do."""

    url: str
    key: str
    tier: str
    threads: int
    seconds: float
    out: str
    clock: str = ""


@dataclass
class Caller:
    """One thread's worth of calls."""

    limiter: Limiter
    orders: Orders
    arrivals: list[float]

    def run(self, until: float) -> None:
        """Call until the (real) time is over."""
        clock = open_clock(self.orders.clock or None)
        while time.monotonic() < until:
            left = until - time.monotonic()
            speed = 1 / clock.real_seconds(1.0)
            with self.limiter.slot(self.orders.key, self.orders.tier, left * speed) as granted:
                if isinstance(granted, Lease):
                    SystemClock().sleep(random.random() * 0.004)
                    self.arrivals.append(clock.now().timestamp())
                    SystemClock().sleep(random.random() * 0.004)


def main() -> None:
    """Follow the orders on the command line."""
    orders = msgspec.json.decode(sys.argv[1], type=Orders)
    database = open_database(orders.url, open_clock(orders.clock or None), pool=orders.threads + 2)
    arrivals: list[float] = []
    caller = Caller(Limiter(database, POLICIES), orders, arrivals)
    print("up", flush=True)  # noqa: T201
    sys.stdin.readline()
    until = time.monotonic() + orders.seconds
    threads = [threading.Thread(target=caller.run, args=(until,)) for _ in range(orders.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    Path(orders.out).write_text(json.dumps(arrivals))
    database.close()


if __name__ == "__main__":
    main()
