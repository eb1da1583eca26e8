"""How long the rules take a claim: the catalogue, the trial of writing, and a validation with everything around it.

Run with ``python bench/rules.py``; prints a table. ``--claims`` says how many are validated in a database of their own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.domains.claims.rules.examples import CLEAN, context
from tests.domains.money_world import TODAY, Practice, open_practice, source

from chartline.app.upgrade import upgrade
from chartline.domains.claims.drafting import draft_many
from chartline.domains.claims.rules import catalogue, run_rules
from chartline.domains.claims.rules.catalogue import check_rules
from chartline.domains.claims.rules.writable import RULE as WRITABLE
from chartline.domains.claims.validation import validate_many
from chartline.kernel.clock import SystemClock
from chartline.kernel.settings import Settings
from chartline.platform.database import open_database

ROUNDS = 300
AT_ONCE = 500


def timed(name: str, work: Callable[[], object], times: int) -> None:
    """Print what one of many takes."""
    start = time.perf_counter()
    work()
    spent = time.perf_counter() - start
    print(f"| {name} | {times} | {spent * 1000 / times:.3f} |")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--claims", type=int, default=2_000)
    count = parser.parse_args().claims
    known = context()
    run_rules(CLEAN, known)
    print("| what | claims | ms each |\n|---|---|---|")
    timed(
        f"the catalogue ({len(catalogue())} rules)", lambda: [check_rules(CLEAN, known) for _ in range(ROUNDS)], ROUNDS
    )
    timed("whether it can be written", lambda: [WRITABLE.check(CLEAN, known) for _ in range(ROUNDS)], ROUNDS)
    timed("both", lambda: [run_rules(CLEAN, known) for _ in range(ROUNDS)], ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        upgrade(Settings(data=folder))
        database = open_database(f"sqlite:///{folder}/chartline.db", SystemClock())
        practice = open_practice(database, Path(folder))
        for start in range(0, count, AT_ONCE):
            some = [source() for _ in range(min(AT_ONCE, count - start))]
            with practice.work() as work:
                ids = draft_many(work, practice.vault, practice.records, some)
            timed("validated and stored", lambda ids=ids: validate(practice, ids), len(ids))
        database.close()


def validate(practice: Practice, ids: list[str]) -> None:
    """Validate claims in one transaction."""
    with practice.work() as work:
        validate_many(work, practice.vault, practice.records, ids, today=TODAY)


if __name__ == "__main__":
    main()
