"""Code systems, value sets and concept maps as values, and what a place that holds them must offer.

A ``System`` may hold a dozen concepts in memory or a million in a database; the rules above ask the same questions of
both. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

COMPLETE = "complete"
"""The content of a system of which every code is here: a code that is not found is wrong."""


@dataclass(frozen=True, slots=True)
class Designation:
    """Another name of a concept. ``language`` and ``use`` (a code of designation-usage) may be empty."""

    language: str
    use: str
    value: str


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept. ``parents`` are the codes directly above it; ``properties`` by their codes."""

    code: str
    display: str = ""
    definition: str = ""
    parents: tuple[str, ...] = ()
    properties: Mapping[str, str | bool | int] = field(default_factory=dict)
    designations: tuple[Designation, ...] = ()

    @property
    def inactive(self) -> bool:
        """Not to be used any more: retired or marked inactive. A deprecated concept is still active in R4's sense."""
        return self.properties.get("inactive") in (True, "true") or self.properties.get("status") in (
            "retired",
            "inactive",
        )

    @property
    def abstract(self) -> bool:
        """Only a heading over others, not a code to be recorded."""
        return any(self.properties.get(name) in (True, "true") for name in ("notSelectable", "abstract"))


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a value set's rule; ``op`` is a code of filter-operator."""

    property: str
    op: str
    value: str


class System(Protocol):
    """One version of a code system and its concepts."""

    @property
    def url(self) -> str:
        """The canonical address."""

    @property
    def version(self) -> str:
        """The version, or empty text."""

    @property
    def name(self) -> str:
        """A name for people."""

    @property
    def content(self) -> str:
        """How much is here: complete, fragment, example or supplement; ``grammar`` when a rule makes the codes."""

    @property
    def any_case(self) -> bool:
        """Whether codes may be written in upper or lower case."""

    def find(self, code: str) -> Concept | None:
        """The concept of a code, by the system's own rule of upper and lower case."""

    def find_many(self, codes: Sequence[str]) -> Mapping[str, Concept]:
        """The concepts of many codes in one go, by the codes as asked."""

    def children(self, code: str) -> Sequence[str]:
        """The codes directly below a code."""

    def is_a(self, code: str, ancestor: str) -> bool:
        """Whether a code is another one or below it."""

    def passes(self, code: str, filters: Sequence[Filter]) -> bool | None:
        """Whether a code is here and passes all filters; None when that cannot be decided."""

    def select(self, filters: Sequence[Filter], words: Sequence[str], limit: int | None) -> Iterator[Concept]:
        """The concepts that pass all filters, and whose names have a word that begins with each of ``words``.

        Words are folded (see ``words``). No more than ``limit`` are needed. Raises ``terminology.bad_filter``.
        """

    def count(self, filters: Sequence[Filter], words: Sequence[str], most: int) -> int:
        """How many concepts ``select`` would give, counted up to ``most``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One include or exclude of a value set: all its parts must hold. ``codes`` is None when not enumerated."""

    system: str = ""
    version: str = ""
    codes: tuple[str, ...] | None = None
    displays: Mapping[str, str] = field(default_factory=dict)
    filters: tuple[Filter, ...] = ()
    value_sets: tuple[str, ...] = ()
    _listed: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_listed", frozenset(self.codes or ()))

    def lists(self, code: str) -> bool:
        """Whether the code is among the enumerated ones, letter by letter."""
        return code in self._listed


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A value set: what is in any include and in no exclude. ``active_only`` leaves inactive concepts out."""

    url: str
    version: str
    name: str
    title: str
    include: tuple[Rule, ...]
    exclude: tuple[Rule, ...] = ()
    active_only: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a code is mapped to. ``equivalence`` is a code of concept-map-equivalence; ``code`` is empty for none."""

    code: str
    equivalence: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class MapGroup:
    """The mappings between two code systems. ``unmapped`` is (mode, code, canonical of another map) or None."""

    source: str
    target: str
    elements: Mapping[str, tuple[Target, ...]]
    unmapped: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class ConceptMap:
    """A concept map; ``source`` and ``target`` are canonicals of value sets, or empty."""

    url: str
    version: str
    name: str
    source: str
    target: str
    groups: tuple[MapGroup, ...]
    id: str = ""


class Source(Protocol):
    """A place that holds terminology. An empty version asks for the newest."""

    def system(self, url: str, version: str) -> System | None:
        """A code system by its canonical."""

    def value_set(self, url: str, version: str) -> ValueSet | None:
        """A value set by its canonical."""

    def concept_map(self, url: str, version: str) -> ConceptMap | None:
        """A concept map by its canonical."""

    def concept_maps(self) -> Sequence[ConceptMap]:
        """All concept maps, for a translation that names none."""


def split(canonical: str) -> tuple[str, str]:
    """A canonical as address and version; the version may be empty."""
    url, _, version = canonical.partition("|")
    return url, version


def fits(asked: str, version: str) -> bool:
    """Whether a version is the asked one: equal, or asked with fewer parts; empty asks for any.

    ``4.0`` is 4.0.1, and an edition of SNOMED CT is any version of it (``.../731000124108/version/20240901``).
    """
    return not asked or asked == version or version.startswith((asked + ".", asked + "/"))
