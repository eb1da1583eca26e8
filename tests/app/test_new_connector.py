"""A connector that was written from the template passes the suite as it stands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chartline.app.new_connector import FILES, write_connector
from chartline.kernel.errors import ChartlineError


def test_a_new_connector_passes_the_conformance_suite(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    written = write_connector("examplevendor", "Example Vendor", folder)
    assert len(written) == len(FILES)
    assert not any("$" in file.read_text() for file in written)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(folder / "tests")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


@pytest.mark.parametrize("name", ["claimmd", "Example", "9lives", "a", "with-dash", "../up"])
def test_a_name_that_is_taken_or_no_word_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ChartlineError) as refused:
        write_connector(name, "Example", tmp_path / "new")
    assert refused.value.problem.code == "connector.bad_name"
    assert not (tmp_path / "new").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(ChartlineError) as refused:
        write_connector("examplevendor", "Example", tmp_path)
    assert refused.value.problem.code == "connector.not_empty"
    assert [file.name for file in tmp_path.iterdir()] == ["kept.txt"]
