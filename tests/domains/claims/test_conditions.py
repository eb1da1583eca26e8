"""Conditions: read from data, explained in a sentence, and asked of a copy by line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.claims.rules.examples import CLEAN, line, lines
from tests.domains.money_world import TODAY

from chartline.domains.claims.conditions import FIELDS, as_data, compiled, operators_of, read_condition, sentence
from chartline.domains.claims.conditions.vocabulary import WITHOUT_VALUE, Kind
from chartline.kernel.errors import ChartlineError

TELEHEALTH = {
    "all": [
        {"field": "payer", "operator": "is", "values": ["00123"]},
        {"field": "procedure", "operator": "is", "values": ["90834", "90837"]},
        {"field": "modifier", "operator": "has_not", "values": ["95"]},
        {"field": "place", "operator": "is", "values": ["02", "10"]},
    ]
}


def places(data: object, copy: Any) -> list[str]:
    return compiled(read_condition(data)).places(copy, TODAY)


def test_everything_has_to_hold_on_the_same_line() -> None:
    apart = lines({"place_of_service": "10", "modifiers": ("95",)}, {"place_of_service": "11"})
    assert places(TELEHEALTH, apart) == []
    assert places(TELEHEALTH, lines({}, {"place_of_service": "10"})) == ["line 2"]
    assert places(TELEHEALTH, CLEAN) == []


def test_a_condition_on_the_claim_alone_holds_for_the_claim() -> None:
    assert places({"field": "total", "operator": "more_than", "values": ["149.99"]}, CLEAN) == ["claim"]
    assert places({"not": {"field": "patient_age", "operator": "less_than", "values": ["18"]}}, CLEAN) == ["claim"]


def test_it_is_explained_in_a_sentence() -> None:
    assert sentence(read_condition(TELEHEALTH)) == (
        "the payer is 00123 and the procedure is 90834 or 90837 and the modifiers do not have 95 "
        "and the place of service is 02 or 10"
    )
    nested = {"any": [{"not": {"field": "note", "operator": "missing"}}, TELEHEALTH]}
    assert sentence(read_condition(nested)).startswith("it is not so that the claim note is missing or (the payer")


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ([], "when"),
        ({"all": []}, "when.all"),
        ({"any": [{"field": "nobody", "operator": "is", "values": ["X"]}]}, "when.any.1.field"),
        ({"field": "units", "operator": "has", "values": ["1"]}, "when.operator"),
        ({"field": "units", "operator": "is", "values": ["one"]}, "when.values.1"),
        ({"field": "units", "operator": "more_than", "values": ["1", "2"]}, "when.values"),
        ({"field": "procedure", "operator": "between", "values": ["9", "1"]}, "when.values"),
        ({"field": "note", "operator": "missing", "values": ["X"]}, "when.values"),
        ({"field": "total", "operator": "is", "values": ["1.234"]}, "when.values.1"),
        ({"field": "service_date", "operator": "after", "values": ["May"]}, "when.values.1"),
        ({"field": "payer", "operator": "is", "values": ["a" * 61]}, "when.values.1"),
        ({"not": {"not": {"not": {"not": {"not": {}}}}}}, "when.not.not.not.not.not"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(data: object, place: str) -> None:
    with pytest.raises(ChartlineError) as refused:
        read_condition(data)
    assert refused.value.problem.code == "rules.bad_condition"
    assert refused.value.problem.fields["place"] == place


VALUES = {
    Kind.TEXT: st.sampled_from(["90837", "F411", "11", "X"]),
    Kind.CODES: st.sampled_from(["95", "F4", "F411"]),
    Kind.NUMBER: st.integers(-5, 500).map(str),
    Kind.MONEY: st.integers(0, 50_000).map(lambda cents: f"{cents // 100}.{cents % 100:02d}"),
    Kind.DATE: st.dates().map(lambda day: day.isoformat()),
}


@st.composite
def a_test(draw: st.DrawFn) -> dict[str, object]:
    field = FIELDS[draw(st.sampled_from(sorted(FIELDS)))]
    operator = draw(st.sampled_from(operators_of(field.kind)))
    if operator in WITHOUT_VALUE:
        return {"field": field.name, "operator": operator}
    count = 2 if operator == "between" else 1 if operator in ("more_than", "less_than", "before", "after") else 3
    values = sorted(draw(st.lists(VALUES[field.kind], min_size=count, max_size=count)))
    return {"field": field.name, "operator": operator, "values": values}


CONDITIONS = st.recursive(
    a_test(),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda each: {"all": each})
        | st.lists(inner, min_size=1, max_size=3).map(lambda each: {"any": each})
        | inner.map(lambda one: {"not": one})
    ),
    max_leaves=6,
).filter(lambda data: str(data).count("{") <= 12)


@given(CONDITIONS)
def test_every_condition_is_written_as_it_was_read_and_can_be_asked(data: dict[str, object]) -> None:
    try:
        condition = read_condition(data)
    except ChartlineError as error:
        assert error.problem.fields["wrong"] == "too deep"
        return
    assert read_condition(as_data(condition)) == condition
    assert sentence(condition)
    question = compiled(condition)
    for copy in (CLEAN, line(modifiers=("95",), place_of_service="10")):
        assert set(question.places(copy, TODAY)) <= {"claim", "line 1"}
    negated = compiled(read_condition({"not": data})) if str(data).count("not") < 2 else None
    if negated is not None and not question.by_line:
        assert bool(question.places(CLEAN, TODAY)) is not bool(negated.places(CLEAN, TODAY))
