"""``chartline fhir export`` and ``import``: what goes out comes in again, and bad lines are named."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from tests.cli.conftest import Home
from tests.support.fhir import observation, patient


def lines(file: Path) -> list[str]:
    """The ids of a file, in order."""
    return [json.loads(line)["id"] for line in file.read_text().splitlines()]


def test_what_is_imported_is_exported_and_imported_again(home: Home, tmp_path: Path) -> None:
    source = tmp_path / "mixed.ndjson"
    people = [patient(id=f"p{number}") for number in range(30)]
    source.write_text("\n".join(json.dumps(one) for one in [*people, observation("Patient/p1", id="o1")]))
    assert home.run("fhir", "import", str(source)).stdout == "31 lines read, 0 refused.\n"
    out = tmp_path / "out"
    manifest = home.json("fhir", "export", str(out), "--type", "Patient", "--type", "Observation")
    assert [(one["type"], one["count"]) for one in manifest["files"]] == [("Patient", 30), ("Observation", 1)]
    file = out / "Patient.1.ndjson"
    assert sorted(lines(file)) == sorted(one["id"] for one in people)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert home.json("fhir", "import", str(file), "--type", "Patient") == {"lines": 30, "refused": []}
    again = home.json("fhir", "export", str(tmp_path / "none"), "--since", manifest["transactionTime"])
    assert again["files"] == []
    assert "cli.folder_not_empty" in home.run("fhir", "export", str(out), code=1).stderr


def test_refused_lines_are_named_and_the_others_stored(home: Home, tmp_path: Path) -> None:
    source = tmp_path / "bad.ndjson"
    source.write_text(json.dumps(patient(id="q1")) + "\n{\n" + json.dumps(observation("Patient/q1", id="q2")) + "\n")
    told = home.run("fhir", "import", str(source), "--type", "Patient", code=1)
    assert "bad.ndjson:2: fhir.not_json" in told.stderr
    assert "bad.ndjson:3: bulk.other_type" in told.stderr
    assert "3 lines read, 2 refused." in told.stdout
    assert "cli.bad_type" in home.run("fhir", "import", str(source), "--type", "Shoe", code=1).stderr
    assert "cli.bad_time" in home.run("fhir", "export", str(tmp_path / "x"), "--since", "today", code=1).stderr
    assert "bulk.no_request" in home.run("fhir", "import", str(source), "--resume", "0" * 32, code=1).stderr
