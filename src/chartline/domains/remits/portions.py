"""Long rows of things in portions, each small enough for one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

PORTION = 500
"""Claims of one transaction. A remittance with no more of them is taken in and posted in one."""


def portions(things: Iterable[T], size: int = PORTION) -> Iterator[list[T]]:
    """Lists of ``size`` things, the last one shorter; nothing is read ahead of them."""
    rest = iter(things)
    while portion := list(islice(rest, size)):
        yield portion
