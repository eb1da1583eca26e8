"""How close to a vendor's limit the lease limiter gets, and what it costs. Prints a table; takes about 15 seconds.

    python bench/limits.py [--postgresql postgresql+psycopg://user@host/empty_database]

Each row: processes of four threads that call an imaginary vendor as fast as they may (the call takes 5 ms of real
time) under a limit in any rolling second. ``worst`` is the fullest rolling second, counted independently.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from chartline.kernel.clock import SystemClock
from chartline.platform.database import metadata, open_database
from chartline.platform.limits import Lease, Limiter, Policy, Rate

SECONDS = 2.5
THREADS = 4


def call(url: str, limit: int) -> None:
    """One process: call until the time is over, then print when each call arrived."""
    clock = SystemClock()
    database = open_database(url, clock, pool=THREADS + 2)
    limiter = Limiter(database, {"bench": Policy({"only": Rate(limit, 1.0)})})
    arrivals: list[float] = []
    until = time.monotonic() + SECONDS

    def run() -> None:
        while (left := until - time.monotonic()) > 0:
            with limiter.slot(f"bench/{limit}", "only", left) as granted:
                if isinstance(granted, Lease):
                    arrivals.append(clock.now().timestamp())
                    clock.sleep(0.005)

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(arrivals))


def measure(url: str, processes: int, limit: int) -> tuple[float, int]:
    """Calls a second after the first full window, and the fullest rolling second."""
    command = [sys.executable, __file__, "--call", url, str(limit)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    arrivals = sorted(moment for process in running for moment in json.loads(process.communicate()[0]))
    worst = max(sum(moment - 1.0 < other <= moment for other in arrivals) for moment in arrivals)
    return len(arrivals) / (arrivals[-1] - arrivals[0] + 1.0), worst


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", help="an empty database to measure as well")
    parser.add_argument("--call", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.call:
        call(chosen.call[0], int(chosen.call[1]))
        return
    print(f"{'database':<12}{'processes':>10}{'limit/s':>9}{'calls/s':>9}{'used':>7}{'worst':>7}")
    with tempfile.TemporaryDirectory() as folder:
        makes = {"SQLite": f"sqlite:///{Path(folder) / 'bench.db'}"}
        if chosen.postgresql:
            makes["PostgreSQL"] = chosen.postgresql
        for make, url in makes.items():
            database = open_database(url, SystemClock())
            metadata.create_all(database.engine)
            database.close()
            for processes, limit in ((1, 20), (2, 40)) if len(makes) > 1 else ((1, 20), (1, 100), (2, 40)):
                rate, worst = measure(url, processes, limit)
                print(f"{make:<12}{processes:>10}{limit:>9}{rate:>9.1f}{rate / limit:>7.0%}{worst:>7}")


if __name__ == "__main__":
    main()
