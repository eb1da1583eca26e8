"""Whether a code is in a value set: yes, no, or that nobody here can say (R4: valueset.html, section 4.9.5).

Three answers, because a code system that is not loaded proves nothing. An include holds when all its parts hold; a code
is in the set when any include holds and no exclude does.
"""

from __future__ import annotations

from chartline.formats.fhir.terminology.library import Library
from chartline.formats.fhir.terminology.model import Rule, System, ValueSet, fits, split
from chartline.formats.fhir.terminology.problems import BAD_CONTENT

DEEPEST = 20
"""Value sets may import each other to this depth; more is a circle."""


def contains(library: Library, value_set: ValueSet, system: str | None, code: str, depth: int = 0) -> bool | None:
    """Whether a code is in a value set. Without a system the code may be of any system of the set.

    Raises ``terminology.bad_content`` for value sets that import themselves, ``terminology.bad_filter``.
    """
    if depth > DEEPEST:
        raise BAD_CONTENT.error(part="valueSet")
    inside = any_holds(library, value_set, value_set.include, system, code, depth)
    if inside is False or not value_set.exclude:
        return inside
    outside = any_holds(library, value_set, value_set.exclude, system, code, depth)
    if outside is True:
        return False
    return None if outside is None else inside


def any_holds(
    library: Library, value_set: ValueSet, rules: tuple[Rule, ...], system: str | None, code: str, depth: int = 0
) -> bool | None:
    """Whether any of some rules of a value set holds for a code."""
    unsure = False
    for rule in rules:
        holds = _holds(library, value_set, rule, system, code, depth)
        if holds:
            return True
        unsure = unsure or holds is None
    return None if unsure else False


def _holds(library: Library, value_set: ValueSet, rule: Rule, system: str | None, code: str, depth: int) -> bool | None:
    inside = _in_system(library, value_set, rule, system, code) if rule.system else True
    if inside is False:
        return False
    for canonical in rule.value_sets:
        other = library.value_set(canonical)
        imported = None if other is None else contains(library, other, system, code, depth + 1)
        if imported is False:
            return False
        if imported is None:
            inside = None
    return inside


def _in_system(library: Library, value_set: ValueSet, rule: Rule, system: str | None, code: str) -> bool | None:
    url, inner = split(rule.system)
    pinned, version = inner or rule.version, ""
    if system is not None and system != rule.system:
        address, version = split(system)
        if address != url or (pinned and version and not fits(version, pinned) and not fits(pinned, version)):
            return False
    if rule.codes is not None and rule.lists(code) and not value_set.active_only:
        return True
    found = library.system(url, pinned or version)
    if rule.codes is not None:
        return _enumerated(found, rule, value_set, code)
    if found is None:
        return None
    answer = found.passes(code, rule.filters)
    if answer and value_set.active_only:
        concept = found.find(code)
        return concept is not None and not concept.inactive
    return answer


def _enumerated(found: System | None, rule: Rule, value_set: ValueSet, code: str) -> bool:
    """A listed code: in other letters where the system allows it, and not inactive where that is asked for."""
    listed = rule.lists(code)
    if not listed and found is not None and found.any_case:
        listed = any(one.casefold() == code.casefold() for one in rule.codes or ())
    if listed and value_set.active_only and found is not None:
        concept = found.find(code)
        return concept is None or not concept.inactive
    return listed
