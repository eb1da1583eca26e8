"""How long reports take on a year of books. Prints a table; laying the books takes a minute.

    python bench/reports.py [--claims 25000] [--instalments 30] [--database URL of an empty, migrated database]

With 25,000 claims and 30 instalments there are about 240,000 entries with 510,000 lines. ``cpu`` is the time of this
process, which on SQLite is all of the work; ``wall`` on a busy machine says how busy it was. Every number is asked
anew: nothing is cached.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from chartline.app.upgrade import upgrade
from chartline.domains.reports import REPORTS, Dimension, Scope, kpis, lineage, page_of
from chartline.domains.reports.digest import compose
from chartline.kernel.clock import SystemClock
from chartline.kernel.ids import new_id
from chartline.kernel.settings import Settings
from chartline.platform.database import Database, Work, open_database
from chartline.sandbox.books import Plan, lay_books

BEGIN = date(2025, 1, 1)
YEAR = Scope(BEGIN, date(2025, 12, 31))
MONTH = Scope(date(2025, 6, 1), date(2025, 6, 30))
THEN = Scope(BEGIN, date(2025, 12, 31), known=date(2025, 9, 1))


def measures(work: Work) -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {
        "key numbers, a month": lambda: kpis(work, MONTH),
        "key numbers, a year": lambda: kpis(work, YEAR),
        "key numbers, a year as known in September": lambda: kpis(work, THEN),
    }
    for by in Dimension:
        found[f"key numbers, a year by {by.value}"] = lambda by=by: kpis(work, YEAR, by)
    for figure in ("billed", "collected", "insurance_open", "insurance_open:120+", "denied", "claims:paid"):
        found[f"rows behind {figure}"] = lambda figure=figure: lineage(work, YEAR, figure)
    for name, report in REPORTS.items():
        found[f"list {name}"] = lambda report=report: page_of(work, report, YEAR)
    found["weekly digest"] = lambda: compose(work, date(2025, 6, 2))
    return found


def run(database: Database, plan: Plan) -> None:
    organisation = new_id()
    began = time.perf_counter()
    with database.work(organisation) as work:
        rows = lay_books(work, plan)
    print(", ".join(f"{number:,} {name}" for name, number in rows.items()), f"in {time.perf_counter() - began:.0f} s")
    print(f"{'report':48}{'wall s':>8}{'cpu s':>8}")
    with database.read(organisation) as work:
        for name, measure in measures(work).items():
            began, spent = time.perf_counter(), time.process_time()
            measure()
            print(f"{name:48}{time.perf_counter() - began:8.2f}{time.process_time() - spent:8.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=25_000)
    parser.add_argument("--instalments", type=int, default=30)
    parser.add_argument("--database", default="")
    asked = parser.parse_args()
    plan = Plan(asked.claims, BEGIN, 365, instalments=asked.instalments)
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database or f"sqlite:///{Path(folder) / 'chartline.db'}"
        upgrade(Settings(data=folder, database=url))
        run(open_database(url, SystemClock()), plan)


if __name__ == "__main__":
    main()
