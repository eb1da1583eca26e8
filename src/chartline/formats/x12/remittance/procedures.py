"""Procedure composites (SVC01), each text read once: a practice bills a few hundred of them."""

from __future__ import annotations

MOST_REMEMBERED = 1 << 12

Procedure = tuple[str, str, tuple[str, ...], str]
"""What kind of code it is, the code, its modifiers, the payer's description."""


class Procedures(dict[str, Procedure]):
    """Procedures by their text, for one component separator; blanks around components do not matter."""

    __slots__ = ("_separator",)

    def __init__(self, separator: str) -> None:
        super().__init__()
        self._separator = separator

    def __missing__(self, text: str) -> Procedure:
        parts = [part.strip() for part in text.split(self._separator)] if text else [""]
        parts += [""] * (7 - len(parts))
        modifiers = tuple(part for part in parts[2:6] if part)
        value = (parts[0], parts[1], modifiers, parts[6])
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[text] = value
        return value
