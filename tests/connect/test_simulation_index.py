"""Indexes of a shelf find what a walk over the shelf would find, whatever was put, changed and removed."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from chartline.connect.simulation.shelf import Shelf, Store


class Thing(msgspec.Struct):
    name: str
    tags: list[str]
    size: int


NAMES = st.text("ABÑ", max_size=3)
ACTS = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.booleans(), NAMES, st.lists(st.sampled_from("xyz"), max_size=2), st.integers(0, 5)
    ),
    max_size=12,
)


@given(ACTS, NAMES, st.integers(0, 5), st.integers(0, 5))
def test_an_index_agrees_with_a_walk(
    acts: list[tuple[str, bool, str, list[str], int]], head: str, low: int, high: int
) -> None:
    store = Store(None)
    shelf: Shelf[Thing] = Shelf(store, "thing", Thing)
    by_tag = shelf.groups(lambda thing: thing.tags)
    by_name = shelf.order(lambda thing: ("office", thing.name))
    by_size = shelf.order(lambda thing: (thing.size, thing.name))
    for key, removing, name, tags, size in acts:
        if removing:
            shelf.remove(key)
        elif (kept := shelf.get(key)) is not None:
            kept.name, kept.tags, kept.size = name, tags, size
            shelf.put(key, kept)
        else:
            shelf.put(key, Thing(name, tags, size))
    things = list(shelf)
    for tag in "xyz":
        assert sorted(map(id, by_tag.at(tag))) == sorted(id(thing) for thing in things if tag in thing.tags)
        assert (tag in by_tag) == any(tag in thing.tags for thing in things)
    named = [thing for thing in things if thing.name.startswith(head)]
    assert [thing.name for thing in by_name.beginning(("office",), head)] == sorted(thing.name for thing in named)
    assert by_name.beginning(("elsewhere",), head) == []
    ranged = by_size.between((low,), (high,))
    assert sorted(map(id, ranged)) == sorted(id(thing) for thing in things if low <= thing.size <= high)
    assert [thing.size for thing in ranged] == sorted(thing.size for thing in ranged)
    again: Shelf[Thing] = Shelf(store, "thing", Thing)
    assert len(again.order(lambda thing: (thing.name,)).beginning((), head)) == len(named)
    store.close()
