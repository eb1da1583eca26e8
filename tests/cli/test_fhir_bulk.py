"""``chartline fhir export`` and ``import``: what goes out comes in again, and bad lines are named."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Home
from tests.support.fhir import observation, patient

from chartline.flows import bulk_import
from chartline.flows.bulk_import import Importer
from chartline.platform.bulk import Bulk, ImportPlan


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


def test_an_interrupted_import_is_gone_on_with(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_import, "PAGE", 10)
    source = tmp_path / "people.ndjson"
    source.write_text("".join(json.dumps(patient(birthDate=f"19{number}")) + "\n" for number in range(60, 85)))
    services = home.services()
    (organisation,) = services.access.organisations()
    bulk = Bulk(services.vault)
    with services.database.work(organisation.id) as work:
        identity = bulk.make(work, ImportPlan(request="", base=""), "cli:tests", 25)
        bulk.name_input(work, identity, "", 25, source.stat().st_size)
        before = services.records.count(work, "Patient")
    importer = Importer.of(services.database, services.vault, services.records, services.audit)

    def pieces(start: int) -> Iterator[bytes]:
        yield source.read_bytes()[start:]

    assert importer.go(organisation.id, identity, 1, pieces) == "working"
    assert home.run("fhir", "import", str(source), "--resume", identity).stdout == "25 lines read, 0 refused.\n"
    with services.database.read(organisation.id) as work:
        assert services.records.count(work, "Patient") == before + 25
    services.close()
