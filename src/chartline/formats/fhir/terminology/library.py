"""All places that hold terminology, asked one after the other: what an organisation stored comes before the shipped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartline.formats.fhir.terminology.model import ConceptMap, Source, System, ValueSet, split

_KEPT = 4_000
"""More answers than these are found anew each time."""


class Library:
    """Finds code systems, value sets and concept maps by canonical. Answers are kept for the life of the library."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = tuple(sources)
        # A place may need a query to say no, so that answers are kept too; strangers' canonicals must not fill memory.
        self._systems: dict[tuple[str, str], System | None] = {}
        self._value_sets: dict[str, ValueSet | None] = {}

    def system(self, url: str, version: str = "") -> System | None:
        """A code system; the version may also stand behind the address, as R4's own value sets write it."""
        key = (url, version)
        if key not in self._systems:
            if "|" in url:
                address, inner = split(url)
                return self.system(address, inner or version)
            found = (source.system(url, version) for source in self.sources)
            system = next((one for one in found if one is not None), None)
            if len(self._systems) < _KEPT:
                self._systems[key] = system
            return system
        return self._systems[key]

    def value_set(self, canonical: str) -> ValueSet | None:
        """A value set."""
        if canonical not in self._value_sets:
            url, version = split(canonical)
            found = (source.value_set(url, version) for source in self.sources)
            value_set = next((one for one in found if one is not None), None)
            if len(self._value_sets) < _KEPT:
                self._value_sets[canonical] = value_set
            return value_set
        return self._value_sets[canonical]

    def concept_map(self, canonical: str) -> ConceptMap | None:
        """A concept map."""
        url, version = split(canonical)
        found = (source.concept_map(url, version) for source in self.sources)
        return next((one for one in found if one is not None), None)

    def concept_maps(self) -> Iterator[ConceptMap]:
        """All concept maps, the organisation's own first."""
        for source in self.sources:
            yield from source.concept_maps()
