"""HL7's suites: JSON Patch (RFC 6902, appendix A) and FHIRPath Patch, every case."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from chartline.formats.fhir import JsonObject, canonical, parse
from chartline.formats.fhir.patch import fhirpath_patch, json_patch
from chartline.formats.fhir.xml import read_xml
from chartline.kernel.errors import ChartlineError

_OFFICIAL = Path(__file__).parent.parent / "official"


def _json_cases() -> list[JsonObject]:
    cases = parse(b'{"cases":' + (_OFFICIAL / "json-patch-tests.json").read_bytes() + b"}")["cases"]
    assert isinstance(cases, list)
    return [case for case in cases if isinstance(case, dict)]


@pytest.mark.parametrize("case", [pytest.param(case, id=str(case["comment"])) for case in _json_cases()])
def test_json_patch_case(case: JsonObject) -> None:
    document, operations = case["doc"], case["patch"]
    assert isinstance(document, dict)
    assert isinstance(operations, list)
    before = canonical(document)
    if "error" in case:
        with pytest.raises(ChartlineError):
            json_patch(document, operations)
    else:
        assert json_patch(document, operations) == case["expected"]
    assert canonical(document) == before


def _fhirpath_cases() -> list[ElementTree.Element]:
    return list(ElementTree.parse(_OFFICIAL / "fhir-patch-tests.xml").getroot().iter("case"))


def _resource(case: ElementTree.Element, part: str) -> JsonObject | None:
    holder = case.find(part)
    if holder is None or len(holder) == 0:
        return None
    if len(holder[0]) == 0:
        return {"resourceType": holder[0].tag.partition("}")[2]}
    ElementTree.register_namespace("", "http://hl7.org/fhir")
    ElementTree.register_namespace("h", "http://www.w3.org/1999/xhtml")
    return read_xml(ElementTree.tostring(holder[0]))


@pytest.mark.parametrize("case", [pytest.param(case, id=case.get("name")) for case in _fhirpath_cases()])
def test_fhirpath_patch_case(case: ElementTree.Element) -> None:
    given, patch, wanted = (_resource(case, part) for part in ("input", "diff", "output"))
    assert given is not None
    assert patch is not None
    if case.find("error") is not None:
        with pytest.raises(ChartlineError) as caught:
            fhirpath_patch(given, patch)
        assert caught.value.problem.code == "fhir.patch_bad"
        return
    before = canonical(given)
    assert _without_layout(fhirpath_patch(given, patch)) == _without_layout(wanted)
    assert canonical(given) == before


def _without_layout(value: object) -> object:
    """Narrative apart from prefixes and white space, which XML tools choose as they like."""
    if isinstance(value, dict):
        return {name: _without_layout(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_layout(item) for item in value]
    if isinstance(value, str) and "http://www.w3.org/1999/xhtml" in value:
        return "".join(ElementTree.canonicalize(value, rewrite_prefixes=True).split())
    return value


def test_all_cases_are_there() -> None:
    assert len(_json_cases()) == 16
    assert len(_fhirpath_cases()) == 33
