"""The order of a result: by columns and times in SQL, by everything else from the bodies.

What has nothing to be ordered by comes last, whatever the direction; equals keep the order in which they were stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import total_ordering

from chartline.formats.fhir.definitions import SearchParameter, search_parameters
from chartline.formats.fhir.search.query import Order
from chartline.platform.records.forms import BORN
from chartline.platform.records.keys import Keys
from chartline.platform.records.paging import Position, SortValue
from chartline.platform.records.statements import Part, among, both, either

_LAST = 2**63 - 1
"""Sorts after every time."""


@dataclass(frozen=True, slots=True)
class SqlKey:
    """One sort key in SQL: an expression that ascends, unless it is a text that must descend."""

    expression: Part
    falls: bool = False


@dataclass(frozen=True, slots=True)
class SqlPlace:
    """The number that decides between equals: its SQL name, and whether it descends."""

    name: str
    falls: bool = False


def sql_keys(
    keys: Keys, types: Sequence[str], order: Sequence[Order], labels: Mapping[str, str], *, on_postgresql: bool
) -> list[SqlKey] | None:
    """The order in SQL; None when bodies are needed (texts, codes, numbers, several types)."""
    found = []
    for one in order:
        key = _sql_key(keys, types, one, labels, on_postgresql=on_postgresql)
        if key is None:
            return None
        found.append(key)
    return found


def _sql_key(
    keys: Keys, types: Sequence[str], order: Order, labels: Mapping[str, str], *, on_postgresql: bool
) -> SqlKey | None:
    if order.code == "_id":
        return SqlKey(Part("r.id" if not on_postgresql else 'r.id COLLATE "C"'), order.descending)
    if order.code == "_lastUpdated":
        return SqlKey(Part("-r.updated" if order.descending else "r.updated"))
    if len(types) != 1 or types[0] in BORN or not _is_date(types[0], order.code):
        return None
    label = labels.get(order.code, order.code)
    lists = [keys.times(types[0], label, short=short) for short in (True, False)]
    listed = among("s.h", lists, on_postgresql=on_postgresql)
    end = "-max(s.lo)" if order.descending else "min(s.lo)"
    return SqlKey(
        Part(
            f"coalesce((SELECT {end} FROM resource_range s WHERE s.pk = r.pk AND {listed.text}), {_LAST})",
            listed.values,
        )
    )


def _is_date(rtype: str, code: str) -> bool:
    parameter: SearchParameter | None = search_parameters(rtype).get(code)
    return parameter is not None and parameter.type == "date"


def newest_first(order: Sequence[Order]) -> bool:
    """Whether equals are shown the last stored first: in the order of ``-_lastUpdated``."""
    return bool(order) and order[-1] == Order("_lastUpdated", True)


def beyond(keys: Sequence[SqlKey], names: Sequence[str], place: SqlPlace, position: Position) -> Part:
    """The condition that a row comes after a position (before it, when the position goes back)."""
    columns = [
        *zip(names, position.values, (key.falls for key in keys), strict=True),
        (place.name, position.pk, place.falls),
    ]
    steps: list[Part] = []
    equal: list[Part] = []
    for name, value, falls in columns:
        if value is None:
            continue
        word = "<" if falls != position.back else ">"
        steps.append(both([*equal, Part(f"{name} {word} ?", (value,))]))
        equal.append(Part(f"{name} = ?", (value,)))
    return either(steps)


def sorting(keys: Sequence[SqlKey], names: Sequence[str], place: SqlPlace, *, back: bool) -> str:
    """The ORDER BY words."""
    columns = [*zip(names, (key.falls for key in keys), strict=True), (place.name, place.falls)]
    return ", ".join(f"{name}{' DESC' if falls != back else ''}" for name, falls in columns)


@total_ordering
@dataclass(frozen=True, slots=True, eq=True)
class Placed:
    """A value in its place: missing ones last; ``falls`` turns the direction. Values of one key are of one kind."""

    missing: bool
    value: float | str
    falls: bool

    def __lt__(self, other: Placed) -> bool:
        if self.missing or other.missing:
            return other.missing and not self.missing
        mine, theirs = (other.value, self.value) if self.falls else (self.value, other.value)
        if isinstance(mine, str) or isinstance(theirs, str):
            return str(mine) < str(theirs)
        return mine < theirs


Rank = tuple[tuple[Placed, ...], int]
"""What resources are compared by: their values, then their number."""


def rank(order: Sequence[Order], values: Sequence[SortValue], pk: int) -> Rank:
    """The rank of a resource by values from its body."""
    placed = tuple(
        Placed(value is None, 0 if value is None else value, one.descending)
        for one, value in zip(order, values, strict=True)
    )
    return placed, -pk if newest_first(order) else pk
