"""A small year end to end: real processes and sockets, four payers with different minds, a biller at the desk.

One run on SQLite; every test looks at it. The full size is ``chartline sandbox run --scenario year``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chartline.sandbox.year.practice import make_year

pytestmark = pytest.mark.story
CLAIMS, PATIENTS, MONTHS, SEED = 300, 60, 2, 7


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("year") / "data"
    size = ("--claims", str(CLAIMS), "--patients", str(PATIENTS), "--months", str(MONTHS), "--seed", str(SEED))
    command = ("sandbox", "run", "--scenario", "year", "--json", "--data", str(folder), *size)
    done = subprocess.run(
        [sys.executable, "-m", "chartline.cli.main", *command],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.stdout.strip(), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode == 0) is found["ok"]
    check_nothing_private(folder)
    return found


def check_nothing_private(folder: Path) -> None:
    world = make_year(SEED, claims=CLAIMS, patients=PATIENTS, months=MONTHS).world
    logs = "".join(file.read_text() for file in (folder / "logs").iterdir())
    assert logs
    assert [secret for secret in world.secrets() if secret in logs] == []
    assert [patient.number for patient in world.patients if patient.member_id in logs] == []


def test_every_check_of_the_year_holds(summary: dict[str, Any]) -> None:
    assert [name for name, holds in summary["checks"].items() if not holds] == [], summary
    assert summary["ok"] is True


def test_every_claim_has_an_end_or_a_named_state(summary: dict[str, Any]) -> None:
    assert sum(summary["ends"].values()) == summary["claims"] >= CLAIMS
    assert summary["ends"]["settled"] + summary["ends"]["patient owes"] > CLAIMS / 4


def test_the_numbers_are_those_of_the_payers_books(summary: dict[str, Any]) -> None:
    assert summary["ours"] == summary["theirs"]
    assert summary["ours"]["claims"] >= CLAIMS
    assert summary["ours"]["days_in_ar"] is not None
    assert 80 < float(summary["ours"]["first_pass_percent"]) < 100
    assert 0 < float(summary["ours"]["denied_percent"]) < 20


def test_the_biller_had_work_and_did_it(summary: dict[str, Any]) -> None:
    assert summary["acts"]["corrected"] > 0
    assert summary["acts"]["payments"] > 0
    assert summary["remittances"] > 10
