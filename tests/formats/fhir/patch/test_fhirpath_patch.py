from decimal import Decimal

import pytest

from chartline.formats.fhir import JsonObject, encode
from chartline.formats.fhir.patch import fhirpath_patch
from chartline.kernel.errors import ChartlineError

PATIENT: JsonObject = {
    "resourceType": "Patient",
    "id": "p1",
    "meta": {"versionId": "3"},
    "birthDate": "1980-02-03",
    "name": [
        {"use": "official", "family": "Example", "given": ["Ada", "B."], "_given": [None, {"id": "g"}]},
        {"use": "usual"},
    ],
    "deceasedBoolean": False,
    "contact": [{"name": {"text": "Next"}}],
}


def operation(kind: str, path: str, **parts: object) -> JsonObject:
    found: list[JsonObject] = [{"name": "type", "valueCode": kind}, {"name": "path", "valueString": path}]
    for name, value in parts.items():
        if isinstance(value, dict):
            found.append({"name": name, **value})
        elif isinstance(value, int):
            found.append({"name": name, "valueInteger": value})
        else:
            found.append({"name": name, "valueString": value})
    return {"name": "operation", "part": found}


def patched(*operations: JsonObject, resource: JsonObject = PATIENT) -> JsonObject:
    before = encode(resource)
    result = fhirpath_patch(resource, {"resourceType": "Parameters", "parameter": list(operations)})
    assert encode(resource) == before
    return result


def refused(*operations: JsonObject) -> str:
    with pytest.raises(ChartlineError) as caught:
        patched(*operations)
    assert caught.value.problem.code == "fhir.patch_bad"
    assert "Example" not in str(caught.value.problem.as_json())
    return caught.value.problem.fields["reason"]


def test_a_choice_takes_the_name_of_its_type() -> None:
    result = patched(operation("replace", "Patient.deceased", value={"valueDateTime": "2020-05"}))
    assert result["deceasedDateTime"] == "2020-05"
    assert "deceasedBoolean" not in result
    added = patched(
        operation("delete", "Patient.deceased"),
        operation("add", "Patient", name="deceased", value={"valueBoolean": True}),
    )
    assert added["deceasedBoolean"] is True
    assert refused(operation("replace", "Patient.deceased", value={"valueString": "x"})) == "type_not_allowed"


def test_decimals_keep_their_digits() -> None:
    extension = {"url": "http://example.org/height", "valueDecimal": Decimal("1.70")}
    result = patched(operation("add", "Patient", name="extension", value={"valueExtension": extension}))
    assert b"1.70" in encode(result)


def test_what_stands_beside_a_primitive_moves_with_it() -> None:
    moved = patched(operation("move", "Patient.name[0].given", source=1, destination=0))
    assert moved["name"] == [
        {"use": "official", "family": "Example", "given": ["B.", "Ada"], "_given": [{"id": "g"}, None]},
        {"use": "usual"},
    ]
    inserted = patched(operation("insert", "Patient.name[0].given", index=0, value={"valueString": "Zoe"}))
    assert [one["_given"] for one in _names(inserted) if "_given" in one] == [[None, None, {"id": "g"}]]
    deleted = patched(operation("delete", "Patient.name[0].given[1]"))
    assert _names(deleted)[0] == {"use": "official", "family": "Example", "given": ["Ada"]}


def _names(resource: JsonObject) -> list[JsonObject]:
    names = resource["name"]
    assert isinstance(names, list)
    return names


def test_an_extension_is_added_to_a_primitive_and_taken_away() -> None:
    value = {"valueExtension": {"url": "http://example.org/why", "valueCode": "unknown"}}
    result = patched(operation("add", "Patient.birthDate", name="extension", value=value))
    assert result["_birthDate"] == {"extension": [value["valueExtension"]]}
    assert result["birthDate"] == "1980-02-03"
    back = patched(operation("delete", "Patient.birthDate.extension"), resource=result)
    assert back == PATIENT
    listed = patched(operation("add", "Patient.name[0].given[0]", name="extension", value=value))
    assert _names(listed)[0]["_given"] == [{"extension": [value["valueExtension"]]}, {"id": "g"}]


def test_a_list_begins_with_its_first_item() -> None:
    telecom = {"valueContactPoint": {"system": "phone", "value": "555-0100"}}
    result = patched(operation("insert", "Patient.telecom", index=0, value=telecom))
    assert result["telecom"] == [telecom["valueContactPoint"]]
    inner = patched(operation("insert", "Patient.contact[0].telecom", index=0, value=telecom))
    assert inner["contact"] == [{"name": {"text": "Next"}, "telecom": [telecom["valueContactPoint"]]}]


def test_a_backbone_element_is_built_from_parts() -> None:
    contact: JsonObject = {
        "part": [
            {"name": "gender", "valueCode": "female"},
            {"name": "relationship", "valueCodeableConcept": {"text": "a"}},
            {"name": "relationship", "valueCodeableConcept": {"text": "b"}},
        ]
    }
    result = patched(operation("add", "Patient", name="contact", value=contact))
    assert result["contact"] == [
        {"name": {"text": "Next"}},
        {"gender": "female", "relationship": [{"text": "a"}, {"text": "b"}]},
    ]


def test_a_contained_resource_is_added_whole() -> None:
    clinic: JsonObject = {"resourceType": "Organization", "id": "o", "name": "Clinic"}
    result = patched(operation("add", "Patient", name="contained", value={"resource": clinic}))
    assert result["contained"] == [clinic]


def test_deleting_nothing_is_no_error_and_empty_holders_go() -> None:
    assert patched(operation("delete", "Patient.photo")) == PATIENT
    result = patched(operation("delete", "Patient.contact.name.text"))
    assert "contact" not in result


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (operation("replace", "Patient.gender", value={"valueCode": "male"}), "nothing_there"),
        (operation("replace", "Patient.name", value={"valueHumanName": {"text": "x"}}), "more_than_one_element"),
        (operation("delete", "Patient.name"), "more_than_one_element"),
        (operation("delete", "Patient"), "whole_resource"),
        (operation("add", "Patient", name="birthDate", value={"valueDate": "1990"}), "already_there"),
        (operation("add", "Patient", name="birthPlace", value={"valueString": "x"}), "unknown_element"),
        (operation("add", "Patient", name="gender", value={"valueHumanName": {}}), "type_not_allowed"),
        (operation("add", "Patient", name="name", value={"valueString": "x"}), "type_not_allowed"),
        (operation("add", "Patient", name="gender"), "missing_value"),
        (operation("add", "Patient", name="gender", value={"other": 1}), "no_value"),
        (operation("add", "Patient", value={"valueCode": "male"}), "missing_name"),
        (operation("insert", "Patient.name", index=3, value={"valueHumanName": {}}), "index_beyond_end"),
        (operation("insert", "Patient.name", value={"valueHumanName": {}}), "missing_index"),
        (operation("insert", "Patient.birthDate", index=0, value={"valueDate": "1990"}), "not_a_list"),
        (operation("move", "Patient.name", source=0, destination=2), "index_beyond_end"),
        (operation("move", "Patient.name.given | Patient.name", source=0, destination=0), "not_one_list"),
        (operation("delete", "Patient.name.family & 'x'"), "path_finds_no_elements"),
        (operation("delete", "%resource.name.where("), "path:expected_name"),
        (operation("delete", "Patient.name.frobnicate()"), "path:unknown_function"),
        (operation("delete", "Patient.name.single()"), "path:more_than_one_item"),
        (operation("merge", "Patient.name"), "unknown_operation"),
        ({"name": "operation", "part": [{"name": "type", "valueCode": "delete"}]}, "missing_path"),
        ({"name": "other"}, "unknown_parameter"),
    ],
)
def test_an_operation_that_does_not_fit_is_refused(given: JsonObject, reason: str) -> None:
    assert refused(given) == reason


def test_identity_cannot_be_patched() -> None:
    assert refused(operation("replace", "Patient.id", value={"valueId": "p2"})) == "type_or_id_changed"
    assert refused(operation("replace", "Patient.meta.versionId", value={"valueId": "4"})) == "version_changed"


def test_only_parameters_are_a_patch() -> None:
    with pytest.raises(ChartlineError) as caught:
        fhirpath_patch(PATIENT, {"resourceType": "Patient"})
    assert caught.value.problem.fields == {"reason": "not_parameters"}


def test_a_patch_that_fails_halfway_leaves_nothing_changed() -> None:
    assert (
        refused(operation("delete", "Patient.birthDate"), operation("delete", "Patient.name"))
        == "more_than_one_element"
    )
