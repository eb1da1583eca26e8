"""Whether codes are from the value sets that definitions bind them to, as strictly as the binding's strength says.

Required: an error when no code is in the set. Extensible: a warning when every code is known to be outside.
Preferred and example bindings are advice and are not checked. What nobody can decide (a code system that is not
loaded) is told as information when it is required, and passed over otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from chartline.formats.fhir.definitions import required_codes
from chartline.formats.fhir.validation.issue import BINDING, Severity
from chartline.formats.fhir.validation.visit import Item, Visit

OUTSIDE = "must have a code from the required value set"
NO_CODE = "must have a code, and from the required value set"
BETTER = "should have a code from the value set, unless none fits"
UNDECIDED = "could not be checked against the required value set"

_PLAIN = frozenset({"string", "uri"})

Code = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Bound:
    """A value set, how strictly it binds, and the outer set that must not be left (``maxValueSet``), if any."""

    strength: str
    value_set: str
    outer: str | None = None
    profile: str | None = None
    choice: bool = False
    """Whether the element has several types; then it speaks of coded ones, and a plain text is not a code."""


def check_binding(bound: Bound, item: Item, visit: Visit) -> None:
    """Report the value when its codes are not where they have to be."""
    if bound.choice and item.type in _PLAIN:
        return
    if bound.strength == "required":
        _required(bound.value_set, bound.profile, item, visit)
    elif bound.strength == "extensible":
        _extensible(bound.value_set, bound.profile, item, visit)
    if bound.outer is not None:
        _required(bound.outer, bound.profile, item, visit)


def in_value_set(value_set: str, item: Item, visit: Visit) -> bool | None:
    """Whether any code of a value is in a value set; None when it cannot be decided."""
    answers = {_member(value_set, code, visit) for code in codes(item)}
    if True in answers:
        return True
    return None if None in answers else False


def codes(item: Item) -> list[Code]:
    """The codes of a coded value, with their systems where the type has them."""
    value = item.value
    if isinstance(value, str):
        return [(None, value)]
    if not isinstance(value, dict):
        return []
    if item.type == "CodeableConcept":
        parts = value.get("coding")
        return [code for part in parts if (code := _code(part))] if isinstance(parts, list) else []
    found = _code(value)
    return [found] if found else []


def _required(value_set: str, profile: str | None, item: Item, visit: Visit) -> None:
    if not codes(item):
        if _says_something_else(item):
            return
        _say(visit, item, NO_CODE, value_set, profile, Severity.ERROR)
        return
    inside = in_value_set(value_set, item, visit)
    if inside is False:
        _say(visit, item, OUTSIDE, value_set, profile, Severity.ERROR)
    elif inside is None and visit.terminology is not None:
        _say(visit, item, UNDECIDED, value_set, profile, Severity.INFORMATION)


def _says_something_else(item: Item) -> bool:
    """A value with extensions only says why there is no code; a quantity without a unit has none to check."""
    if item.value is None or item.type == "Quantity":
        return True
    return isinstance(item.value, dict) and "extension" in item.value and "text" not in item.value


def _extensible(value_set: str, profile: str | None, item: Item, visit: Visit) -> None:
    if codes(item) and in_value_set(value_set, item, visit) is False:
        _say(visit, item, BETTER, value_set, profile, Severity.WARNING)


def _say(visit: Visit, item: Item, rule: str, value_set: str, profile: str | None, severity: Severity) -> None:
    code = "not-supported" if rule == UNDECIDED else "code-invalid"
    visit.report.say(BINDING, code, item.at, rule, key=value_set, profile=profile, severity=severity)


def _member(value_set: str, code: Code, visit: Visit) -> bool | None:
    system, symbol = code
    if system is None:
        listed = required_codes(value_set)
        if listed is not None:
            return symbol in listed
    return visit.terminology.member(value_set, system, symbol) if visit.terminology is not None else None


def _code(value: object) -> Code | None:
    if not isinstance(value, dict):
        return None
    code, system = value.get("code"), value.get("system")
    return (system if isinstance(system, str) else None, code) if isinstance(code, str) else None
