"""A code system whose concepts are in memory: those that are shipped, and those that are stored as resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock

from chartline.formats.fhir.terminology.filters import passes_all
from chartline.formats.fhir.terminology.model import COMPLETE, Concept, Designation, Filter
from chartline.formats.fhir.terminology.words import WordIndex, all_begin, code_forms

_SMALL = 100
"""Up to so many concepts are looked through one by one; an index is not worth its memory."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The concepts of a system, place by place; what few concepts have is kept by code."""

    codes: Sequence[str]
    displays: Sequence[str]
    definitions: Sequence[str] = ()
    parents: Mapping[str, Sequence[str]] = field(default_factory=dict)
    properties: Mapping[str, Mapping[str, str | bool | int]] = field(default_factory=dict)
    designations: Mapping[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)


class MemorySystem:
    """A ``System`` in memory. Safe to share between threads: what is built later is built whole, then put in place."""

    def __init__(
        self, url: str, version: str, name: str, content: str, columns: Columns, *, any_case: bool = False, id: str = ""
    ) -> None:
        self.url, self.version, self.name, self.content, self.id = url, version, name, content, id
        self.any_case = any_case
        self._columns = columns
        self._places = {
            (code.casefold() if any_case else code): place for place, code in reversed(tuple(enumerate(columns.codes)))
        }
        self._below: Mapping[str, Sequence[str]] | None = None
        self._words: WordIndex | None = None
        self._building = Lock()

    def __len__(self) -> int:
        return len(self._columns.codes)

    def find(self, code: str) -> Concept | None:
        """The concept of a code; the first one if a system names it twice."""
        place = self._places.get(code.casefold() if self.any_case else code)
        return None if place is None else self._concept(place)

    def find_many(self, codes: Sequence[str]) -> Mapping[str, Concept]:
        """The concepts of many codes."""
        return {code: concept for code in codes if (concept := self.find(code)) is not None}

    def _concept(self, place: int) -> Concept:
        columns = self._columns
        code = columns.codes[place]
        return Concept(
            code,
            columns.displays[place],
            columns.definitions[place] if columns.definitions else "",
            tuple(columns.parents.get(code, ())),
            columns.properties.get(code, {}),
            tuple(Designation(*one) for one in columns.designations.get(code, ())),
        )

    def children(self, code: str) -> Sequence[str]:
        """The codes directly below a code, in the order of the system."""
        if self._below is None:
            below: dict[str, list[str]] = {}
            for one in self._columns.codes:
                for parent in self._columns.parents.get(one, ()):
                    below.setdefault(parent, []).append(one)
            self._below = below
        return self._below.get(code, ())

    def is_a(self, code: str, ancestor: str) -> bool:
        """Whether a code is another one or below it. A circle in the parents ends, it does not hang."""
        parents = self._columns.parents
        seen = {code}
        waiting = [code]
        while waiting:
            one = waiting.pop()
            if one == ancestor:
                return True
            for parent in parents.get(one, ()):
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return False

    def passes(self, code: str, filters: Sequence[Filter]) -> bool | None:
        """Whether the code is here and passes; None for a code that is missing where not every code is here."""
        concept = self.find(code)
        if concept is None:
            return False if self.content == COMPLETE else None
        return passes_all(self, concept, filters)

    def select(self, filters: Sequence[Filter], words: Sequence[str], limit: int | None) -> Iterator[Concept]:
        """The concepts in the order of the system; the caller stops when it has enough."""
        if words and len(self) > _SMALL:
            for place in self._index().find(words):
                concept = self._concept(place)
                if passes_all(self, concept, filters):
                    yield concept
            return
        for place in range(len(self)):
            concept = self._concept(place)
            if (not words or all_begin(words, names_of(concept))) and passes_all(self, concept, filters):
                yield concept

    def count(self, filters: Sequence[Filter], words: Sequence[str], most: int) -> int:
        """How many concepts pass, counted up to ``most``."""
        return sum(1 for _ in islice(self.select(filters, words, most), most))

    def _index(self) -> WordIndex:
        if self._words is None:
            with self._building:
                if self._words is None:
                    places = range(len(self))
                    concepts = ((place, self._concept(place)) for place in places)
                    self._words = WordIndex((place, name) for place, one in concepts for name in names_of(one))
        return self._words


def names_of(concept: Concept) -> Iterator[str]:
    """All that a text filter looks at: the code, the display and the other names."""
    yield from code_forms(concept.code)
    yield concept.display
    for one in concept.designations:
        yield one.value
