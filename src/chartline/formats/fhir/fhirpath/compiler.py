"""Turns a tree into nested closures: read once, then run over any number of resources.

Refuses functions it does not know and a wrong number of arguments (``fhirpath.syntax``).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key

from chartline.formats.fhir.fhirpath.context import Context, Run
from chartline.formats.fhir.fhirpath.errors import EVALUATION, SYNTAX
from chartline.formats.fhir.fhirpath.functions import collections, conversions, fhir, numbers, strings
from chartline.formats.fhir.fhirpath.functions.registry import FUNCTIONS, per_item
from chartline.formats.fhir.fhirpath.nodes import Node, node_of
from chartline.formats.fhir.fhirpath.operators import binary, compare
from chartline.formats.fhir.fhirpath.quantities import UCUM, Quantity
from chartline.formats.fhir.fhirpath.tree import (
    Binary,
    Call,
    Empty,
    Index,
    Literal,
    Member,
    Sign,
    Special,
    Tree,
    TypeTest,
    Variable,
)
from chartline.formats.fhir.fhirpath.types import TypeCheck, type_argument
from chartline.formats.fhir.fhirpath.values import FALSE, NONE, TRUE, Items, TypeInfo, integer, number, single

ROOMS = (collections, conversions, fhir, numbers, strings)
"""Where the functions are; importing them declares them."""

_CONSTANTS = {"sct": "http://snomed.info/sct", "loinc": "http://loinc.org", "ucum": UCUM}
_FAMILIES = {"vs-": "http://hl7.org/fhir/ValueSet/", "ext-": "http://hl7.org/fhir/StructureDefinition/"}


def build(tree: Tree) -> Run:
    """The closure of a tree. Raises ``fhirpath.syntax``."""
    match tree:
        case Literal(value):
            return _constant([value])
        case Empty():
            return _constant(NONE)
        case Special(name):
            return _SPECIALS[name]
        case Variable(name):
            return _variable(name)
        case Member(None, name):
            return _first_member(name)
        case Member(source, name):
            return _member(build(source), name) if source is not None else _first_member(name)
        case Index(source, index):
            return _index(build(source), build(index))
        case Sign(sign, operand):
            return _sign(sign, build(operand))
        case Binary(operator, left, right):
            return binary(operator, build(left), build(right))
        case TypeTest("is", operand, named):
            return _is(build(operand), lambda: TypeCheck(named))
        case TypeTest(_, operand, named):
            return _as(build(operand), lambda: TypeCheck(named), many=True)
        case Call():
            return _call(tree)


def _constant(items: Items) -> Run:
    return lambda context: items


def _this(context: Context) -> Items:
    return context.this


_SPECIALS: dict[str, Run] = {
    "this": _this,
    "index": lambda context: context.index,
    "total": lambda context: context.total,
}


def _member(source: Run, name: str) -> Run:
    def run(context: Context) -> Items:
        found: Items = []
        for item in source(context):
            if item.__class__ is Node:
                if not item.gather(name, found) and context.strict:
                    raise EVALUATION.error(reason="unknown_element")
            elif item.__class__ is not str:
                _member_of_value(item, name, found)
        context.left -= len(found)
        if context.left < 0:
            context.spend(0)
        return found

    return run


def _member_of_value(item: object, name: str, found: Items) -> None:
    if isinstance(item, TypeInfo):
        value = item.member(name)
        if value is not None:
            found.append(value)
    elif isinstance(item, Quantity) and name in ("value", "unit"):
        found.append(item.value if name == "value" else item.unit)


def _first_member(name: str) -> Run:
    """A name at the start: the type of what it starts from (``Patient.name``), or an element of it."""
    if not name[:1].isupper():
        return _member(_this, name)
    inner = _member(_this, name)

    def run(context: Context) -> Items:
        items = context.this
        if items and all(isinstance(item, Node) and name in item.kind.lineage for item in items):
            return items
        return inner(context)

    return run


def _variable(name: str) -> Run:
    for start, address in _FAMILIES.items():
        if name.startswith(start):
            return _constant([address + name.removeprefix(start)])
    if name in _CONSTANTS:
        return _constant([_CONSTANTS[name]])

    def run(context: Context) -> Items:
        if name in context.variables:
            value = context.variables[name]
            values = value if isinstance(value, list) else [] if value is None else [value]
            return [node_of(one) for one in values]
        if name == "resource":
            return context.resource
        if name == "rootResource":
            return context.root
        if name == "context":
            return context.focus
        raise EVALUATION.error(reason="unknown_variable")

    return run


def _index(source: Run, index: Run) -> Run:
    def run(context: Context) -> Items:
        items, place = source(context), integer(index(context))
        return [items[place]] if place is not None and 0 <= place < len(items) else NONE

    return run


def _sign(sign: str, operand: Run) -> Run:
    def run(context: Context) -> Items:
        value = single(operand(context))
        if value is None:
            return NONE
        if isinstance(value, Quantity):
            return [Quantity(-value.value, value.unit, value.calendar) if sign == "-" else value]
        if not isinstance(value, int | Decimal) or not number(value):
            raise EVALUATION.error(reason="number_wanted")
        return [-value if sign == "-" else value]

    return run


def _is(source: Run, check: Callable[[], TypeCheck]) -> Run:
    ready: list[TypeCheck] = []

    def run(context: Context) -> Items:
        if not ready:
            ready.append(check())
        items = source(context)
        if not items:
            return NONE
        if len(items) > 1:
            raise EVALUATION.error(reason="more_than_one_item")
        return TRUE if ready[0].holds(items[0]) else FALSE

    return run


def _as(source: Run, check: Callable[[], TypeCheck], *, many: bool) -> Run:
    ready: list[TypeCheck] = []

    def run(context: Context) -> Items:
        if not ready:
            ready.append(check())
        items = source(context)
        # Official search parameters use 'as' on collections, so only a strict evaluation refuses that.
        if len(items) > 1 and not many and context.strict:
            raise EVALUATION.error(reason="more_than_one_item")
        return [item for item in items if ready[0].selects(item)]

    return run


def _call(call: Call) -> Run:
    source = _this if call.source is None else build(call.source)
    if call.name in ("is", "as", "ofType"):
        named = type_argument(call.arguments[0]) if len(call.arguments) == 1 else None
        if named is None:
            raise SYNTAX.error(position=str(call.at), reason="expected_type")
        if call.name == "is":
            return _is(source, lambda: TypeCheck(named))
        return _as(source, lambda: TypeCheck(named), many=call.name == "ofType")
    if call.name == "sort":
        return _sort(source, call.arguments)
    declared = FUNCTIONS.get(call.name)
    if declared is None:
        raise SYNTAX.error(position=str(call.at), reason="unknown_function")
    if not declared.least <= len(call.arguments) <= declared.most:
        raise SYNTAX.error(position=str(call.at), reason="number_of_arguments")
    return declared.build(source, tuple(build(argument) for argument in call.arguments))


def _sort(source: Run, arguments: tuple[Tree, ...]) -> Run:
    """``sort(key, -key)``: a minus before a key turns its order round, whatever its type.

    Items without a key come first in both orders.
    """
    keys: list[tuple[int, Run]] = []
    for argument in arguments or (Special("this"),):
        falling = isinstance(argument, Sign) and argument.sign == "-"
        tree = argument.operand if isinstance(argument, Sign) and falling else argument
        keys.append((-1 if falling else 1, build(tree)))

    def run(context: Context) -> Items:
        items = source(context)
        context.spend(len(items) * len(keys))
        columns = [[single(found) for found in per_item(context, items, key)] for _, key in keys]

        def order(one: int, other: int) -> int:
            for (direction, _), column in zip(keys, columns, strict=True):
                first, second = column[one], column[other]
                if first is None or second is None:
                    found = (first is not None) - (second is not None)
                else:
                    found = direction * (compare(first, second) or 0)
                if found:
                    return found
            return 0

        return [items[place] for place in sorted(range(len(items)), key=cmp_to_key(order))]

    return run
