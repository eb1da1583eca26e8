"""Resources spoilt at random: anything may stand anywhere."""

from __future__ import annotations

from copy import deepcopy
from random import Random

from hypothesis import strategies as st

PLACES = st.randoms(use_true_random=False)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "id", "value"]), inner, max_size=3)
    ),
    max_leaves=4,
)


def spoil(holder: object, places: Random, value: object) -> None:
    """Go down at random, and put the value somewhere."""
    while True:
        members = list(holder.items()) if isinstance(holder, dict) else []
        if isinstance(holder, list):
            members = list(enumerate(holder))
        name, below = places.choice(members)
        if isinstance(below, dict | list) and below and places.random() < 0.8:
            holder = below
            continue
        if isinstance(holder, dict | list):
            holder[name] = deepcopy(value)
        return
