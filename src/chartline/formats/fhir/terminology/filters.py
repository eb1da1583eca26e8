"""The filters of a value set's rules on one concept (R4: ValueSet.compose.include.filter, filter-operator).

Refuses operators that R4 does not have, and patterns that could take for ever: a repeated group may hold no other
repetition and no alternatives, and no more than four parts may repeat.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from chartline.formats.fhir.terminology.model import Concept, Filter, System
from chartline.formats.fhir.terminology.problems import BAD_FILTER

OPERATORS = frozenset(
    {"=", "is-a", "descendent-of", "is-not-a", "regex", "in", "not-in", "generalizes", "exists"},
)

_LONGEST_PATTERN = 200
_MOST_REPEATS = 4
_REPEAT = re.compile(r"[*+{]")
_ENDLESS = re.compile(r"\((?:[^()\\]|\\.)*[*+?{|](?:[^()\\]|\\.)*\)[*+{]|\)\)[*+{]|\\\d")


def passes_all(system: System, concept: Concept, filters: Sequence[Filter]) -> bool:
    """Whether a concept passes every filter. Raises ``terminology.bad_filter``."""
    return all(_passes(system, concept, one) for one in filters)


def _passes(system: System, concept: Concept, one: Filter) -> bool:
    match one.op:
        case "is-a":
            return system.is_a(concept.code, one.value)
        case "descendent-of":
            return concept.code != one.value and system.is_a(concept.code, one.value)
        case "is-not-a":
            return not system.is_a(concept.code, one.value)
        case "generalizes":
            return system.is_a(one.value, concept.code)
    values = values_of(system, concept, one.property)
    match one.op:
        case "=":
            return one.value in values
        case "in":
            return not values.isdisjoint(part.strip() for part in one.value.split(","))
        case "not-in":
            return values.isdisjoint(part.strip() for part in one.value.split(","))
        case "exists":
            return bool(values) == (one.value == "true")
        case "regex":
            pattern = compiled(one.value)
            return any(pattern.fullmatch(value) for value in values)
    raise BAD_FILTER.error(operator=one.op[:20])


def values_of(system: System, concept: Concept, name: str) -> frozenset[str]:
    """The values of a property as text; code, display, definition, inactive, parent and child count as properties."""
    match name:
        case "code" | "concept":
            return frozenset((concept.code,))
        case "inactive":
            return frozenset(("true" if concept.inactive else "false",))
        case "display":
            return frozenset((concept.display,) if concept.display else ())
        case "definition":
            return frozenset((concept.definition,) if concept.definition else ())
        case "parent":
            return frozenset(concept.parents)
        case "child":
            return frozenset(system.children(concept.code))
    value = concept.properties.get(name)
    if value is None:
        return frozenset()
    return frozenset((str(value).lower() if isinstance(value, bool) else str(value),))


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """A filter's pattern, for whole values. Raises ``terminology.bad_filter`` for a wrong or a dangerous one."""
    if len(pattern) > _LONGEST_PATTERN or _ENDLESS.search(pattern) or len(_REPEAT.findall(pattern)) > _MOST_REPEATS:
        raise BAD_FILTER.error(operator="regex")
    try:
        return re.compile(pattern)
    except re.error:
        raise BAD_FILTER.error(operator="regex") from None
