"""The filters of a value set's rule as conditions on the loaded concepts (R4: filter-operator).

The same meaning as ``formats/fhir/terminology/filters``; a test holds them together. Patterns (``regex``) have no
condition: they are applied to the rows that come back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from chartline.domains.codes.terminology.tables import (
    ancestor_table,
    concept_table,
    name_table,
    parent_table,
    property_table,
    word_table,
)
from chartline.formats.fhir.terminology.model import Filter
from chartline.formats.fhir.terminology.problems import BAD_FILTER

Condition = sa.ColumnElement[bool]
NumberOf = Callable[[str], int | None]

_LAST = chr(0x10FFFF)
_concept = concept_table.c


def conditions(version: int, filters: Sequence[Filter], number_of: NumberOf) -> list[Condition]:
    """The conditions of all filters but patterns. Raises ``terminology.bad_filter``."""
    return [_condition(version, one, number_of) for one in filters if one.op != "regex"]


def _condition(version: int, one: Filter, number_of: NumberOf) -> Condition:
    match one.op:
        case "is-a":
            return _is_a(version, number_of(one.value), itself=True)
        case "descendent-of":
            return _is_a(version, number_of(one.value), itself=False)
        case "is-not-a":
            return sa.not_(_is_a(version, number_of(one.value), itself=True))
        case "generalizes":
            return _generalizes(version, number_of(one.value))
        case "=":
            return _has(version, one.property, [one.value], number_of)
        case "in":
            return _has(version, one.property, _parts(one), number_of)
        case "not-in":
            return sa.not_(_has(version, one.property, _parts(one), number_of))
        case "exists":
            there = _any_value(version, one.property)
            return there if one.value == "true" else sa.not_(there)
    raise BAD_FILTER.error(operator=one.op[:20])


def _parts(one: Filter) -> list[str]:
    return [part.strip() for part in one.value.split(",")]


def _is_a(version: int, number: int | None, *, itself: bool) -> Condition:
    if number is None:
        return sa.false()
    below = sa.select(ancestor_table.c.descendant).where(
        ancestor_table.c.version_id == version, ancestor_table.c.ancestor == number
    )
    return _concept.number.in_(_with(number, below) if itself else below)


def _generalizes(version: int, number: int | None) -> Condition:
    if number is None:
        return sa.false()
    above = sa.select(ancestor_table.c.ancestor).where(
        ancestor_table.c.version_id == version, ancestor_table.c.descendant == number
    )
    return _concept.number.in_(_with(number, above))


def _with(number: int, others: sa.Select[int]) -> sa.CompoundSelect[int]:
    """A number and others as one list: with an "or" between, the database would walk the whole system."""
    return sa.union_all(sa.select(sa.literal(number, sa.Integer)), others)


def _has(version: int, name: str, values: list[str], number_of: NumberOf) -> Condition:
    if name in ("code", "concept"):
        return _concept.code.in_(values)
    if name == "display":
        return _concept.display.in_(values)
    if name == "inactive":
        return _concept.inactive.in_([value == "true" for value in values if value in ("true", "false")])
    edges = parent_table.c
    if name in ("parent", "child"):
        numbers = [number for value in values if (number := number_of(value)) is not None]
        here, there = (edges.child, edges.parent) if name == "parent" else (edges.parent, edges.child)
        return _concept.number.in_(sa.select(here).where(edges.version_id == version, there.in_(numbers)))
    columns = property_table.c
    return _concept.number.in_(
        sa.select(columns.number).where(
            columns.version_id == version, columns.property == name, columns.value.in_(values)
        )
    )


def _any_value(version: int, name: str) -> Condition:
    if name in ("code", "concept", "inactive"):
        return sa.true()
    if name == "display":
        return _concept.display != ""
    edges = parent_table.c
    if name in ("parent", "child"):
        here = edges.child if name == "parent" else edges.parent
        return _concept.number.in_(sa.select(here).where(edges.version_id == version))
    columns = property_table.c
    return _concept.number.in_(sa.select(columns.number).where(columns.version_id == version, columns.property == name))


def has_words(version: int, words: Sequence[str]) -> list[Condition]:
    """A condition for each wanted beginning, the longest first: it leaves the fewest rows."""
    columns = word_table.c
    return [
        _concept.number.in_(
            sa.select(columns.number).where(
                columns.version_id == version, columns.word >= word, columns.word < word + _LAST
            )
        )
        for word in sorted(words, key=len, reverse=True)
    ]


def names_of(version: int, numbers: Sequence[int]) -> sa.Select[int, str, str, str]:
    """The other names of some concepts."""
    columns = name_table.c
    return sa.select(columns.number, columns.language, columns.use, columns.value).where(
        columns.version_id == version, columns.number.in_(numbers)
    )


def properties_of(version: int, numbers: Sequence[int]) -> sa.Select[int, str, str]:
    """The properties of some concepts."""
    columns = property_table.c
    return sa.select(columns.number, columns.property, columns.value).where(
        columns.version_id == version, columns.number.in_(numbers)
    )
