"""What a code is in another code system (R4: operation conceptmap-translate)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chartline.formats.fhir.terminology.checking import Coding
from chartline.formats.fhir.terminology.library import Library
from chartline.formats.fhir.terminology.model import ConceptMap, MapGroup, split
from chartline.formats.fhir.terminology.problems import BAD_CONTENT, UNKNOWN_MAP

_DEEPEST = 5
_NO_MATCH = ("unmatched", "disjoint")
_BACK = {"wider": "narrower", "narrower": "wider", "subsumes": "specializes", "specializes": "subsumes"}

NOTHING_FOUND = "No mapping for the code was found."


@dataclass(frozen=True, slots=True)
class Match:
    """One translation. ``map`` is the canonical of the map it comes from."""

    equivalence: str
    system: str
    code: str
    display: str
    map: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which maps are asked: one by canonical, or those between two value sets, or those that lead to a system."""

    map: str = ""
    source: str = ""
    target: str = ""
    target_system: str = ""
    reverse: bool = False


def translate(
    library: Library, codings: Sequence[Coding], wanted: Wanted, given: ConceptMap | None = None
) -> tuple[Match, ...]:
    """The translations of codes, without repeats. ``given`` is a map that came with the question.

    Raises ``terminology.unknown_map`` when no map answers the description.
    """
    maps = [given] if given is not None else list(_maps(library, wanted))
    if not maps:
        raise UNKNOWN_MAP.error()
    found = [
        match
        for one in maps
        for coding in codings
        for match in _through(library, one, coding, wanted, 0)
        if not wanted.target_system or match.system == wanted.target_system
    ]
    return tuple(dict.fromkeys(found))


def is_match(matches: Sequence[Match]) -> bool:
    """Whether any translation says more than that there is none."""
    return any(one.code and one.equivalence not in _NO_MATCH for one in matches)


def _maps(library: Library, wanted: Wanted) -> Iterator[ConceptMap]:
    if wanted.map:
        named = library.concept_map(wanted.map)
        if named is not None:
            yield named
        return
    for one in library.concept_maps():
        source, target = (one.target, one.source) if wanted.reverse else (one.source, one.target)
        if wanted.source and split(source)[0] != split(wanted.source)[0]:
            continue
        if wanted.target and split(target)[0] != split(wanted.target)[0]:
            continue
        if wanted.target_system and not any(_leads(group, wanted) for group in one.groups):
            continue
        yield one


def _leads(group: MapGroup, wanted: Wanted) -> bool:
    return (group.source if wanted.reverse else group.target) == wanted.target_system


def _through(library: Library, one: ConceptMap, coding: Coding, wanted: Wanted, depth: int) -> Iterator[Match]:
    if depth > _DEEPEST:
        raise BAD_CONTENT.error(part="unmapped")
    for group in one.groups:
        if wanted.reverse:
            yield from _back(library, one, group, coding)
        elif not coding.system or not group.source or coding.system == group.source:
            yield from _forth(library, one, group, coding, wanted, depth)


def _forth(
    library: Library, one: ConceptMap, group: MapGroup, coding: Coding, wanted: Wanted, depth: int
) -> Iterator[Match]:
    targets = group.elements.get(coding.code)
    if targets is not None:
        for target in targets:
            yield _match(library, target.equivalence, group.target, target.code, one.url)
    elif group.unmapped is not None:
        mode, code, other = group.unmapped
        if mode == "provided":
            yield _match(library, "equal", group.target, coding.code, one.url)
        elif mode == "fixed":
            yield _match(library, "inexact", group.target, code, one.url)
        elif mode == "other-map":
            another = library.concept_map(other)
            if another is not None:
                yield from _through(library, another, coding, wanted, depth + 1)


def _back(library: Library, one: ConceptMap, group: MapGroup, coding: Coding) -> Iterator[Match]:
    if coding.system and group.target and coding.system != group.target:
        return
    for source, targets in group.elements.items():
        for target in targets:
            if target.code == coding.code and target.code:
                equivalence = _BACK.get(target.equivalence, target.equivalence)
                yield _match(library, equivalence, group.source, source, one.url)


def _match(library: Library, equivalence: str, system: str, code: str, canonical: str) -> Match:
    found = library.system(system) if system and code else None
    concept = found.find(code) if found is not None else None
    return Match(equivalence, system, code, concept.display if concept is not None else "", canonical)
