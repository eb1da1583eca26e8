"""The main job, end to end: real processes, real sockets, real database, a worker killed in the middle.

One run on SQLite and one on PostgreSQL with two workers; every test of a make looks at the same run. The makes are
classes, so that two processes can play them at the same time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.support import postgresql

from chartline.platform.database.engine import make_engine
from chartline.sandbox.world import make_world

pytestmark = pytest.mark.story


@dataclass
class Run:
    """What a run of the demonstration left behind."""

    folder: Path
    database: str
    code: int
    summary: dict[str, Any]
    printed: str


def demo(folder: Path, database: str | None, workers: int, port: int) -> Run:
    command = [sys.executable, "-m", "chartline.cli.main", "demo", "--once", "--json", "--data", str(folder)]
    command += ["--port", str(port)]
    if database:
        command += ["--database", database, "--workers", str(workers)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    printed = done.stdout + done.stderr
    assert done.stdout.strip(), printed
    url = database or f"sqlite:///{folder / 'chartline.db'}"
    return Run(folder, url, done.returncode, json.loads(done.stdout), printed)


class Day:
    """What must hold after the day, on either make of database."""

    def test_every_check_of_the_day_holds(self, run: Run) -> None:
        failed = [name for name, holds in run.summary["checks"].items() if not holds]
        assert failed == []
        assert run.summary["ok"] is True
        assert run.code == 0

    def test_the_summary_has_every_number_that_was_promised(self, run: Run) -> None:
        promised = {
            "patients",
            "appointments",
            "eligibility_checks",
            "claims",
            "payments_posted",
            "ledger_balanced",
            "duplicates",
            "lost",
            "worker_killed",
        }
        assert promised <= run.summary.keys()
        assert {"submitted", "accepted", "rejected", "paid", "denied"} == run.summary["claims"].keys()

    def test_nothing_is_lost_and_nothing_is_done_twice_although_the_worker_was_killed(self, run: Run) -> None:
        assert (run.summary["lost"], run.summary["duplicates"], run.summary["worker_killed"]) == (0, 0, True)
        assert run.summary["ledger_balanced"] is True

    def test_all_visits_that_were_held_are_billed_one_way(self, run: Run) -> None:
        kept = sum(visit.kept for visit in make_world().visits)
        assert sum(run.summary["billed_by"].values()) == kept
        assert all(run.summary["billed_by"].values())

    def test_nothing_the_demo_wrote_holds_a_patient_value_a_password_or_a_token(self, run: Run) -> None:
        """Every file of the data folder, the database and the simulators' own among them, and what was printed.

        The one exception is the file that tells its owner how to sign in.
        """
        world = make_world()
        values = [value.encode() for value in (*world.private_values(), *world.secrets()) if len(value) > 3]
        leaks: list[str] = []
        for file in sorted(run.folder.rglob("*")):
            if file.is_file() and file.name != "sign-in.txt":
                content = file.read_bytes()
                folded = content.upper()
                if any(value in content or value.upper() in folded for value in values) or b"clt_" in content:
                    leaks.append(str(file.relative_to(run.folder)))
        assert leaks == []
        assert not any(value.decode() in run.printed for value in values)
        assert (run.folder / "sign-in.txt").stat().st_mode & 0o077 == 0

    def test_the_tables_hold_no_readable_patient_value_either(self, run: Run) -> None:
        world = make_world()
        values = {value.upper() for value in (*world.private_values(), *world.secrets()) if len(value) > 3}
        engine = make_engine(run.database)
        leaks: set[str] = set()
        with engine.connect() as connection:
            inspector = sa.inspect(connection)
            places = [
                (schema, table)
                for schema in (None, *({"dbos"} & set(inspector.get_schema_names())))
                for table in inspector.get_table_names(schema=schema)
            ]
            assert len(places) > 40
            for schema, table in places:
                rows = connection.execute(sa.select(sa.text("*")).select_from(sa.table(table, schema=schema)))
                for row in rows:
                    text = " ".join(str(cell) for cell in row).upper()
                    leaks |= {table for value in values if value in text}
        engine.dispose()
        assert leaks == set()

    def test_a_second_run_on_the_same_folder_does_nothing_twice(self, run: Run) -> None:
        database = None if run.database.startswith("sqlite") else run.database
        again = demo(run.folder, database, 2, 0)
        assert [name for name, holds in again.summary["checks"].items() if not holds] == []
        assert again.code == 0
        same = (
            "patients",
            "appointments",
            "eligibility_checks",
            "claims",
            "payments_posted",
            "duplicates",
            "lost",
            "money",
        )
        assert {name: run.summary[name] for name in same} == {name: again.summary[name] for name in same}


class TestOnTheEmbeddedDatabase(Day):
    """With one worker."""

    @pytest.fixture(scope="class")
    @classmethod
    def run(cls, tmp_path_factory: pytest.TempPathFactory) -> Run:
        return demo(tmp_path_factory.mktemp("demo"), None, 1, 0)


class TestOnPostgreSQL(Day):
    """With two workers."""

    @pytest.fixture(scope="class")
    @classmethod
    def run(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
        with postgresql.running() as server, postgresql.fresh_database(server, "the_day") as url:
            yield demo(tmp_path_factory.mktemp("demo"), url, 2, 0)
