"""Makes a function of a condition, once, so that asking it of thousands of claims costs next to nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from chartline.domains.claims.conditions.language import AllOf, AnyOf, Condition, Not, Test, read_value, tests_of
from chartline.domains.claims.conditions.vocabulary import FIELDS, Kind, Level, Value
from chartline.domains.claims.copy import ClaimCopy, CopyLine

_NO_LINE = CopyLine(
    control="", procedure="", units=0, amount=0, pointers=(), service_date=date.min, place_of_service=""
)
Holds = Callable[[ClaimCopy, CopyLine, date], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """A condition that can be asked. ``by_line``: it speaks of lines, and all of it has to hold on the same one."""

    by_line: bool
    holds: Holds

    def places(self, copy: ClaimCopy, today: date) -> list[str]:
        """Where it holds: the lines, or the claim; nothing where it does not."""
        if not self.by_line:
            return ["claim"] if self.holds(copy, _NO_LINE, today) else []
        return [f"line {number}" for number, line in enumerate(copy.lines, 1) if self.holds(copy, line, today)]


def compiled(condition: Condition) -> Question:
    """The condition as a question."""
    by_line = any(FIELDS[test.field].level is Level.LINE for test in tests_of(condition))
    return Question(by_line, _holds(condition))


def _holds(condition: Condition) -> Holds:
    match condition:
        case Test():
            return _test(condition)
        case Not(of):
            inner = _holds(of)
            return lambda copy, line, today: not inner(copy, line, today)
        case AllOf(of):
            parts = tuple(_holds(one) for one in of)
            return lambda copy, line, today: all(part(copy, line, today) for part in parts)
        case AnyOf(of):
            parts = tuple(_holds(one) for one in of)
            return lambda copy, line, today: any(part(copy, line, today) for part in parts)


def _test(test: Test) -> Holds:
    field = FIELDS[test.field]
    read, fits = field.read, _fits(field.kind, test)
    return lambda copy, line, today: fits(read(copy, line, today))


def _fits(kind: Kind, test: Test) -> Callable[[Value], bool]:
    values = tuple(read_value(kind, value) for value in test.values)
    chosen = frozenset(values)
    operator = test.operator
    if operator == "missing":
        return lambda given: not given
    if operator == "present":
        return lambda given: bool(given)
    if kind is Kind.CODES:
        return _codes(operator, tuple(str(value) for value in values))
    if kind is Kind.TEXT:
        return _text(operator, tuple(str(value) for value in values))
    if operator == "is":
        return lambda given: given in chosen
    if operator == "is_not":
        return lambda given: given not in chosen
    limit = values[0]
    if operator in ("more_than", "after"):
        return lambda given: given > limit  # ty: ignore[unsupported-operator]
    return lambda given: given < limit  # ty: ignore[unsupported-operator]


def _text(operator: str, values: tuple[str, ...]) -> Callable[[Value], bool]:
    chosen = frozenset(values)
    if operator == "is":
        return lambda given: str(given).upper() in chosen
    if operator == "is_not":
        return lambda given: str(given).upper() not in chosen
    if operator == "starts_with":
        return lambda given: str(given).upper().startswith(values)
    first, last = values
    return lambda given: first <= str(given).upper() <= last


def _codes(operator: str, values: tuple[str, ...]) -> Callable[[Value], bool]:
    chosen = frozenset(values)
    if operator == "has":
        return lambda given: isinstance(given, tuple) and not chosen.isdisjoint(given)
    if operator == "has_not":
        return lambda given: isinstance(given, tuple) and chosen.isdisjoint(given)
    return lambda given: isinstance(given, tuple) and any(one.startswith(values) for one in given)
