"""Operators with two operands. Each answers with nothing when an operand is empty, as FHIRPath's rules say.

Refuses operands that do not go together, by raising ``fhirpath.evaluation``; a result too large is no result.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException

from chartline.formats.fhir.fhirpath import moments, quantities, temporal
from chartline.formats.fhir.fhirpath.context import Context, Run, short
from chartline.formats.fhir.fhirpath.errors import EVALUATION
from chartline.formats.fhir.fhirpath.nodes import Node
from chartline.formats.fhir.fhirpath.quantities import DIGITS, Quantity
from chartline.formats.fhir.fhirpath.temporal import Temporal
from chartline.formats.fhir.fhirpath.values import (
    FALSE,
    NONE,
    TRUE,
    Items,
    answer,
    as_quantity,
    distinct,
    equal,
    equivalent,
    key,
    number,
    single,
    truth,
)

_MOST = 2**63


def binary(operator: str, left: Run, right: Run) -> Run:
    """The compiled operator."""
    return _OPERATORS[operator](left, right)


def _equal(left: Run, right: Run) -> Run:
    return lambda context: answer(equal(left(context), right(context)))


def _unequal(left: Run, right: Run) -> Run:
    def run(context: Context) -> Items:
        same = equal(left(context), right(context))
        return NONE if same is None else FALSE if same else TRUE

    return run


def _equivalent(left: Run, right: Run) -> Run:
    return lambda context: TRUE if equivalent(left(context), right(context)) else FALSE


def _inequivalent(left: Run, right: Run) -> Run:
    return lambda context: FALSE if equivalent(left(context), right(context)) else TRUE


def _ordered(wanted: Callable[[int], bool]) -> Callable[[Run, Run], Run]:
    def build(left: Run, right: Run) -> Run:
        def run(context: Context) -> Items:
            one, other = single(left(context)), single(right(context))
            if one is None or other is None:
                return NONE
            order = compare(one, other)
            return NONE if order is None else TRUE if wanted(order) else FALSE

        return run

    return build


def compare(one: object, other: object) -> int | None:
    """The order of two system values: below zero, zero or above; None when it cannot be known. Raises for others."""
    if isinstance(one, str) and isinstance(other, str):
        return (one > other) - (one < other)
    if isinstance(one, Temporal) and isinstance(other, Temporal):
        if (one.kind == temporal.TIME) == (other.kind == temporal.TIME):
            return temporal.compare(one, other)
    elif isinstance(one, int | Decimal) and isinstance(other, int | Decimal) and number(one) and number(other):
        return (one > other) - (one < other)
    elif isinstance(one, Quantity) or isinstance(other, Quantity):
        first, second = as_quantity(one), as_quantity(other)
        if first is not None and second is not None:
            return quantities.compare(first, second)
    if any(isinstance(side, Node) and side.kind.system == "Quantity" for side in (one, other)):
        return None
    raise EVALUATION.error(reason="operands_do_not_compare")


def _and(left: Run, right: Run) -> Run:
    def run(context: Context) -> Items:
        one = truth(left(context))
        if one is False:
            return FALSE
        other = truth(right(context))
        return FALSE if other is False else NONE if one is None or other is None else TRUE

    return run


def _or(left: Run, right: Run) -> Run:
    def run(context: Context) -> Items:
        one = truth(left(context))
        if one:
            return TRUE
        other = truth(right(context))
        return TRUE if other else NONE if one is None or other is None else FALSE

    return run


def _xor(left: Run, right: Run) -> Run:
    def run(context: Context) -> Items:
        one, other = truth(left(context)), truth(right(context))
        return NONE if one is None or other is None else answer(one is not other)

    return run


def _implies(left: Run, right: Run) -> Run:
    def run(context: Context) -> Items:
        one = truth(left(context))
        if one is False:
            return TRUE
        other = truth(right(context))
        return TRUE if other else NONE if one is None or other is None else FALSE

    return run


def _union(left: Run, right: Run) -> Run:
    def run(context: Context) -> Items:
        one, other = left(context), right(context)
        context.spend(len(one) + len(other))
        if not other and len(one) < 2:
            return one
        return other if not one and len(other) < 2 else distinct([*one, *other])

    return run


def _in(left: Run, right: Run) -> Run:
    def run(context: Context) -> Items:
        one, many = left(context), right(context)
        if not one:
            return NONE
        if len(one) > 1:
            raise EVALUATION.error(reason="more_than_one_item")
        wanted = key(one[0])
        return TRUE if any(key(item) == wanted for item in many) else FALSE

    return run


def _contains(left: Run, right: Run) -> Run:
    return _in(right, left)


def _concatenate(left: Run, right: Run) -> Run:
    def run(context: Context) -> Items:
        one, other = single(left(context)), single(right(context))
        parts = [part if isinstance(part, str) else "" if part is None else None for part in (one, other)]
        if parts[0] is None or parts[1] is None:
            raise EVALUATION.error(reason="string_wanted")
        return [short(parts[0] + parts[1])]

    return run


def _arithmetic(work: Callable[[object, object], object]) -> Callable[[Run, Run], Run]:
    def build(left: Run, right: Run) -> Run:
        def run(context: Context) -> Items:
            one, other = single(left(context)), single(right(context))
            if one is None or other is None:
                return NONE
            try:
                result = work(one, other)
            except DecimalException:
                return NONE
            if result is None or (isinstance(result, int) and abs(result) >= _MOST):
                return NONE
            return [result]

        return run

    return build


def _unfit() -> Exception:
    return EVALUATION.error(reason="operands_do_not_go_together")


def _plus(one: object, other: object) -> object:
    if isinstance(one, str) and isinstance(other, str):
        return short(one + other)
    return _sum(one, other, 1)


def _minus(one: object, other: object) -> object:
    return _sum(one, other, -1)


def _sum(one: object, other: object, sign: int) -> object:
    if isinstance(one, Temporal):
        if not isinstance(other, Quantity) or moments.unit_word(other) is None:
            raise _unfit()
        return moments.moved(one, other, sign)
    if isinstance(one, Quantity) or isinstance(other, Quantity):
        first, second = as_quantity(one), as_quantity(other)
        if first is None or second is None:
            raise _unfit()
        return quantities.total(first, second, sign)
    if isinstance(one, int) and isinstance(other, int) and number(one) and number(other):
        return one + sign * other
    left, right = _decimals(one, other)
    return DIGITS.add(left, sign * right)


def _times(one: object, other: object) -> object:
    if isinstance(one, Quantity) or isinstance(other, Quantity):
        first, second = as_quantity(one), as_quantity(other)
        if first is None or second is None:
            raise _unfit()
        return quantities.product(first, second)
    if isinstance(one, int) and isinstance(other, int) and number(one) and number(other):
        return one * other
    return DIGITS.multiply(*_decimals(one, other))


def _divide(one: object, other: object) -> object:
    if isinstance(one, Quantity) or isinstance(other, Quantity):
        first, second = as_quantity(one), as_quantity(other)
        if first is None or second is None:
            raise _unfit()
        return quantities.quotient(first, second)
    left, right = _decimals(one, other)
    return DIGITS.divide(left, right) if right else None


def _div(one: object, other: object) -> object:
    left, right = _decimals(one, other)
    return int(DIGITS.divide_int(left, right)) if right else None


def _mod(one: object, other: object) -> object:
    left, right = _decimals(one, other)
    if not right:
        return None
    rest = DIGITS.remainder(left, right)
    return int(rest) if isinstance(one, int) and isinstance(other, int) else rest


def _decimals(one: object, other: object) -> tuple[Decimal, Decimal]:
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal) and number(one) and number(other):
        return Decimal(one), Decimal(other)
    raise _unfit()


_OPERATORS: dict[str, Callable[[Run, Run], Run]] = {
    "=": _equal,
    "!=": _unequal,
    "~": _equivalent,
    "!~": _inequivalent,
    "<": _ordered(lambda order: order < 0),
    ">": _ordered(lambda order: order > 0),
    "<=": _ordered(lambda order: order <= 0),
    ">=": _ordered(lambda order: order >= 0),
    "and": _and,
    "or": _or,
    "xor": _xor,
    "implies": _implies,
    "|": _union,
    "in": _in,
    "contains": _contains,
    "&": _concatenate,
    "+": _arithmetic(_plus),
    "-": _arithmetic(_minus),
    "*": _arithmetic(_times),
    "/": _arithmetic(_divide),
    "div": _arithmetic(_div),
    "mod": _arithmetic(_mod),
}
