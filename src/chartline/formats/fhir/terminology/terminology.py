"""One door to all terminology: what is shipped, and whatever other sources are handed in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from chartline.formats.fhir.terminology import checking, concepts, translation
from chartline.formats.fhir.terminology.checking import Coding, Verdict
from chartline.formats.fhir.terminology.expansion import Asked, Expansion, expand
from chartline.formats.fhir.terminology.implicit import Implicit
from chartline.formats.fhir.terminology.library import Library
from chartline.formats.fhir.terminology.membership import contains
from chartline.formats.fhir.terminology.model import ConceptMap, Source, System, ValueSet
from chartline.formats.fhir.terminology.problems import TOO_COSTLY, UNKNOWN_VALUE_SET
from chartline.formats.fhir.terminology.shipped import shipped
from chartline.kernel.errors import ChartlineError

_ASKED_AT_ONCE = 5_000


class Terminology:
    """Questions about codes. ``sources`` are asked before the shipped content."""

    def __init__(self, sources: Sequence[Source] = ()) -> None:
        self.library = Library((*sources, Implicit(), shipped()))

    def member(self, value_set: str, system: str | None, code: str) -> bool | None:
        """Whether a code is in a value set by canonical; None when that cannot be decided here. Never raises.

        Without a system (elements of type code) the code may be of any system of the set.
        """
        found = self.library.value_set(value_set)
        if found is None:
            return None
        try:
            return contains(self.library, found, system, code)
        except ChartlineError:
            return None

    def knows(self, system: str, code: str) -> bool | None:
        """Whether a code system has a code; None when the system, or a part of it, is not here."""
        found = self.library.system(system)
        return None if found is None else found.passes(code, ())

    def display(self, system: str, code: str) -> str | None:
        """The display of a code, where it is known."""
        found = self.library.system(system)
        concept = found.find(code) if found is not None else None
        return concept.display or None if concept is not None else None

    def value_set(self, canonical: str) -> ValueSet:
        """A value set. Raises ``terminology.unknown_value_set``."""
        found = self.library.value_set(canonical)
        if found is None:
            raise UNKNOWN_VALUE_SET.error(value_set=canonical)
        return found

    def system(self, url: str, version: str = "") -> System:
        """A code system. Raises ``terminology.unknown_system``."""
        return concepts.system_here(self.library, url, version)

    def codes_of(self, value_set: str, limit: int = _ASKED_AT_ONCE) -> frozenset[tuple[str, str]]:
        """The (system, code) pairs of a value set, for a search with ``:in``.

        Raises ``fhir.too_costly`` above the limit, ``terminology.unknown_value_set``, ``terminology.unknown_system``.
        """
        found = expand(self.library, self.value_set(value_set), Asked(count=limit + 1))
        if len(found.entries) > limit:
            raise TOO_COSTLY.error()
        return frozenset((entry.system, entry.code) for entry in found.entries)

    def below(self, system: str, code: str) -> frozenset[str]:
        """A code and all below it, for a search with ``:below``."""
        return concepts.codes_below(self.library, system, code)

    def above(self, system: str, code: str) -> frozenset[str]:
        """A code and all above it, for a search with ``:above``."""
        return concepts.codes_above(self.library, system, code)

    def expand(self, value_set: ValueSet, asked: Asked | None = None) -> Expansion:
        """The codes of a value set as a list."""
        return expand(self.library, value_set, asked or Asked())

    def validate_in_value_set(
        self, value_set: ValueSet, codings: Sequence[Coding], *, abstract: bool = True
    ) -> Verdict:
        """Whether any of the codings is in a value set."""
        return checking.in_value_set(self.library, value_set, codings, abstract=abstract)

    def validate_in_system(self, system: System, codings: Sequence[Coding], *, abstract: bool = True) -> Verdict:
        """Whether any of the codings is in a code system."""
        return checking.in_system(self.library, system, codings, abstract=abstract)

    def look_up(
        self, system: str, code: str, version: str = "", wanted: Sequence[str] = (), language: str = ""
    ) -> concepts.Known:
        """What is known of a code."""
        return concepts.look_up(self.library, system, code, version, wanted, language)

    def subsumes(self, system: str, one: str, other: str, version: str = "") -> str:
        """How code A stands to code B: equivalent, subsumes, subsumed-by or not-subsumed."""
        return concepts.subsumption(self.library, system, one, other, version)

    def translate(
        self, codings: Sequence[Coding], wanted: translation.Wanted, given: ConceptMap | None = None
    ) -> tuple[translation.Match, ...]:
        """The translations of codes."""
        return translation.translate(self.library, codings, wanted, given)


@cache
def shipped_terminology() -> Terminology:
    """The terminology of a process that has nothing but what is shipped."""
    return Terminology()
