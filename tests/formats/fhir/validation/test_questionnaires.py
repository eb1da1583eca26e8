"""Answers against questions: places, types, options, repetitions, and required questions that are asked."""

from __future__ import annotations

from typing import Any

import pytest

from chartline.formats.fhir.json import JsonObject, encode, parse
from chartline.formats.fhir.terminology import shipped_terminology
from chartline.formats.fhir.validation import Severity, validate

FORM = {
    "resourceType": "Questionnaire",
    "url": "urn:example:form",
    "status": "active",
    "item": [
        {"linkId": "name", "type": "string", "required": True, "maxLength": 5},
        {"linkId": "born", "type": "date"},
        {"linkId": "smokes", "type": "boolean"},
        {
            "linkId": "since",
            "type": "integer",
            "required": True,
            "enableWhen": [{"question": "smokes", "operator": "=", "answerBoolean": True}],
        },
        {
            "linkId": "colour",
            "type": "choice",
            "repeats": True,
            "answerOption": [{"valueCoding": {"code": "red"}}, {"valueCoding": {"code": "blue"}}],
        },
        {"linkId": "gender", "type": "choice", "answerValueSet": "http://hl7.org/fhir/ValueSet/administrative-gender"},
        {"linkId": "other", "type": "open-choice", "answerOption": [{"valueCoding": {"code": "red"}}]},
        {"linkId": "group", "type": "group", "item": [{"linkId": "inner", "type": "decimal"}]},
        {"linkId": "word", "type": "display"},
    ],
}
NAME = {"linkId": "name", "answer": [{"valueString": "Ada"}]}
MALE = {"system": "http://hl7.org/fhir/administrative-gender", "code": "male"}


def errors(*items: dict[str, Any], status: str = "completed", form: dict[str, Any] | None = FORM) -> list[Any]:
    filled = {
        "resourceType": "QuestionnaireResponse",
        "status": status,
        "questionnaire": "urn:example:form|1",
        "item": list(items),
    }
    known: dict[str, JsonObject] = {"urn:example:form|1": parse(encode(form))} if form else {}
    found = validate(
        parse(encode({name: value for name, value in filled.items() if value})),
        terminology=shipped_terminology(),
        definitions=lambda canonical: known.get(canonical),
    )
    return [(one.code, one.at) for one in found if one.severity is Severity.ERROR]


@pytest.mark.parametrize(
    "items",
    [
        [NAME],
        [NAME, {"linkId": "colour", "answer": [{"valueCoding": {"code": "red"}}, {"valueCoding": {"code": "blue"}}]}],
        [NAME, {"linkId": "gender", "answer": [{"valueCoding": MALE}]}],
        [NAME, {"linkId": "other", "answer": [{"valueString": "green"}]}],
        [NAME, {"linkId": "group", "item": [{"linkId": "inner", "answer": [{"valueDecimal": 1.5}]}]}],
        [
            NAME,
            {"linkId": "smokes", "answer": [{"valueBoolean": True}]},
            {"linkId": "since", "answer": [{"valueInteger": 1999}]},
        ],
        [NAME, {"linkId": "smokes", "answer": [{"valueBoolean": False}]}],
        [NAME, {"linkId": "word"}],
    ],
)
def test_a_form_that_is_filled_in_rightly_has_no_errors(items: list[dict[str, Any]]) -> None:
    assert errors(*items) == []


FIRST = "QuestionnaireResponse.item[1]"


@pytest.mark.parametrize(
    ("item", "mark"),
    [
        ({"linkId": "none"}, ("not-found", FIRST)),
        ({"linkId": "inner", "answer": [{"valueDecimal": 1}]}, ("not-found", FIRST)),
        ({"linkId": "born", "answer": [{"valueString": "x"}]}, ("structure", f"{FIRST}.answer[0].value")),
        (
            {"linkId": "born", "answer": [{"valueDate": "2026"}, {"valueDate": "2025"}]},
            ("structure", f"{FIRST}.answer"),
        ),
        (
            {"linkId": "colour", "answer": [{"valueCoding": {"code": "x"}}]},
            ("code-invalid", f"{FIRST}.answer[0].value"),
        ),
        (
            {"linkId": "gender", "answer": [{"valueCoding": MALE | {"system": "urn:x"}}]},
            ("code-invalid", f"{FIRST}.answer[0].value"),
        ),
        ({"linkId": "group", "answer": [{"valueString": "x"}]}, ("structure", f"{FIRST}.answer")),
        ({"linkId": "smokes", "answer": [{"valueBoolean": True}]}, ("required", "QuestionnaireResponse")),
        ({"linkId": "name", "answer": [{"valueString": "Bea"}]}, ("structure", FIRST)),
    ],
)
def test_an_answer_that_does_not_fit_is_told_at_its_place(item: dict[str, Any], mark: tuple[str, str]) -> None:
    assert errors(NAME, item) == [mark]


def test_text_beyond_the_length_is_too_long() -> None:
    long = {"linkId": "name", "answer": [{"valueString": "Adalbert"}]}
    assert errors(long) == [("too-long", "QuestionnaireResponse.item[0].answer[0].value")]


def test_a_form_in_progress_may_have_gaps_and_a_completed_one_may_not() -> None:
    other = {"linkId": "smokes", "answer": [{"valueBoolean": False}]}
    assert errors(other, status="in-progress") == []
    assert errors(other) == [("required", "QuestionnaireResponse")]
    assert errors({"linkId": "name"}) == [("required", "QuestionnaireResponse.item[0]")]


def test_a_form_that_nobody_knows_is_not_judged() -> None:
    assert errors({"linkId": "none"}, form=None) == []


@pytest.mark.parametrize(
    ("operator", "limit", "asked"),
    [(">", 17, True), ("<", 17, False), (">=", 18, True), ("<=", 18, True), ("!=", 18, False), ("exists", None, True)],
)
def test_a_question_is_required_only_when_it_is_asked(operator: str, limit: int | None, *, asked: bool) -> None:
    answer = {"answerBoolean": True} if limit is None else {"answerInteger": limit}
    form = FORM | {
        "item": [
            {"linkId": "age", "type": "integer"},
            {
                "linkId": "more",
                "type": "string",
                "required": True,
                "enableWhen": [{"question": "age", "operator": operator, **answer}],
            },
        ]
    }
    found = errors({"linkId": "age", "answer": [{"valueInteger": 18}]}, form=form)
    assert found == ([("required", "QuestionnaireResponse")] if asked else [])
