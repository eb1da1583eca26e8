"""The codes of a value set as a list (R4: operation valueset-expand): filtered, in pages, in the order of its rules.

Lists are flat: R4 leaves trees in an expansion to the server. Refuses with ``fhir.too_costly`` what cannot be listed,
and with ``terminology.unknown_system`` a set of which a part is not here: half a list would be taken for the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from chartline.formats.fhir.terminology.library import Library
from chartline.formats.fhir.terminology.membership import DEEPEST, any_holds, contains
from chartline.formats.fhir.terminology.memory import names_of
from chartline.formats.fhir.terminology.model import Concept, Designation, Filter, Rule, ValueSet, split
from chartline.formats.fhir.terminology.problems import BAD_CONTENT, TOO_COSTLY, UNKNOWN_SYSTEM, UNKNOWN_VALUE_SET
from chartline.formats.fhir.terminology.words import all_begin, folded_words

AT_ONCE = 10_000
"""So many codes are listed without ``count``, and so far a total is counted."""

FARTHEST = 100_000
"""Pages begin no later."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a value set is to be listed; the names are those of the operation's parameters."""

    filter: str = ""
    offset: int = 0
    count: int | None = None
    designations: bool = False
    active_only: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of an expansion."""

    system: str
    version: str
    code: str
    display: str
    abstract: bool = False
    inactive: bool = False
    designations: tuple[Designation, ...] = ()


@dataclass(frozen=True, slots=True)
class Expansion:
    """A page of a value set's codes. ``total`` is None when too many to count; ``versions`` are canonicals."""

    entries: tuple[Entry, ...]
    total: int | None
    offset: int
    versions: tuple[str, ...] = ()


@dataclass(slots=True)
class _Listing:
    library: Library
    words: tuple[str, ...]
    active_only: bool
    limit: int | None = None
    versions: dict[str, None] = field(default_factory=dict)


def expand(library: Library, value_set: ValueSet, asked: Asked) -> Expansion:
    """List a value set."""
    words = tuple(folded_words(asked.filter))
    if asked.filter.strip() and not words:
        return Expansion((), 0, asked.offset)
    if asked.offset > FARTHEST:
        raise TOO_COSTLY.error()
    end = asked.offset + min(AT_ONCE if asked.count is None else asked.count, AT_ONCE)
    counted = max(end, AT_ONCE)
    listing = _Listing(library, words, asked.active_only)
    rule = _only_rule(value_set)
    if rule is not None:
        # One rule on one system: the page is read, and the rest is counted where it lies.
        listing.limit = end
        filters = _filters(rule, asked.active_only or value_set.active_only)
        found = list(islice(_of_system(listing, rule, filters), end))
        system = library.system(rule.system, rule.version)
        count = 0 if system is None else system.count(filters, words, counted + 1)
    else:
        found = list(islice(_distinct(listing, value_set), counted + 1))
        count = len(found)
    more = count > counted
    if asked.count is None and more:
        raise TOO_COSTLY.error()
    page = _named(library, found[asked.offset : end], asked)
    return Expansion(page, None if more else count, asked.offset, tuple(listing.versions))


def _only_rule(value_set: ValueSet) -> Rule | None:
    """The rule of a value set that is nothing but (a part of) one code system, by filters."""
    rule = value_set.include[0] if len(value_set.include) == 1 and not value_set.exclude else None
    return rule if rule is not None and rule.system and rule.codes is None and not rule.value_sets else None


def _filters(rule: Rule, active_only: bool) -> tuple[Filter, ...]:
    return (*rule.filters, Filter("inactive", "=", "false")) if active_only else rule.filters


def _named(library: Library, page: list[Entry], asked: Asked) -> tuple[Entry, ...]:
    """The page with other names where they are asked for: they are read for the page alone, not for what is counted."""
    if not asked.designations and not asked.language:
        return tuple(page)
    wanted: dict[tuple[str, str], list[str]] = {}
    for entry in page:
        wanted.setdefault((entry.system, entry.version), []).append(entry.code)
    known = {}
    for (url, version), codes in wanted.items():
        system = library.system(url, version)
        for code, concept in (system.find_many(codes) if system is not None else {}).items():
            known[url, version, code] = concept
    result = []
    for entry in page:
        concept = known.get((entry.system, entry.version, entry.code))
        if concept is not None:
            in_other = in_language(concept, asked.language)
            entry = replace(
                entry,
                display=in_other if in_other != concept.display else entry.display,
                designations=concept.designations if asked.designations else (),
            )
        result.append(entry)
    return tuple(result)


def _distinct(listing: _Listing, value_set: ValueSet) -> Iterator[Entry]:
    entries = _entries(listing, value_set, 0)
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        key = (entry.system, entry.code)
        if key not in seen:
            seen.add(key)
            yield entry


def _entries(listing: _Listing, value_set: ValueSet, depth: int) -> Iterator[Entry]:
    if depth > DEEPEST:
        raise BAD_CONTENT.error(part="valueSet")
    active_only = listing.active_only or value_set.active_only
    for rule in value_set.include:
        for entry in _listed(listing, rule, active_only, depth):
            if active_only and entry.inactive:
                continue
            if value_set.exclude:
                out = any_holds(listing.library, value_set, value_set.exclude, entry.system, entry.code)
                if out is None:
                    raise UNKNOWN_SYSTEM.error(part="exclude")
                if out:
                    continue
            yield entry


def _listed(listing: _Listing, rule: Rule, active_only: bool, depth: int) -> Iterator[Entry]:
    imported = []
    for canonical in rule.value_sets:
        other = listing.library.value_set(canonical)
        if other is None:
            raise UNKNOWN_VALUE_SET.error(value_set=canonical)
        imported.append(other)
    if rule.system:
        entries = _of_system(listing, rule, _filters(rule, active_only))
    elif imported:
        entries = _entries(listing, imported.pop(0), depth + 1)
    else:
        raise BAD_CONTENT.error(part="include")
    for entry in entries:
        answers = {contains(listing.library, other, entry.system, entry.code, depth + 1) for other in imported}
        if None in answers and False not in answers:
            raise UNKNOWN_SYSTEM.error(part="valueSet")
        if False not in answers:
            yield entry


def _of_system(listing: _Listing, rule: Rule, filters: tuple[Filter, ...]) -> Iterator[Entry]:
    found = listing.library.system(rule.system, rule.version)
    url = split(rule.system)[0]
    version = found.version if found is not None else rule.version
    if rule.codes is not None:
        known = found.find_many(rule.codes) if found is not None else {}
        for code in rule.codes:
            concept = known.get(code) or Concept(code)
            display = rule.displays.get(code, "")
            if not listing.words or all_begin(listing.words, (display, *names_of(concept))):
                yield _entry(listing, url, version, concept, display)
    elif found is None:
        raise UNKNOWN_SYSTEM.error(system=rule.system)
    else:
        for concept in found.select(filters, listing.words, listing.limit):
            yield _entry(listing, url, version, concept, "")


def _entry(listing: _Listing, url: str, version: str, concept: Concept, display: str) -> Entry:
    listing.versions[f"{url}|{version}" if version else url] = None
    return Entry(
        url,
        version,
        concept.code,
        display or concept.display,
        concept.abstract,
        concept.inactive,
    )


def in_language(concept: Concept, language: str) -> str:
    """The display in a language, where there is a name in it (``de`` also serves ``de-AT``); else the usual display."""
    if language:
        for asked in (language.casefold(), language.casefold().partition("-")[0]):
            for one in concept.designations:
                if one.language.casefold() == asked:
                    return one.value
    return concept.display
