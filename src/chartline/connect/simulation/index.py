"""Ways into a shelf that do not walk over all of it: by equal keys, and by a range of an order.

A simulated week has thousands of people and tens of thousands of calls, so no call may cost the size of the world.
Indexes live in memory and are made again when a simulator starts. They learn of a change when the item is put, as
the shelf itself does: what was changed and not put is found under its old keys.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

Place = tuple[Any, ...]
"""A sortable place in an order; the parts of one position have one type in the whole order."""


class Groups(Generic[T]):
    """Items by keys: an item stands under every key that ``keys_of`` gives for it."""

    def __init__(self, keys_of: Callable[[T], Iterable[Hashable]]) -> None:
        self._keys_of = keys_of
        self._groups: dict[Hashable, dict[str, T]] = {}
        self._known: dict[str, frozenset[Hashable]] = {}

    def put(self, key: str, item: T) -> None:
        """Learn of an item, new or changed."""
        old, new = self._known.get(key, frozenset()), frozenset(self._keys_of(item))
        for gone in old - new:
            self._leave(gone, key)
        for place in new:
            self._groups.setdefault(place, {})[key] = item
        self._known[key] = new

    def remove(self, key: str) -> None:
        """Forget an item."""
        for gone in self._known.pop(key, frozenset()):
            self._leave(gone, key)

    def _leave(self, group: Hashable, key: str) -> None:
        members = self._groups[group]
        members.pop(key, None)
        if not members:
            del self._groups[group]

    def at(self, group: Hashable) -> list[T]:
        """The items under a key, in the order in which they came under it."""
        return list(self._groups.get(group, {}).values())

    def __contains__(self, group: object) -> bool:
        return group in self._groups


class Order(Generic[T]):
    """Items in the order of a place, each at one place."""

    def __init__(self, place_of: Callable[[T], Place]) -> None:
        self._place_of = place_of
        self._places: list[tuple[Place, str]] = []
        self._known: dict[str, Place] = {}
        self._items: dict[str, T] = {}

    def put(self, key: str, item: T) -> None:
        """Learn of an item, new or changed."""
        place = self._place_of(item)
        if self._known.get(key) != place:
            self.remove(key)
            insort(self._places, (place, key))
            self._known[key] = place
        self._items[key] = item

    def remove(self, key: str) -> None:
        """Forget an item."""
        place = self._known.pop(key, None)
        if place is not None:
            del self._places[bisect_left(self._places, (place, key))]
            del self._items[key]

    def between(self, first: Place, last: Place) -> list[T]:
        """Items from ``first`` to ``last``, both included; a shorter place includes all that begin with it."""
        start = bisect_left(self._places, first, key=lambda entry: entry[0])
        stop = bisect_right(self._places, last, key=lambda entry: entry[0][: len(last)])
        return [self._items[key] for _, key in self._places[start:stop]]

    def beginning(self, head: Place, text: str) -> list[T]:
        """Items whose place begins with ``head`` and then holds a text that begins with ``text``."""
        at = len(head)
        start = bisect_left(self._places, (*head, text), key=lambda entry: entry[0])
        found: list[T] = []
        for number in range(start, len(self._places)):
            place, key = self._places[number]
            if place[:at] != head or not place[at].startswith(text):
                break
            found.append(self._items[key])
        return found
