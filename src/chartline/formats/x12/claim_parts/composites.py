"""Composite elements as values, each text read once for one component separator.

A practice bills a few hundred procedures and diagnoses, so looking one up is much cheaper than taking it apart. Blanks
around components do not matter. The memory is bounded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_REMEMBERED = 1 << 13

Procedure = tuple[str, str, tuple[str, ...], str]
"""What kind of code it is, the code, its modifiers, the description."""


class Remembered(dict[str, T], Generic[T]):
    """Values by their text. Raises what ``read`` raises, ValueError for a text that cannot be read."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[str], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> T:
        value = self._read(text)
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[text] = value
        return value


class Composites:
    """What the composites of one interchange mean: ``procedures``, ``pointers`` and the ``parts`` of all others."""

    __slots__ = ("_separator", "parts", "pointers", "procedures")

    def __init__(self, separator: str) -> None:
        self._separator = separator
        self.parts = Remembered(self._split)
        self.procedures = Remembered(self._procedure)
        self.pointers = Remembered(self._pointers)

    def _split(self, text: str) -> tuple[str, ...]:
        if not text:
            return ()
        return tuple(part.strip() for part in text.split(self._separator)) if self._separator else (text.strip(),)

    def _procedure(self, text: str) -> Procedure:
        parts = [*self._split(text), *[""] * 7]
        return parts[0], parts[1], tuple(part for part in parts[2:6] if part), parts[6]

    def _pointers(self, text: str) -> tuple[int, ...]:
        parts = [part for part in self._split(text) if part]
        if not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
            raise ValueError("not a pointer")
        return tuple(int(part) for part in parts)
