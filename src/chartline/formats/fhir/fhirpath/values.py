"""Values as FHIRPath sees them: singletons, truth, equality, equivalence and keys to tell items apart.

Refuses more than one item where one is wanted, by raising ``fhirpath.evaluation``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from chartline.formats.fhir.fhirpath import quantities, temporal
from chartline.formats.fhir.fhirpath.errors import EVALUATION
from chartline.formats.fhir.fhirpath.nodes import Node
from chartline.formats.fhir.fhirpath.quantities import Quantity, same_rounded
from chartline.formats.fhir.fhirpath.temporal import Temporal
from chartline.formats.fhir.json import JsonObject

Items: TypeAlias = list[object]
"""A collection: nodes and system values."""

TRUE: Items = [True]
FALSE: Items = [False]
NONE: Items = []
"""Shared answers. No function may change a collection it was given."""

_PAIRS = 200
"""Longest collections that are compared in pairs, where no key decides."""


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """What ``type()`` answers."""

    namespace: str
    name: str
    base: str | None = None

    def member(self, name: str) -> object:
        """One of the three elements of a type; None for another name."""
        return {"namespace": self.namespace, "name": self.name, "baseType": self.base}.get(name)


def system(item: object) -> object:
    """An item as a system value; complex nodes stay nodes."""
    return item.system() if item.__class__ is Node else item


def single(items: Items) -> object:
    """The one item as a system value; None when there is none. Raises when there are more."""
    if not items:
        return None
    if len(items) > 1:
        raise EVALUATION.error(reason="more_than_one_item")
    return system(items[0])


def truth(items: Items) -> bool | None:
    """A collection as a condition: None when empty; an item that is no boolean is true."""
    if not items:
        return None
    if len(items) > 1:
        raise EVALUATION.error(reason="more_than_one_item")
    first = items[0]
    if first is True or first is False:
        return first
    value = system(first)
    if value is None:
        return None
    return value if isinstance(value, bool) else True


def answer(value: bool | None) -> Items:
    """A three-valued truth as a collection."""
    return NONE if value is None else TRUE if value else FALSE


def text(items: Items) -> str | None:
    """The one string; None when empty. Raises for what is no string."""
    value = single(items)
    if value is None or isinstance(value, str):
        return value
    raise EVALUATION.error(reason="string_wanted")


def integer(items: Items) -> int | None:
    """The one integer; None when empty. Raises for what is no integer."""
    value = single(items)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise EVALUATION.error(reason="integer_wanted")


def number(value: object) -> bool:
    """Whether a system value is an integer or a decimal."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def equal(one: Items, other: Items) -> bool | None:
    """``=``: None when a side is empty, or when precision or units leave it open."""
    if not one or not other:
        return None
    if len(one) != len(other):
        return False
    result: bool | None = True
    for left, right in zip(one, other, strict=True):
        same = equal_items(left, right)
        if same is False:
            return False
        if same is None:
            result = None
    return result


def equal_items(one: object, other: object) -> bool | None:
    """Whether two items are equal; None when it cannot be known."""
    left, right = system(one), system(other)
    if left.__class__ is right.__class__ and (left.__class__ is str or left.__class__ is int):
        return left == right
    if isinstance(left, Temporal) and isinstance(right, Temporal):
        if (left.kind == temporal.TIME) != (right.kind == temporal.TIME):
            return False
        order = temporal.compare(left, right)
        return None if order is None else order == 0
    if isinstance(left, Quantity) or isinstance(right, Quantity):
        return _equal_quantities(left, right)
    return key(left) == key(right)


def _equal_quantities(left: object, right: object) -> bool | None:
    first, second = as_quantity(left), as_quantity(right)
    if first is None or second is None:
        return False
    order = quantities.compare(first, second)
    return None if order is None else order == 0


def as_quantity(value: object) -> Quantity | None:
    """A quantity; a plain number counts in ``1``."""
    if isinstance(value, Quantity):
        return value
    return Quantity(Decimal(value), "1") if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def key(item: object) -> object:
    """Something hashable: equal for items that are equal, so that sets of items need no comparing in pairs."""
    value = system(item)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ("b", value)
    if isinstance(value, int | Decimal):
        return ("n", value)
    if isinstance(value, Temporal):
        return ("t", value.key())
    if isinstance(value, Quantity):
        return ("q", _quantity_key(value))
    if isinstance(value, Node):
        return ("o", frozen(value.value))
    return ("x", frozen(item.extra) if isinstance(item, Node) else value)


def _quantity_key(value: Quantity) -> object:
    code = value.code
    found = quantities.exact(value.value, code) if code is not None else None
    return found or (value.value, value.unit, value.calendar)


def frozen(value: object) -> object:
    """JSON content as something hashable; decimals by value."""
    if isinstance(value, dict):
        return frozenset((name, frozen(item)) for name, item in value.items())
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    return ("b", value) if isinstance(value, bool) else value


def equivalent(one: Items, other: Items) -> bool:
    """``~``: never open; order, case and white space do not matter, and precision is that of the coarser value."""
    if len(one) != len(other):
        return False
    if len(one) == 1:
        return equivalent_items(one[0], other[0])
    if Counter(map(loose_key, one)) == Counter(map(loose_key, other)):
        return True
    if len(one) > _PAIRS:
        return False
    rest = list(other)
    for item in one:
        match = next((index for index, candidate in enumerate(rest) if equivalent_items(item, candidate)), None)
        if match is None:
            return False
        del rest[match]
    return True


def equivalent_items(one: object, other: object) -> bool:
    """Whether two items are equivalent."""
    left, right = system(one), system(other)
    if isinstance(left, str) and isinstance(right, str):
        return loose_text(left) == loose_text(right)
    if isinstance(left, Temporal) and isinstance(right, Temporal):
        return temporal.compare(left, right) == 0
    if isinstance(left, Quantity) or isinstance(right, Quantity):
        first, second = as_quantity(left), as_quantity(right)
        return first is not None and second is not None and quantities.equivalent(first, second)
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal) and number(left) and number(right):
        return same_rounded(Decimal(left), Decimal(right))
    return loose_key(left) == loose_key(right)


def loose_text(text: str) -> str:
    """A string without case, and with every white space one blank."""
    return " ".join(text.split()).casefold() if text.strip() else ""


def loose_key(item: object) -> object:
    """Like ``key``, where strings lose case and white space, and objects the order of their lists."""
    value = system(item)
    if isinstance(value, str):
        return loose_text(value)
    return ("o", _loose(value.value)) if isinstance(value, Node) else key(value)


def _loose(value: object) -> object:
    if isinstance(value, dict):
        return frozenset((name, _loose(item)) for name, item in value.items() if name != "id")
    if isinstance(value, list):
        return frozenset(_loose(item) for item in value)
    if isinstance(value, str):
        return loose_text(value)
    return ("b", value) if isinstance(value, bool) else value


def distinct(items: Items) -> Items:
    """Each item once, in order."""
    seen: set[object] = set()
    found: Items = []
    for item in items:
        mark = key(item)
        if mark not in seen:
            seen.add(mark)
            found.append(item)
    return found


def plain(item: object) -> object:
    """An item as JSON: a node's value, a temporal's text, a quantity as FHIR writes it."""
    if isinstance(item, Node):
        return item.value
    if isinstance(item, Temporal):
        return item.text()
    if isinstance(item, Quantity):
        return item.as_json()
    if isinstance(item, TypeInfo):
        found: JsonObject = {"namespace": item.namespace, "name": item.name}
        return found
    return item
