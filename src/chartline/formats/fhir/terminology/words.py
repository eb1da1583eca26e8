"""Names as words to search by: without case, accents and punctuation, found by their beginnings."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W_]+")


def folded_words(text: str) -> list[str]:
    """The words of a text, folded; their order is kept."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(part for part in parts if not unicodedata.combining(part))
    return _WORD.findall(text.casefold())


def code_forms(code: str) -> tuple[str, ...]:
    """A code as it is written, and without its punctuation: people type E119 for E11.9."""
    plain = "".join(_WORD.findall(code))
    return (code,) if plain == code else (code, plain)


def all_begin(wanted: Sequence[str], names: Iterable[str]) -> bool:
    """Whether each wanted word is the beginning of a word in one of the names."""
    words = [word for name in names for word in folded_words(name)]
    return all(any(word.startswith(one) for word in words) for one in wanted)


class WordIndex:
    """Which of many numbered names have words that begin in a given way. Built once, asked by bisection."""

    def __init__(self, names: Iterable[tuple[int, str]]) -> None:
        places: dict[str, set[int]] = {}
        for place, name in names:
            for word in folded_words(name):
                places.setdefault(word, set()).add(place)
        self._words = sorted(places)
        self._places = [sorted(places[word]) for word in self._words]

    def find(self, wanted: Sequence[str]) -> list[int]:
        """The numbers whose names have a word for each wanted beginning, in rising order."""
        result: set[int] | None = None
        for word in wanted:
            found: set[int] = set()
            for place in range(bisect_left(self._words, word), len(self._words)):
                if not self._words[place].startswith(word):
                    break
                found.update(self._places[place])
            result = found if result is None else result & found
            if not result:
                return []
        return sorted(result or ())
