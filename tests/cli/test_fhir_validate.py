"""``chartline fhir validate``: exit codes and JSON for scripts, words for people, never a value of a patient."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chartline.cli.main import group

US_PATIENT = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
XHTML = "<div xmlns='http://www.w3.org/1999/xhtml'>Ada</div>"
SOUND = {"resourceType": "Patient", "text": {"status": "generated", "div": XHTML}, "name": [{"family": "Winterbourne"}]}
WRONG = SOUND | {"contact": [{"gender": "female"}]}
WARNED = {key: value for key, value in SOUND.items() if key != "text"}


def run(*arguments: str | Path, code: int = 0, given: bytes | None = None) -> Result:
    result = CliRunner().invoke(group, ["fhir", "validate", *map(str, arguments)], input=given, prog_name="chartline")
    assert result.exit_code == code, (result.output, result.exception)
    return result


def written(folder: Path, name: str, *resources: Any, indent: int | None = None) -> Path:
    file = folder / name
    file.write_text("".join(json.dumps(one, indent=indent) + "\n" for one in resources), "utf-8")
    return file


def test_a_sound_resource_is_clean(tmp_path: Path) -> None:
    assert run(written(tmp_path, "a.json", SOUND, indent=2)).output == "1 resource checked, none with problems\n"


def test_a_problem_has_its_place_its_rule_and_an_exit_code(tmp_path: Path) -> None:
    file = written(tmp_path, "a.json", WRONG, indent=2)
    output = run(file, code=1).output.splitlines()
    assert output[0].startswith(f"{file}: error: Patient.contact[0]: pat-1: ")
    assert output[-1] == "1 resource checked, 1 with problems"


def test_warnings_do_not_count_unless_strict(tmp_path: Path) -> None:
    file = written(tmp_path, "a.json", WARNED)
    assert "warning: Patient: dom-6" in run(file).output
    run(file, "--strict", code=1)


def test_each_line_of_ndjson_is_a_resource_with_its_line(tmp_path: Path) -> None:
    file = written(tmp_path, "a.ndjson", SOUND, WRONG, SOUND)
    output = run(file, code=1).output
    assert f"{file}:2: error: Patient.contact[0]" in output
    assert "3 resources checked, 1 with problems" in output


def test_a_line_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    file = written(tmp_path, "a.ndjson", SOUND, SOUND)
    file.write_text(file.read_text("utf-8") + "{not json\n" + json.dumps(WRONG) + "\n", "utf-8")
    output = run(file, code=2).output
    assert f"{file}:3: not readable" in output
    assert f"{file}:4: error: Patient.contact[0]" in output


@pytest.mark.parametrize("content", [b"", b"[1]", b"<Patient", b"\xff\xfe", b"{"])
def test_a_file_that_is_no_fhir_json_is_unreadable(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(content)
    if content:
        assert ("fhir.not_xml" if content[:1] == b"<" else "fhir.not_json") in run(file, code=2).output
    else:
        assert run(file).output == "0 resources checked, none with problems\n"


def test_xml_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(
        '<Patient xmlns="http://hl7.org/fhir">\n<contact><gender value="male"/></contact>\n</Patient>', "utf-8"
    )
    assert f"{file}: error: Patient.contact[0]: pat-1" in run(file, code=1).output


def test_a_missing_file_is_told_and_the_others_are_checked(tmp_path: Path) -> None:
    output = run(tmp_path / "none.json", written(tmp_path, "a.json", SOUND), code=2).output
    assert "cli.no_file" in output
    assert "1 resource checked" in output


def test_a_bundle_is_checked_whole(tmp_path: Path) -> None:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": "urn:uuid:1", "resource": WRONG}]}
    assert "Bundle.entry[0].resource.contact[0]: pat-1" in run(written(tmp_path, "b.json", bundle), code=1).output


def test_standard_input_is_a_file(tmp_path: Path) -> None:
    assert "-:1: error: Patient.contact[0]" in run("-", given=json.dumps(WRONG).encode(), code=1).output


def test_a_profile_can_be_asked_for(tmp_path: Path) -> None:
    file = written(tmp_path, "a.json", SOUND)
    output = run(file, "--profile", US_PATIENT, code=1).output
    assert f"Patient.identifier: is required by the profile ({US_PATIENT})" in output


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_profile_of_ones_own_comes_from_a_file(tmp_path: Path, *, wrapped: bool) -> None:
    definition: dict[str, Any] = {
        "resourceType": "StructureDefinition",
        "url": "urn:example:dated",
        "name": "Dated",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "differential": {"element": [{"path": "Patient.birthDate", "min": 1}]},
    }
    held = (
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": definition}]} if wrapped else definition
    )
    own = written(tmp_path, "own.json", held, indent=1)
    file = written(tmp_path, "a.json", SOUND)
    output = run(file, "--definitions", own, "--profile", "urn:example:dated", code=1).output
    assert "Patient.birthDate: is required by the profile (urn:example:dated)" in output


def test_json_is_one_object_for_each_resource_with_issues(tmp_path: Path) -> None:
    file = written(tmp_path, "a.ndjson", SOUND, WRONG)
    lines = [json.loads(line) for line in run(file, "--json", code=1).output.splitlines()]
    assert [line["file"] for line in lines] == [f"{file}:2"]
    assert lines[0]["issues"] == [
        {
            "severity": "error",
            "code": "invariant",
            "at": "Patient.contact[0]",
            "rule": "SHALL at least contain a contact's details or a reference to an organization",
            "key": "pat-1",
            "profile": None,
            "error": "fhir.invariant",
        }
    ]


def test_information_is_shown_when_asked_for(tmp_path: Path) -> None:
    resource = SOUND | {"extension": [{"url": "urn:example:e", "valueString": "x"}]}
    file = written(tmp_path, "a.json", resource)
    assert "urn:example:e" not in run(file).output
    assert "information: Patient.extension[0]: urn:example:e" in run(file, "--all").output


def test_values_are_not_printed(tmp_path: Path) -> None:
    file = written(tmp_path, "a.json", SOUND | {"gender": "Zebulon", "birthDate": "Zebulon", "Zebulon": 1})
    output = run(file, code=1).output.replace("Patient.Zebulon", "")
    assert "Zebulon" not in output


def test_help_does_not_load_the_definitions() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from chartline.cli.main import group;"
        "assert CliRunner().invoke(group, ['fhir', 'validate', '--help']).exit_code == 0;"
        "assert not [name for name in sys.modules if name.startswith('chartline.formats')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
