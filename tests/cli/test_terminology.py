"""Code systems from files, on the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Home
from tests.domains.codes.terminology import releases


def test_a_release_is_loaded_listed_and_removed(home: Home, tmp_path: Path) -> None:
    assert "Nothing is loaded" in home.run("terminology", "list").stdout
    file = str(releases.icd10cm(tmp_path))
    assert (
        home.run("terminology", "load", "icd10cm", file).stdout == "5 codes of http://hl7.org/fhir/sid/icd-10-cm 2026\n"
    )
    (row,) = home.json("terminology", "list")
    assert (row["version"], row["codes"], row["seen_by"]) == ("2026", 5, "everyone")
    assert home.run("terminology", "remove", "http://hl7.org/fhir/sid/icd-10-cm").stdout == "Removed.\n"
    told = home.run("terminology", "remove", "http://hl7.org/fhir/sid/icd-10-cm", code=1).stderr
    assert "terminology.not_loaded" in told


def test_a_licensed_list_is_seen_by_the_practice_alone_unless_it_is_said_otherwise(home: Home, tmp_path: Path) -> None:
    file = str(releases.cpt(tmp_path))
    home.run("terminology", "load", "cpt", file)
    assert [row["seen_by"] for row in home.json("terminology", "list")] != ["everyone"]
    done = home.json("terminology", "load", "cpt", file, "--for-everyone", "--version", "9")
    assert done == {"system": "http://www.ama-assn.org/go/cpt", "version": "9", "concepts": 2}
    assert "everyone" in [row["seen_by"] for row in home.json("terminology", "list")]


def test_what_is_missing_is_told(home: Home, tmp_path: Path) -> None:
    file = str(releases.own(tmp_path))
    assert "terminology.no_system" in home.run("terminology", "load", "csv", file, code=1).stderr
    assert "terminology.file_unreadable" in home.run("terminology", "load", "icd10cm", file, code=1).stderr
    home.run("terminology", "load", "csv", str(tmp_path / "no-such-file"), "--system", "urn:x", code=2)
    home.run("terminology", "load", "abacus", file, code=2)
    done = home.json("terminology", "load", "csv", file, "--system", "urn:rooms", "--version", "1", "--only-here")
    assert done["concepts"] == 4
