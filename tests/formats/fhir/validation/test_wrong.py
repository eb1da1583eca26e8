"""Every wrong resource of the corpus gives its problems at their places, and no error besides."""

from __future__ import annotations

from typing import Any

import pytest
from tests.formats.fhir.validation.corpus import BASE, US_CORE, Expected

from chartline.formats.fhir.json import encode, parse
from chartline.formats.fhir.terminology import shipped_terminology
from chartline.formats.fhir.validation import Issue, validate

CASES = {**BASE, **{f"US Core: {name}": case for name, case in US_CORE.items()}}


def found(resource: dict[str, Any], profiles: tuple[str, ...] = ()) -> list[Issue]:
    issues = validate(parse(encode(resource)), profiles, terminology=shipped_terminology())
    return [issue for issue in issues if issue.key != "dom-6"]


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_resource_gives_its_problems_at_their_places(name: str) -> None:
    resource, expected = CASES[name]
    marks: list[Expected] = [(one.severity.value, one.code, one.at, one.key) for one in found(resource)]
    assert set(expected) <= set(marks), marks
    assert {mark for mark in marks if mark[0] == "error"} <= set(expected)
