"""The reference pages are compared with the code, and a stale one is named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = [
    "accounts.md",
    "claim-rules.md",
    "commands.md",
    "connectors.md",
    "errors.md",
    "fhir-conformance.md",
    "settings.md",
    "x12-guides.md",
    "x12-problems.md",
]


def pages(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "tools" / "pages.py"), *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reference")
    assert pages("--write", "--folder", str(folder)).returncode == 0
    return folder


def test_every_page_is_written(written: Path) -> None:
    assert sorted(file.name for file in written.iterdir()) == NAMES


def test_fresh_pages_pass_and_a_stale_or_missing_one_fails_by_name(written: Path, tmp_path: Path) -> None:
    assert pages("--folder", str(written)).returncode == 0

    folder = shutil.copytree(written, tmp_path / "reference")
    (folder / "errors.md").write_text((folder / "errors.md").read_text() + "changed by hand\n")
    (folder / "accounts.md").unlink()
    found = pages("--folder", str(folder))

    assert found.returncode == 1
    assert [line.partition(" ")[0] for line in found.stdout.splitlines()] == ["accounts.md", "errors.md"]
    assert "make docs" in found.stdout


def test_the_pages_say_what_the_code_says(written: Path) -> None:
    assert "`chartline token create`" in (written / "errors.md").read_text()
    assert "## chartline token create" in (written / "commands.md").read_text()
    assert "Calls are counted by `office_key`" in (written / "connectors.md").read_text()
    assert "`CHARTLINE_HTTP_TIMEOUT_SECONDS`" in (written / "settings.md").read_text()
    assert "`receivable.insurance`" in (written / "accounts.md").read_text()
    assert "## telehealth-place" in (written / "claim-rules.md").read_text()
