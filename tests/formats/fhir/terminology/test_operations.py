from __future__ import annotations

import pytest
from tests.formats.fhir.terminology.shelf import ANIMALS, R4, Shelf, rule, value_set

from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.terminology import Terminology, operations, shipped_terminology
from chartline.formats.fhir.terminology.parameters import Question
from chartline.formats.fhir.terminology.resources import read_code_system, read_concept_map, read_value_set
from chartline.kernel.errors import ChartlineError

GENDER = "http://hl7.org/fhir/administrative-gender"
MOMENT = "2026-03-02T09:00:00Z"
COLOURS: JsonObject = {
    "resourceType": "CodeSystem",
    "url": "urn:colours",
    "version": "2",
    "name": "Colours",
    "status": "active",
    "content": "complete",
    "caseSensitive": False,
    "concept": [
        {
            "code": "warm",
            "display": "Warm",
            "property": [{"code": "notSelectable", "valueBoolean": True}],
            "concept": [
                {
                    "code": "red",
                    "display": "Red",
                    "definition": "Like a poppy.",
                    "property": [{"code": "wave", "valueInteger": 700}],
                    "designation": [{"language": "fr", "value": "Rouge"}],
                }
            ],
        },
        {"code": "pink", "display": "Pink", "property": [{"code": "parent", "valueCode": "red"}]},
    ],
}
COLOUR_MAP: JsonObject = {
    "resourceType": "ConceptMap",
    "url": "urn:map",
    "name": "Map",
    "status": "active",
    "sourceUri": "urn:set",
    "group": [
        {
            "source": "urn:animals",
            "target": "urn:colours",
            "element": [
                {"code": "cat", "target": [{"code": "red", "equivalence": "wider"}]},
                {"code": "dog", "target": [{"equivalence": "unmatched"}]},
            ],
            "unmapped": {"mode": "fixed", "code": "pink"},
        }
    ],
}


def own() -> Terminology:
    return Terminology([Shelf(ANIMALS, value_set(rule()), read_code_system(COLOURS), read_concept_map(COLOUR_MAP))])


def ask(**parameters: str) -> Question:
    return Question.of_query(list(parameters.items()))


def body(*parameters: JsonObject) -> Question:
    return Question.of_parameters({"resourceType": "Parameters", "parameter": list(parameters)})


def values(answer: JsonObject, name: str) -> list[object]:
    listed = answer["parameter"]
    assert isinstance(listed, list)
    return [next(value for key, value in one.items() if key != "name") for one in listed if one["name"] == name]


def value(answer: JsonObject, name: str) -> object:
    found = values(answer, name)
    return found[0] if found else None


def test_an_expansion_is_a_value_set_that_tells_how_it_was_asked() -> None:
    question = ask(url=R4 + "administrative-gender", filter="ma", count="5", excludeNested="true")
    answer = operations.expand(shipped_terminology(), question, MOMENT)
    assert answer["url"] == R4 + "administrative-gender"
    assert answer["status"] == "active"
    assert answer["expansion"] == {
        "timestamp": MOMENT,
        "total": 1,
        "offset": 0,
        "parameter": [
            {"name": "filter", "valueString": "ma"},
            {"name": "offset", "valueInteger": 0},
            {"name": "count", "valueInteger": 5},
            {"name": "excludeNested", "valueBoolean": True},
            {"name": "version", "valueUri": f"{GENDER}|4.0.1"},
        ],
        "contains": [{"system": GENDER, "version": "4.0.1", "code": "male", "display": "Male"}],
    }


def test_a_value_set_that_comes_with_the_question_is_used() -> None:
    red = {"system": "urn:colours", "filter": [{"property": "concept", "op": "is-a", "value": "red"}]}
    sent: JsonObject = {"resourceType": "ValueSet", "status": "active", "compose": {"include": [red]}}
    question = body({"name": "valueSet", "resource": sent}, {"name": "includeDesignations", "valueBoolean": True})
    expansion = operations.expand(own(), question, MOMENT)["expansion"]
    assert isinstance(expansion, dict)
    assert expansion["contains"] == [
        {
            "system": "urn:colours",
            "version": "2",
            "code": "red",
            "display": "Red",
            "designation": [{"language": "fr", "value": "Rouge"}],
        },
        {"system": "urn:colours", "version": "2", "code": "pink", "display": "Pink"},
    ]


def test_a_stored_expansion_serves_where_there_are_no_rules() -> None:
    inner = {"system": "urn:colours", "code": "red"}
    stored: JsonObject = {"expansion": {"contains": [{"display": "Head", "abstract": True, "contains": [inner]}]}}
    assert [one.codes for one in read_value_set(stored).include] == [("red",)]


@pytest.mark.parametrize(
    ("asked", "result", "message"),
    [
        ({"system": GENDER, "code": "male"}, True, None),
        ({"code": "male"}, True, None),
        ({"system": GENDER, "code": "male", "display": "male"}, True, None),
        ({"system": GENDER, "code": "male", "display": "Bloke"}, False, "The display is not a name of the code."),
        ({"system": GENDER, "code": "maleish"}, False, "The code is not in the code system."),
        ({"system": "urn:animals", "code": "cat"}, False, "The code is not in the value set."),
    ],
)
def test_a_code_is_checked_against_a_value_set(asked: dict[str, str], result: bool, message: str | None) -> None:
    answer = operations.validate_in_value_set(own(), ask(url=R4 + "administrative-gender", **asked))
    assert value(answer, "result") is result
    assert value(answer, "message") == message
    if result:
        assert value(answer, "display") == "Male"


def test_one_good_coding_of_a_concept_is_enough() -> None:
    concept = {"coding": [{"system": "urn:x", "code": "m"}, {"system": GENDER, "code": "female"}]}
    question = body(
        {"name": "url", "valueUri": R4 + "administrative-gender"},
        {"name": "codeableConcept", "valueCodeableConcept": concept},
    )
    answer = operations.validate_in_value_set(shipped_terminology(), question)
    assert [value(answer, name) for name in ("result", "code")] == [True, "female"]


def test_what_nobody_can_check_is_answered_with_no_and_the_reason() -> None:
    question = ask(url=R4 + "condition-code", system="http://snomed.info/sct", code="38341003")
    answer = operations.validate_in_value_set(shipped_terminology(), question)
    assert value(answer, "result") is False
    assert value(answer, "message") == "The code system is not here, so the code cannot be checked."


def test_a_heading_is_refused_where_only_real_codes_are_asked_for() -> None:
    for abstract, result in (("true", True), ("false", False)):
        question = ask(url="urn:set", system="urn:animals", code="animal", abstract=abstract)
        assert value(operations.validate_in_value_set(own(), question), "result") is result


@pytest.mark.parametrize(
    ("asked", "result"),
    [
        ({"url": "urn:colours", "code": "RED"}, True),
        ({"url": "urn:colours", "code": "red", "display": "rouge"}, True),
        ({"url": "urn:colours", "code": "blue"}, False),
        ({"url": "urn:nowhere", "code": "blue"}, False),
    ],
)
def test_a_code_is_checked_against_a_code_system(asked: dict[str, str], result: bool) -> None:
    assert value(operations.validate_in_system(own(), ask(**asked)), "result") is result


def test_a_code_is_looked_up_with_all_that_is_known() -> None:
    answer = operations.look_up(own(), ask(system="urn:colours", code="Red"))
    assert [value(answer, name) for name in ("name", "version", "display")] == ["Colours", "2", "Red"]
    assert values(answer, "designation") == [
        [{"name": "language", "valueCode": "fr"}, {"name": "value", "valueString": "Rouge"}]
    ]
    told = [(part[0]["valueCode"], *list(part[1].values())[1:]) for part in values(answer, "property")]  # ty: ignore[not-subscriptable]
    assert told == [
        ("definition", "Like a poppy."),
        ("inactive", False),
        ("wave", 700),
        ("parent", "warm"),
        ("child", "pink"),
    ]
    some = operations.look_up(own(), ask(system="urn:colours", code="red", property="parent"))
    assert len(values(some, "property")) == 1


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ("dog", "dog", "equivalent"),
        ("animal", "lapdog", "subsumes"),
        ("lapdog", "cat", "subsumed-by"),
        ("cat", "dog", "not-subsumed"),
    ],
)
def test_how_two_codes_stand_to_each_other(one: str, other: str, outcome: str) -> None:
    asked = ask(system="urn:animals", codeA=one, codeB=other)
    assert value(operations.subsumes(own(), asked), "outcome") == outcome
    codings: list[JsonObject] = [
        {"name": name, "valueCoding": {"system": "urn:animals", "code": code}}
        for name, code in (("codingA", one), ("codingB", other))
    ]
    assert value(operations.subsumes(own(), body(*codings)), "outcome") == outcome


def test_subsumption_is_a_partial_order() -> None:
    terminology = own()
    every = ["animal", "dog", "terrier", "cat", "lapdog"]

    def over(one: str, other: str) -> bool:
        return terminology.subsumes("urn:animals", one, other) in ("subsumes", "equivalent")

    for one in every:
        assert over(one, one)
        for other in every:
            assert not (over(one, other) and over(other, one)) or one == other
            for third in every:
                assert not (over(one, other) and over(other, third)) or over(one, third)


def test_above_and_below_a_code() -> None:
    terminology = own()
    assert terminology.below("urn:animals", "dog") == {"dog", "terrier", "lapdog"}
    assert terminology.above("urn:animals", "lapdog") == {"lapdog", "dog", "cat", "animal"}
    assert terminology.below("urn:nowhere", "x") == {"x"}


def test_codes_are_translated_as_the_official_maps_say() -> None:
    answer = operations.translate(
        shipped_terminology(),
        ask(url="http://hl7.org/fhir/ConceptMap/cm-administrative-gender-v2", system=GENDER, code="male"),
    )
    assert value(answer, "result") is True
    (match,) = values(answer, "match")
    assert match == [
        {"name": "equivalence", "valueCode": "equal"},
        {
            "name": "concept",
            "valueCoding": {"system": "http://terminology.hl7.org/CodeSystem/v2-0001", "code": "M", "display": "Male"},
        },
        {"name": "source", "valueUri": "http://hl7.org/fhir/ConceptMap/cm-administrative-gender-v2"},
    ]


@pytest.mark.parametrize(
    ("asked", "result", "equivalence", "code"),
    [
        ({"url": "urn:map", "code": "cat"}, True, "wider", "red"),
        ({"url": "urn:map", "code": "dog"}, False, "unmatched", None),
        ({"url": "urn:map", "code": "terrier"}, True, "inexact", "pink"),
        ({"source": "urn:set", "targetsystem": "urn:colours", "code": "cat"}, True, "wider", "red"),
        ({"url": "urn:map", "system": "urn:colours", "code": "red", "reverse": "true"}, True, "narrower", "cat"),
    ],
)
def test_codes_are_translated_by_stored_maps(
    asked: dict[str, str], result: bool, equivalence: str, code: str | None
) -> None:
    answer = operations.translate(own(), ask(**asked))
    assert value(answer, "result") is result
    (match,) = values(answer, "match")
    assert isinstance(match, list)
    found = {part["name"]: next(v for key, v in part.items() if key != "name") for part in match}
    assert found["equivalence"] == equivalence
    assert (found.get("concept") or {}).get("code") == code


def test_a_question_without_its_parameters_is_refused_by_name() -> None:
    terminology = shipped_terminology()
    for call, parameter in (
        (lambda: operations.expand(terminology, ask(), MOMENT), "url"),
        (lambda: operations.expand(terminology, ask(url=R4 + "languages", count="some"), MOMENT), "count"),
        (lambda: operations.validate_in_value_set(terminology, ask(url=R4 + "languages")), "code"),
        (lambda: operations.look_up(terminology, ask(code="male")), "system"),
        (lambda: operations.subsumes(terminology, ask(system=GENDER, codeA="male")), "codeB"),
        (lambda: operations.translate(terminology, ask(code="male")), "url"),
    ):
        with pytest.raises(ChartlineError) as caught:
            call()
        assert caught.value.problem.code == "terminology.bad_question"
        assert caught.value.problem.fields == {"parameter": parameter}


def test_what_is_unknown_is_said_to_be_unknown() -> None:
    terminology = shipped_terminology()
    for call, code in (
        (lambda: operations.look_up(terminology, ask(system=GENDER, code="maleish")), "terminology.unknown_code"),
        (lambda: operations.look_up(terminology, ask(system="urn:x", code="a")), "terminology.unknown_system"),
        (lambda: operations.translate(terminology, ask(url="urn:x", code="a")), "terminology.unknown_map"),
        (lambda: operations.expand(terminology, ask(url="urn:x"), MOMENT), "terminology.unknown_value_set"),
    ):
        with pytest.raises(ChartlineError) as caught:
            call()
        assert caught.value.problem.code == code


def test_rules_without_a_system_and_supplements_are_refused() -> None:
    with pytest.raises(ChartlineError, match="bad_content"):
        read_value_set({"compose": {"include": [{"concept": [{"code": "a"}]}]}})
    with pytest.raises(ChartlineError, match="bad_content"):
        read_code_system({"content": "supplement"})


def test_a_version_that_a_value_set_does_not_name_is_no_reason_to_refuse() -> None:
    terminology = own()
    for version, result in (("1", True), ("2", False)):
        question = ask(url="urn:set", system="urn:animals", systemVersion=version, code="cat")
        assert value(operations.validate_in_value_set(terminology, question), "result") is result
    pinned: JsonObject = {
        "resourceType": "ValueSet",
        "compose": {"include": [{"system": "urn:animals", "version": "1", "concept": [{"code": "cat"}]}]},
    }
    for version, result in (("1", True), ("2", False)):
        coding = {"system": "urn:animals", "version": version, "code": "cat"}
        question = body({"name": "valueSet", "resource": pinned}, {"name": "coding", "valueCoding": coding})
        assert value(operations.validate_in_value_set(terminology, question), "result") is result
