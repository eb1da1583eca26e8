"""What is known of one code, and how two codes stand to each other (R4: operations lookup and subsumes)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from chartline.formats.fhir.terminology.expansion import in_language
from chartline.formats.fhir.terminology.library import Library
from chartline.formats.fhir.terminology.model import Concept, Designation, Filter, System
from chartline.formats.fhir.terminology.problems import TOO_COSTLY, UNKNOWN_CODE, UNKNOWN_SYSTEM

WIDEST = 5_000
"""So many codes below one code are given to a search."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a code. ``properties`` are (name, value); parents and children are among them."""

    system: str
    name: str
    version: str
    display: str
    definition: str
    designations: tuple[Designation, ...]
    properties: tuple[tuple[str, str | bool | int], ...]


def system_here(library: Library, url: str, version: str = "") -> System:
    """A code system, or ``terminology.unknown_system``."""
    found = library.system(url, version)
    if found is None:
        raise UNKNOWN_SYSTEM.error(system=url)
    return found


def concept_here(system: System, code: str) -> Concept:
    """A concept, or ``terminology.unknown_code``."""
    concept = system.find(code)
    if concept is None:
        raise UNKNOWN_CODE.error(system=system.url)
    return concept


def look_up(
    library: Library, url: str, code: str, version: str = "", wanted: Sequence[str] = (), language: str = ""
) -> Known:
    """What is known of a code. ``wanted`` names properties; without it all are given."""
    system = system_here(library, url, version)
    concept = concept_here(system, code)
    properties: list[tuple[str, str | bool | int]] = [("inactive", concept.inactive)]
    properties += sorted((name, value) for name, value in concept.properties.items() if name != "inactive")
    properties += [("parent", parent) for parent in concept.parents]
    if not wanted or "child" in wanted or "*" in wanted:
        properties += [("child", child) for child in system.children(concept.code)]
    if wanted and "*" not in wanted:
        properties = [one for one in properties if one[0] in wanted]
    return Known(
        system.url,
        system.name,
        system.version,
        in_language(concept, language),
        concept.definition if not wanted or "definition" in wanted or "*" in wanted else "",
        concept.designations if not wanted or "designation" in wanted or "*" in wanted else (),
        tuple(properties),
    )


def subsumption(library: Library, url: str, one: str, other: str, version: str = "") -> str:
    """How code A stands to code B, as a code of concept-subsumption-outcome."""
    system = system_here(library, url, version)
    first, second = concept_here(system, one).code, concept_here(system, other).code
    if first == second:
        return "equivalent"
    if system.is_a(second, first):
        return "subsumes"
    return "subsumed-by" if system.is_a(first, second) else "not-subsumed"


def codes_below(library: Library, url: str, code: str, version: str = "") -> frozenset[str]:
    """A code and all below it; only itself when the system is not here. Raises ``fhir.too_costly`` when too many."""
    return _related(library, url, version, code, "is-a")


def codes_above(library: Library, url: str, code: str, version: str = "") -> frozenset[str]:
    """A code and all above it."""
    return _related(library, url, version, code, "generalizes")


def _related(library: Library, url: str, version: str, code: str, op: str) -> frozenset[str]:
    """One selection, not a walk: a loaded system answers it with one query."""
    system = library.system(url, version)
    if system is None or system.content == "grammar":
        return frozenset((code,))
    found = {one.code for one in islice(system.select((Filter("concept", op, code),), (), WIDEST + 1), WIDEST + 1)}
    if len(found) > WIDEST:
        raise TOO_COSTLY.error()
    return frozenset(found | {code})
