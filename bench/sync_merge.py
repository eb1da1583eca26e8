"""What it costs to be told again what is known already, beside what it costs to merge it.

A vendor's feed overlaps and repeats, so most records that come in say nothing new. Prints ratios, for a machine's own
speed says nothing: statements, and time of taking one patient with insurance (a) unchanged, (b) unchanged, but merged
in full, (c) with one field changed. Needs no vendor; the database is a file in a temporary folder.

    python bench/sync_merge.py [patients]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import event

from chartline.app.upgrade import upgrade
from chartline.connect.facts import CoverageFact, PatientDetail, PersonFact, Relationship
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.shadow import meet_again
from chartline.kernel.clock import SystemClock
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Sealed
from chartline.kernel.settings import Settings
from chartline.platform.database import Work, open_database
from chartline.platform.records import Records
from chartline.platform.vault import Vault

CONNECTION = "bench"


def told(number: int, city: str = "Aurora") -> PatientDetail:
    """An invented patient with a plan."""
    person = PersonFact(
        vendor_id=f"p{number}",
        family=Sealed(f"Inventado{number}"),
        given=Sealed(f"Adabelle{number}"),
        middle=Sealed(""),
        birth_date=Sealed(date(1950, 1, 1) + timedelta(days=number)),
        sex="F",
        phone=Sealed("3035550142"),
        email=Sealed(f"ada{number}@example.org"),
        street=Sealed("77 Fictional Lane"),
        unit=Sealed(""),
        city=Sealed(city),
        state=Sealed("CO"),
        postal_code=Sealed("80298"),
        chart=f"C-{number}",
    )
    plan = CoverageFact(
        f"i{number}", "00999", "Imaginary Health", Sealed(f"ZZQ{number}"), Sealed("G1"), 1, Relationship.SELF
    )
    return PatientDetail(person, (plan,))


def main(patients: int) -> None:
    """Take all patients four times and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        upgrade(Settings(data=folder))
        database = open_database(f"sqlite:///{Path(folder) / 'chartline.db'}", SystemClock())
        vault = Vault.open(Path(folder))
        records, organisation = Records(vault), new_id()
        statements = 0

        def count(*_: object) -> None:
            nonlocal statements
            statements += 1

        def took(make: Callable[[int], PatientDetail], before: Callable[[Work], None] | None = None) -> float:
            nonlocal statements
            with database.work(organisation) as work:
                if before:
                    before(work)
                statements, began = 0, time.process_time()
                for number in range(patients):
                    take_patient(work, records, vault, CONNECTION, make(number))
                return (time.process_time() - began) / patients

        def forget(work: Work) -> None:
            for kind in (Kind.PATIENT, Kind.COVERAGE):
                meet_again(work, CONNECTION, kind)

        event.listen(database.engine, "before_cursor_execute", count)
        rows: list[tuple[str, float, float]] = []
        for name, make, before in (
            ("new", told, None),
            ("unchanged", told, None),
            ("unchanged, merged in full", told, forget),
            ("one field changed", lambda number: told(number, "Golden"), None),
            (
                "spelt otherwise",
                lambda n: replace(told(n), person=replace(told(n).person, city=Sealed("GOLDEN"))),
                None,
            ),
        ):
            seconds = took(make, before)
            rows.append((name, seconds, statements / patients))
        database.close()
    quick = rows[1][1]
    print(f"{patients} patients with one plan each, SQLite; time as a multiple of the unchanged")
    print(f"{'told again':28}{'time':>8}{'statements':>12}")
    for name, seconds, number in rows:
        print(f"{name:28}{seconds / quick:>8.1f}{number:>12.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
