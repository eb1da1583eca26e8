"""``chartline sandbox``: what it lists, and what it refuses before it starts anything. The run itself is a story."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from chartline.cli.main import group
from chartline.cli.sandbox import clear

RUN = ["sandbox", "run", "--scenario", "advancedmd-week"]


def invoke(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(group, arguments)
    return done.exit_code, done.output


def test_the_scenarios_are_listed_for_people_and_for_programs() -> None:
    code, text = invoke("sandbox", "list")
    assert code == 0
    assert "advancedmd-week" in text
    code, text = invoke("sandbox", "list", "--json")
    assert (code, set(json.loads(text))) == (0, {"advancedmd-week", "year"})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--workers", "3"), "PostgreSQL"),
        (("--patients", "5"), "at least"),
        (("--visits", "3"), "at least"),
        (("--days", "1"), "2<=x<=5"),
    ],
)
def test_what_cannot_be_played_is_refused_as_wrong_usage(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    code, text = invoke(*RUN, "--data", str(tmp_path / "new"), *options)
    assert code == 2
    assert said in text
    assert not (tmp_path / "new").exists()


def test_a_folder_that_no_run_made_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "letters.txt"
    kept.write_text("mine")
    code, text = invoke(*RUN, "--data", str(tmp_path))
    assert code == 2
    assert "something else" in text
    assert kept.read_text() == "mine"


def test_what_an_earlier_run_left_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "week"
    (folder / "simulators").mkdir(parents=True)
    (folder / "clock.json").write_text("{}")
    clear(folder)
    assert not folder.exists()
    clear(folder)
