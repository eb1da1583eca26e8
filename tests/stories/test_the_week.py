"""A small scripted week end to end: real processes and sockets, both sides edited, faults, a killed worker.

One run on SQLite; every test looks at it. The full size is ``chartline sandbox run --scenario advancedmd-week``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chartline.sandbox.week.people import make_week

pytestmark = pytest.mark.story
PATIENTS, VISITS, DAYS, SEED = 40, 30, 2, 7


@dataclass
class Run:
    """What a run left behind."""

    folder: Path
    code: int
    summary: dict[str, Any]
    printed: str


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("week") / "data"
    size = ("--patients", str(PATIENTS), "--visits", str(VISITS), "--days", str(DAYS), "--seed", str(SEED))
    command = ("sandbox", "run", "--scenario", "advancedmd-week", "--json", "--data", str(folder), *size)
    done = subprocess.run(
        [sys.executable, "-m", "chartline.cli.main", *command],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    printed = done.stdout + done.stderr
    assert done.stdout.strip(), printed
    return Run(folder, done.returncode, json.loads(done.stdout), printed)


def test_every_check_of_the_week_holds(run: Run) -> None:
    failed = [name for name, holds in run.summary["checks"].items() if not holds]
    assert failed == [], run.summary
    assert run.summary["ok"] is True
    assert run.code == 0


def test_both_sides_have_everybody_and_every_visit_field_by_field(run: Run) -> None:
    assert (run.summary["patients"], run.summary["visits"]) == (PATIENTS, VISITS)
    assert run.summary["equal"] == {"patient": PATIENTS, "plan": run.summary["plans"], "visit": VISITS}
    assert (run.summary["differing"], run.summary["lost"], run.summary["duplicated"]) == ([], 0, 0)


def test_both_sides_were_edited_everything_broke_and_workers_were_killed(run: Run) -> None:
    assert run.summary["edits_here"] > 15
    assert run.summary["edits_there"] > 15
    assert {"drop", "refuse", "cut", "html", "empty"} <= run.summary["faults"].keys()
    assert run.summary["workers_killed"] >= 1
    assert run.summary["sessions_ended"] >= 2


def test_people_decided_conflicts(run: Run) -> None:
    assert run.summary["conflicts"]["opened"] >= 1
    assert run.summary["conflicts"]["decided"] >= 1


def test_no_minute_held_more_calls_than_the_vendor_allows(run: Run) -> None:
    assert (run.summary["excess_calls"], run.summary["excess_cost"]) == (0, "0.00")
    assert run.summary["deepest"]["1"] <= 60
    assert run.summary["deepest"]["2"] <= 120


def test_nothing_the_run_wrote_or_printed_holds_a_patient_value_or_a_password(run: Run) -> None:
    world = make_week(SEED, patients=PATIENTS, visits=VISITS, days=DAYS).world
    values = [value.encode() for value in (*world.private_values(), *world.secrets()) if len(value) > 3]
    leaks: list[str] = []
    for file in sorted(run.folder.rglob("*")):
        if file.is_file() and file.name != "sign-in.txt":
            folded = file.read_bytes().upper()
            if any(value.upper() in folded for value in values) or b"CLT_" in folded:
                leaks.append(str(file.relative_to(run.folder)))
    assert leaks == []
    assert not any(value.decode() in run.printed for value in values)
