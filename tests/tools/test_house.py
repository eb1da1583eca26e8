"""Each habit of the house is checked: a checkout that breaks it is told where and what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = '"""A room."""\n'


def house(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "tools" / "house.py"), str(root)], capture_output=True, text=True, check=False
    )


def checkout(root: Path, **files: str) -> Path:
    """A checkout with one good module, and with these files (``/`` is written ``__``, the last ``_`` is a dot)."""
    for name, text in {"src__chartline__claim_py": GOOD, **files}.items():
        path, _, ending = name.rpartition("_")
        file = root / f"{path.replace('__', '/')}.{ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def test_a_clean_checkout_passes_and_its_median_is_told(tmp_path: Path) -> None:
    found = house(checkout(tmp_path))

    assert (found.returncode, found.stderr) == (0, "")
    assert "1 source files, median 1 lines, 0 problems" in found.stdout


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("src__chartline__long_py", GOOD + "x = 1\n" * 600, "601 lines, more than 600"),
        ("src__chartline__helpers_py", GOOD, "the name helpers says nothing"),
        ("src__chartline__utils__claim_py", GOOD, "the name utils says nothing"),
        ("src__chartline__silent_py", "x = 1\n", "no module docstring"),
        ("src__chartline__later_py", GOOD + "# TO" + "DO write it\n", "line 2: TO" + "DO"),
        ("src__chartline__empty_py", GOOD + "raise Not" + "ImplementedError\n", "line 2: Not" + "ImplementedError"),
        ("docs__place_md", "See /ho" + "me/somebody/notes.\n", "line 1: a path of one machine"),
        (
            "requirements__run_txt",
            "--index-url https://packages.example/simple\n",
            "line 1: an address of a package registry",
        ),
        ("tests__data_json", '{"npi": "' + "12345" + '67893"}', "may be somebody's NPI"),
        ("docs__page_md", "[gone](gone.md)\n", "the link to gone.md leads nowhere"),
        ("docs__page_md", "# A page\n\n[down](#below)\n", "has no heading #below"),
    ],
)
def test_what_is_wrong_is_told_with_the_next_step(tmp_path: Path, name: str, text: str, said: str) -> None:
    found = house(checkout(tmp_path, **{name: text}))

    assert found.returncode == 1
    assert said in found.stdout
    assert "Next step:" in found.stdout
    assert "1 problems" in found.stdout


def test_long_migrations_and_long_data_are_no_problem(tmp_path: Path) -> None:
    long = GOOD + "x = 1\n" * 700
    root = checkout(
        tmp_path,
        src__chartline__migrations__versions__first_py=long,
        src__chartline__data__table_py=long,
    )

    assert house(root).returncode == 0


def test_invented_npis_and_numbers_with_a_wrong_check_digit_pass(tmp_path: Path) -> None:
    root = checkout(tmp_path, tests__data_json='["1999999984", "1234567890", "5055550100"]')

    assert house(root).returncode == 0


def test_links_to_files_headings_and_the_web_are_followed_as_far_as_they_are_ours(tmp_path: Path) -> None:
    root = checkout(
        tmp_path,
        README_md="[how](docs/how.md#the-desk) [web](https://example.org/x)\n",
        docs__how_md="# How to\n\n## The desk\n\n```\n[not a link](nowhere.md)\n```\n",
    )

    assert house(root).returncode == 0


def test_a_command_that_does_not_exist_is_found_where_people_are_told_to_run_it(tmp_path: Path) -> None:
    root = checkout(
        tmp_path,
        docs__reference__commands_md="# Commands\n\n## chartline\n\n## chartline user\n\n## chartline user create\n",
        README_md="Run `chartline user create`, then:\n\n```sh\nchartline user add\n```\n",
    )
    found = house(root)

    assert found.returncode == 1
    assert "there is no `chartline user add`" in found.stdout
    assert "1 problems" in found.stdout
