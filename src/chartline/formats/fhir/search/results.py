"""The parameters that shape an answer rather than choose resources: order, includes, count, total, summary, elements.

Refuses malformed ones always; orders and includes that a type does not have are passed over when the search is
lenient.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.formats.fhir.search.conditions import NotUnderstood, alternatives
from chartline.formats.fhir.search.criteria import Rules
from chartline.formats.fhir.search.problems import MODIFIER, TOO_MANY, TYPE, UNKNOWN, UNSUPPORTED, VALUE, bad
from chartline.formats.fhir.search.query import Include, Order
from chartline.formats.fhir.search.splitting import plain

MOST_KEYS = 10
MOST_INCLUDES = 50
_LARGEST_COUNT = 1_000_000
_ELEMENT = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*")
_SUMMARIES = frozenset({"true", "text", "data", "count", "false"})
_TOTALS = frozenset({"none", "estimate", "accurate"})
_AGAIN = {"": False, "iterate": True, "recurse": True}
_UNSORTABLE = frozenset({"composite", "special"})


def orders(rules: Rules, types: Sequence[str], value: str, name: str) -> tuple[Order, ...]:
    """``_sort``: codes of parameters that every type has, a minus before those that go down."""
    found: list[Order] = []
    for one in alternatives(value, name):
        text = plain(one).strip()
        code = text.removeprefix("-")
        known = [rules.parameter(rtype, code) for rtype in types]
        if not code or any(parameter is None for parameter in known):
            raise NotUnderstood(UNKNOWN)
        if any(parameter is not None and parameter.type in _UNSORTABLE for parameter in known):
            raise NotUnderstood(UNSUPPORTED)
        if code not in {order.code for order in found}:
            found.append(Order(code, text.startswith("-")))
    if len(found) > MOST_KEYS:
        raise bad(name, TOO_MANY)
    return tuple(found)


def includes(rules: Rules, name: str, value: str) -> tuple[Include, ...]:
    """``_include`` and ``_revinclude``, with ``:iterate`` or its old name ``:recurse``."""
    head, _, modifier = name.partition(":")
    if modifier not in _AGAIN or name.endswith(":"):
        raise bad(name, MODIFIER)
    again, reverse = _AGAIN[modifier], head == "_revinclude"
    found: list[Include] = []
    for one in alternatives(value, name):
        pieces = plain(one).strip().split(":")
        if pieces == ["*"]:
            found.append(Include("*", "*", None, again, reverse))
            continue
        if len(pieces) not in {2, 3} or not all(pieces):
            raise bad(name, VALUE)
        source, code, target = pieces[0], pieces[1], pieces[2] if len(pieces) > 2 else None
        if source not in RESOURCE_TYPES or (target is not None and target not in RESOURCE_TYPES):
            raise bad(name, TYPE)
        if code != "*":
            parameter = rules.parameter(source, code)
            if parameter is None:
                raise NotUnderstood(UNKNOWN)
            if parameter.type != "reference":
                raise bad(name, VALUE)
        found.append(Include(source, code, target, again, reverse))
    return tuple(found)


def count(value: str, name: str) -> int:
    """``_count``: a whole number; what a page may hold at most is the store's business."""
    if not value.isdecimal() or not value.isascii() or len(value) > 12:
        raise bad(name, VALUE)
    return min(int(value), _LARGEST_COUNT)


def total(value: str, name: str) -> str:
    """``_total``: none, estimate or accurate."""
    if value not in _TOTALS:
        raise bad(name, VALUE)
    return value


def summary(value: str, name: str) -> str:
    """``_summary``: true, text, data, count or false."""
    if value not in _SUMMARIES:
        raise bad(name, VALUE)
    return value


def elements(value: str, name: str) -> tuple[str, ...]:
    """``_elements``: names of elements, maybe with a type before them (``Patient.name``)."""
    found = [plain(one).strip() for one in alternatives(value, name)]
    if any(_ELEMENT.fullmatch(one) is None for one in found):
        raise bad(name, VALUE)
    return tuple(found)


def types(value: str, name: str) -> tuple[str, ...]:
    """``_type``: resource types."""
    found = [plain(one).strip() for one in alternatives(value, name)]
    if any(one not in RESOURCE_TYPES for one in found):
        raise bad(name, TYPE)
    return tuple(dict.fromkeys(found))
