from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.formats.fhir import JsonObject, encode
from chartline.formats.fhir.patch import json_patch
from chartline.kernel.errors import ChartlineError

PATIENT: JsonObject = {
    "resourceType": "Patient",
    "id": "p1",
    "meta": {"versionId": "3", "lastUpdated": "2026-03-02T10:00:00Z"},
    "name": [{"family": "Example", "given": ["Ada", "B."]}, {"text": "Ada E."}],
    "extension": [{"url": "http://example.org/height", "valueDecimal": Decimal("1.70")}],
}


def refusal(*operations: object) -> tuple[str, int, dict[str, str]]:
    with pytest.raises(ChartlineError) as caught:
        json_patch(PATIENT, operations)
    problem = caught.value.problem
    return problem.code, _status(problem.code), problem.fields


def _status(code: str) -> int:
    from chartline.kernel.errors import CATALOGUE

    return CATALOGUE[code].status


def test_operations_apply_in_order_and_leave_the_original_alone() -> None:
    before = encode(PATIENT)
    patched = json_patch(
        PATIENT,
        [
            {"op": "test", "path": "/name/0/family", "value": "Example"},
            {"op": "add", "path": "/name/0/given/-", "value": "C."},
            {"op": "replace", "path": "/name/1/text", "value": "Ada"},
            {"op": "copy", "from": "/name/0/family", "path": "/name/1/family"},
            {"op": "move", "from": "/name/1", "path": "/name/0"},
            {"op": "remove", "path": "/extension/0"},
        ],
    )
    assert patched["name"] == [
        {"text": "Ada", "family": "Example"},
        {"family": "Example", "given": ["Ada", "B.", "C."]},
    ]
    assert "extension" not in patched
    assert encode(PATIENT) == before


def test_decimals_keep_their_digits() -> None:
    patched = json_patch(PATIENT, [{"op": "copy", "from": "/extension/0", "path": "/extension/1"}])
    assert encode(patched).count(b"1.70") == 2


def test_a_failing_test_is_told_apart_and_shows_no_value() -> None:
    code, status, fields = refusal({"op": "test", "path": "/name/0/family", "value": "Other"})
    assert (code, status) == ("fhir.patch_test_failed", 422)
    assert fields == {"operation": "0", "path": "/name/0/family"}


def test_a_test_compares_numbers_by_value_and_types_apart() -> None:
    json_patch(PATIENT, [{"op": "test", "path": "/extension/0/valueDecimal", "value": Decimal("1.7")}])
    for value in ("1.70", True, None, ["1.70"]):
        code, _, _ = refusal({"op": "test", "path": "/extension/0/valueDecimal", "value": value})
        assert code == "fhir.patch_test_failed"


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        ({"op": "add", "path": "/contact/0/gender", "value": "male"}, "nothing_there"),
        ({"op": "add", "path": "/name/9", "value": {}}, "index_beyond_end"),
        ({"op": "add", "path": "/name/01", "value": {}}, "not_an_index"),
        ({"op": "remove", "path": "/birthDate"}, "nothing_there"),
        ({"op": "remove", "path": "/name/-"}, "not_an_index"),
        ({"op": "replace", "path": "/birthDate", "value": "1980"}, "nothing_there"),
        ({"op": "add", "path": "birthDate", "value": "1980"}, "not_a_pointer"),
        ({"op": "add", "path": "/a~2b", "value": "1980"}, "not_a_pointer"),
        ({"op": "add", "path": "/birthDate"}, "missing_value"),
        ({"op": "add", "value": 1}, "missing_path"),
        ({"op": "move", "path": "/name"}, "missing_from"),
        ({"op": "move", "from": "/name", "path": "/name/0"}, "into_itself"),
        ({"op": "merge", "path": "/name"}, "unknown_operation"),
        ("remove", "missing_path"),
    ],
)
def test_an_operation_that_does_not_fit_is_refused(operation: object, reason: str) -> None:
    code, status, fields = refusal({"op": "test", "path": "/id", "value": "p1"}, operation)
    assert (code, status, fields["reason"], fields["operation"]) == ("fhir.patch_bad", 400, reason, "1")


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        ({"op": "replace", "path": "/id", "value": "p2"}, "type_or_id_changed"),
        ({"op": "remove", "path": "/resourceType"}, "type_or_id_changed"),
        ({"op": "replace", "path": "/meta/versionId", "value": "4"}, "version_changed"),
        ({"op": "replace", "path": "", "value": []}, "not_a_resource"),
    ],
)
def test_identity_cannot_be_patched(operation: JsonObject, reason: str) -> None:
    assert refusal(operation)[2] == {"reason": reason}


def test_errors_show_only_what_is_an_element_name() -> None:
    fields = refusal({"op": "remove", "path": "/name/0/Example Ada/555-12-1234"})[2]
    assert fields["path"] == "/name/0/*/*"


def test_copies_of_copies_do_not_fill_the_memory() -> None:
    bomb = [{"op": "copy", "from": "/name", "path": "/name/-"}] * 60
    assert refusal(*bomb)[2]["reason"] == "too_much_copied"


def test_what_nests_too_deep_is_refused() -> None:
    deep: JsonObject = {}
    for _ in range(2000):
        deep = {"extension": [deep]}
    assert refusal({"op": "add", "path": "/text", "value": deep})[2] == {"reason": "too_deep"}


_POINTERS = st.lists(st.sampled_from(["name", "0", "1", "-", "given", "family", "id", "x"]), max_size=4).map(
    lambda tokens: "".join("/" + token for token in tokens)
)
_VALUES = st.sampled_from([1, "a", None, {}, [], {"family": "b"}, ["c"], Decimal("2.50")])
_OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]), "path": _POINTERS},
    optional={"from": _POINTERS, "value": _VALUES},
)


@given(st.lists(_OPERATIONS, max_size=5))
def test_any_patch_applies_or_is_refused_and_never_changes_the_original(operations: list[JsonObject]) -> None:
    before = encode(PATIENT)
    try:
        patched = json_patch(PATIENT, operations)
    except ChartlineError as error:
        assert error.problem.code in ("fhir.patch_bad", "fhir.patch_test_failed")
    else:
        assert patched["id"] == "p1"
    assert encode(PATIENT) == before
