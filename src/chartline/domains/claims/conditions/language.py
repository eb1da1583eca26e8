"""Conditions as values and as JSON: tests of fields, joined by all, any and not.

``{"field": "payer", "operator": "is", "values": ["00123"]}``, ``{"all": []}``, ``{"any": []}``, ``{"not": {}}``.
Refuses unknown names, values that are not of their field, and conditions that nobody could read any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from chartline.domains.claims.conditions.vocabulary import FIELDS, OPERATORS, WITHOUT_VALUE, Kind
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money

BAD_CONDITION = ErrorKind(
    "rules.bad_condition",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A condition of the rule cannot be read.",
    "Correct the part that the fields name: a known field, one of its operators, and values of its kind.",
    status=422,
)

MOST_TESTS, MOST_VALUES, DEEPEST, LONGEST = 40, 200, 5, 60


@dataclass(frozen=True, slots=True)
class Test:
    """One field against values; several values mean any of them."""

    field: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of them holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of them holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    of: Condition


Condition = Test | AllOf | AnyOf | Not


def read_condition(data: object) -> Condition:
    """A condition from JSON. Raises ``rules.bad_condition`` with the place that is wrong."""
    condition = _read(data, "when", 1)
    if len(tests_of(condition)) > MOST_TESTS:
        raise BAD_CONDITION.error(place="when", wrong="too many tests")
    return condition


def as_data(condition: Condition) -> dict[str, object]:
    """The condition as JSON, as ``read_condition`` reads it."""
    match condition:
        case Test(field, operator, values):
            data: dict[str, object] = {"field": field, "operator": operator}
            return {**data, "values": list(values)} if values else data
        case AllOf(of):
            return {"all": [as_data(one) for one in of]}
        case AnyOf(of):
            return {"any": [as_data(one) for one in of]}
        case Not(of):
            return {"not": as_data(of)}


def tests_of(condition: Condition) -> list[Test]:
    """Every test in a condition."""
    match condition:
        case Test():
            return [condition]
        case Not(of):
            return tests_of(of)
        case AllOf(of) | AnyOf(of):
            return [test for one in of for test in tests_of(one)]


def read_value(kind: Kind, text: str) -> str | int | date:
    """A value of a kind of field: money as cents. Raises ``ValueError``."""
    if kind is Kind.MONEY:
        return Money.parse(text.removeprefix("$")).minor
    if kind is Kind.NUMBER:
        return int(text)
    if kind is Kind.DATE:
        return date.fromisoformat(text)
    return text.upper()


def _read(data: object, place: str, depth: int) -> Condition:
    if not isinstance(data, Mapping) or depth > DEEPEST:
        raise BAD_CONDITION.error(place=place, wrong="too deep" if depth > DEEPEST else "not a condition")
    given = cast("Mapping[str, object]", data)
    if set(given) == {"not"}:
        return Not(_read(given["not"], f"{place}.not", depth + 1))
    for word, made in (("all", AllOf), ("any", AnyOf)):
        if set(given) == {word}:
            parts = _list(given[word])
            if parts is None or not 1 <= len(parts) <= MOST_TESTS:
                raise BAD_CONDITION.error(place=f"{place}.{word}", wrong="not a list of conditions")
            return made(tuple(_read(one, f"{place}.{word}.{number}", depth + 1) for number, one in enumerate(parts, 1)))
    return _test(given, place)


def _test(given: Mapping[str, object], place: str) -> Test:
    if not {"field", "operator"} <= set(given) <= {"field", "operator", "values"}:
        raise BAD_CONDITION.error(place=place, wrong="not a test")
    name, operator = given["field"], given["operator"]
    field = FIELDS.get(name) if isinstance(name, str) else None
    if field is None:
        raise BAD_CONDITION.error(place=f"{place}.field", wrong="unknown field")
    if not isinstance(operator, str) or operator not in OPERATORS[field.kind]:
        raise BAD_CONDITION.error(place=f"{place}.operator", wrong=f"not an operator of {field.name}")
    values = _values(given.get("values", ()), f"{place}.values")
    if operator in WITHOUT_VALUE:
        fits = not values
    elif operator == "between":
        fits = len(values) == 2 and values[0] <= values[1]
    elif operator in ("more_than", "less_than", "before", "after"):
        fits = len(values) == 1
    else:
        fits = len(values) > 0
    if not fits:
        raise BAD_CONDITION.error(place=f"{place}.values", wrong=f"not as many as {operator} takes")
    for number, value in enumerate(values, 1):
        try:
            read_value(field.kind, value)
        except (ValueError, OverflowError):
            raise BAD_CONDITION.error(place=f"{place}.values.{number}", wrong=f"not a {field.kind.value}") from None
    return Test(field.name, operator, values)


def _values(sent: object, place: str) -> tuple[str, ...]:
    given = _list(sent)
    if given is None or len(given) > MOST_VALUES:
        raise BAD_CONDITION.error(place=place, wrong="not a list of values")
    values: list[str] = []
    for number, one in enumerate(given, 1):
        text = str(one) if isinstance(one, int) and not isinstance(one, bool) else one
        if not isinstance(text, str) or not text.isprintable() or not 1 <= len(text.strip()) <= LONGEST:
            raise BAD_CONDITION.error(place=f"{place}.{number}", wrong="not a text")
        values.append(text.strip().upper())
    return tuple(values)


def _list(given: object) -> Sequence[object] | None:
    return given if isinstance(given, Sequence) and not isinstance(given, str | bytes) else None
