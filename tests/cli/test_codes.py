"""``chartline codes``: files of edits are loaded and listed, and refused when there is nothing in them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Home


def test_edits_are_loaded_and_listed(home: Home, tmp_path: Path) -> None:
    assert "Nothing is loaded" in home.run("codes", "list").stdout
    pairs, units = tmp_path / "pairs.txt", tmp_path / "units.csv"
    pairs.write_text("90837\t96127\t\t20200101\t*\t1\tInvented\n", "utf-8")
    units.write_text("96127,2,3 Date of Service Edit,Invented\n", "utf-8")
    said = home.run("codes", "load-ncci", str(pairs), "--begin", "2026-04-01").stdout
    assert said == "1 edits (ncci, practitioner) from 2026-04-01\n"
    done = home.json("codes", "load-mue", str(units), "--begin", "2026-04-01", "--setting", "outpatient")
    assert done["edits"] == 1
    assert [(one["kind"], one["setting"]) for one in home.json("codes", "list")] == [
        ("mue", "outpatient"),
        ("ncci", "practitioner"),
    ]
    told = home.run("codes", "load-mue", str(pairs), "--begin", "2026-04-01", code=1).stderr
    assert "edits.nothing_to_load" in told
