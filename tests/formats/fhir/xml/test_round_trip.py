"""What goes through XML comes back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.fhir.xml.invented import TYPES, Inventor

from chartline.formats.fhir import JsonObject, canonical, encode, faults, parse
from chartline.formats.fhir.xml import read_xml, write_xml

FHIR = Path(__file__).parents[1]
EXAMPLES = [file for file in sorted((FHIR / "official").glob("*.xml")) if "tests" not in file.stem]
"""Without the suites, which are XML of another kind."""
JSON_EXAMPLES = sorted((FHIR / "examples").rglob("*.json"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_official_examples_come_through_json_and_back(file: Path) -> None:
    read = read_xml(file.read_bytes())
    again = parse(encode(read))
    assert read_xml(write_xml(again)) == read
    assert write_xml(read_xml(write_xml(again))) == write_xml(read)


@pytest.mark.parametrize("folder", ["official", "us_core"])
def test_examples_in_json_come_through_xml_and_back(folder: str) -> None:
    files = [file for file in JSON_EXAMPLES if folder in file.parts]
    assert files
    for file in files:
        resource = parse(file.read_bytes())
        if not faults(resource):
            # A carriage return inside a narrative is a line feed to XML.
            expected = canonical(resource).replace(rb"\r\n", rb"\n")
            assert canonical(read_xml(write_xml(resource))) == expected, file.stem


@settings(max_examples=300)
@given(st.sampled_from(TYPES), st.integers(0, 2**32))
def test_any_resource_comes_back_with_every_digit_and_blank(name: str, seed: int) -> None:
    resource = Inventor(seed).resource(name)
    assert canonical(read_xml(write_xml(resource))) == canonical(resource)


def test_the_patient_of_the_specification_reads_as_its_json_form() -> None:
    read = read_xml((FHIR / "official" / "patient-example.xml").read_bytes())
    assert read["resourceType"] == "Patient"
    assert read["active"] is True
    names = read["name"]
    assert isinstance(names, list)
    assert names[0] == {"use": "official", "family": "Chalmers", "given": ["Peter", "James"]}
    assert read["birthDate"] == "1974-12-25"
    born = read["_birthDate"]
    assert isinstance(born, dict)
    assert born["extension"] == [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime",
            "valueDateTime": "1974-12-25T14:35:45-05:00",
        }
    ]


def test_elements_are_written_in_the_order_of_the_definition() -> None:
    written = write_xml(
        {"birthDate": "1984", "active": True, "resourceType": "Patient", "id": "a", "meta": {"id": "m"}}
    )
    assert written == (
        b'<?xml version="1.0" encoding="UTF-8"?><Patient xmlns="http://hl7.org/fhir"><id value="a"/>'
        b'<meta id="m"></meta><active value="true"/><birthDate value="1984"/></Patient>'
    )


def test_positions_without_a_value_stay_where_they_are() -> None:
    why = {"extension": [{"url": "urn:example:why", "valueCode": "unknown"}]}
    name: JsonObject = {"given": ["Isolde", None, "Wren"], "_given": [None, why, {"id": "g3"}]}
    resource: JsonObject = {"resourceType": "Patient", "name": [name]}
    assert read_xml(write_xml(resource)) == resource


def test_an_entity_of_html_becomes_its_character() -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml">one&nbsp;two &amp; three&#160;</div>'
    resource: JsonObject = {"resourceType": "Basic", "text": {"status": "generated", "div": div}}
    read = read_xml(write_xml(resource))
    assert read["text"] == {"status": "generated", "div": div.replace("&nbsp;", "\u00a0")}
