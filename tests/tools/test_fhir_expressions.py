"""Expressions of search parameters are taken apart by type and written one way."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

TOOL = runpy.run_path(str(Path(__file__).resolve().parents[2] / "tools" / "fhir_expressions.py"))
alternatives, modern, split = TOOL["alternatives"], TOOL["modern"], TOOL["split"]
ONSETS = "Condition.onset.ofType(dateTime) | Condition.onset.ofType(Period)"


@pytest.mark.parametrize(
    ("expression", "rtype", "found"),
    [
        ("Patient.name", "Patient", "Patient.name"),
        ("AllergyIntolerance.code | Condition.code", "Condition", "Condition.code"),
        ("Condition.onset.as(dateTime)|Condition.onset.as(Period)", "Condition", ONSETS),
        ("(Goal.target.due as date)", "Goal", "Goal.target.due.ofType(date)"),
        ("(Observation.value.ofType(Quantity)) | Group.x", "Observation", "Observation.value.ofType(Quantity)"),
        ("name | alias", "InsurancePlan", "InsurancePlan.name | InsurancePlan.alias"),
        ("Person.x | PersonOther.y", "Person", "Person.x"),
        ("Patient.name", "Person", ""),
        ("X.extension.where(url='a|b').valueDateTime", "X", "X.extension.where(url='a|b').value.ofType(dateTime)"),
    ],
)
def test_the_alternatives_of_a_type(expression: str, rtype: str, found: str) -> None:
    assert alternatives(expression, rtype) == found


def test_unions_inside_brackets_and_quotes_are_one_operand() -> None:
    assert split("(a | b).c | d.where(x = '|')") == ["(a | b).c", "d.where(x = '|')"]


def test_the_name_of_a_type_is_the_one_r4_gives_it() -> None:
    assert modern("value.as(DateTime) | value.as(Period)") == "value.ofType(dateTime) | value.ofType(Period)"
