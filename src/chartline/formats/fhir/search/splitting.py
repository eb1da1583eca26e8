"""Values of a query taken apart: ``,`` between alternatives, ``|`` and ``$`` inside one, ``\\`` before each of them.

Refuses nothing: a backslash before anything else stands for itself (R4 search, "escaping search parameters").
"""

from __future__ import annotations

_MARKS = frozenset(",|$\\")


def split(text: str, mark: str, most: int = -1) -> list[str]:
    """The pieces between marks that are not escaped, at most ``most`` + 1 of them; escapes stay as they are."""
    if "\\" not in text:
        return text.split(mark, most)
    pieces: list[str] = []
    start = at = 0
    while at < len(text) and (most < 0 or len(pieces) < most):
        if text[at] == "\\" and text[at + 1 : at + 2] in _MARKS:
            at += 1
        elif text[at] == mark:
            pieces.append(text[start:at])
            start = at + 1
        at += 1
    return [*pieces, text[start:]]


def plain(text: str) -> str:
    """A piece without its escapes."""
    if "\\" not in text:
        return text
    letters: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in _MARKS:
            at += 1
        letters.append(text[at])
        at += 1
    return "".join(letters)


def escaped(text: str) -> str:
    """A text as it must be written inside a query's value."""
    return "".join("\\" + letter if letter in _MARKS else letter for letter in text)
