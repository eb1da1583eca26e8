"""Explains a condition back in a sentence, as a biller would say it."""

from __future__ import annotations

from chartline.domains.claims.conditions.language import AllOf, AnyOf, Condition, Not, Test
from chartline.domains.claims.conditions.vocabulary import FIELDS, Kind

_WORDS = {
    "is": "is {}",
    "is_not": "is not {}",
    "starts_with": "begins with {}",
    "between": "is between {}",
    "missing": "is missing",
    "present": "is there",
    "has": "has {}",
    "has_not": "lacks {}",
    "more_than": "is more than {}",
    "less_than": "is less than {}",
    "before": "is before {}",
    "after": "is after {}",
}
_PLURAL = {
    "has": "have {}",
    "has_not": "do not have {}",
    "starts_with": "have one that begins with {}",
    "missing": "are missing",
    "present": "are there",
}
_SHOWN = 8
"""Values that are written out."""


def sentence(condition: Condition) -> str:
    """``the payer is 00123 and the procedure is 90834 or 90837 and the modifiers do not have 95``."""
    return _said(condition, inside=False)


def _said(condition: Condition, *, inside: bool) -> str:
    match condition:
        case Test():
            return _test(condition)
        case Not(of):
            return f"it is not so that {_said(of, inside=True)}"
        case AllOf(of):
            text = " and ".join(_said(one, inside=True) for one in of)
        case AnyOf(of):
            text = " or ".join(_said(one, inside=True) for one in of)
    return f"({text})" if inside and len(of) > 1 else text


def _test(test: Test) -> str:
    field = FIELDS[test.field]
    is_plural = field.kind is Kind.CODES or field.name == "units"
    words = (_PLURAL.get(test.operator) if field.kind is Kind.CODES else None) or _WORDS[test.operator]
    if is_plural and field.kind is not Kind.CODES:
        words = words.replace("is ", "are ", 1)
    values = [f"${value}" if field.kind is Kind.MONEY else value for value in test.values]
    if test.operator == "between":
        listed = " and ".join(values)
    elif len(values) > _SHOWN:
        listed = ", ".join(values[:_SHOWN]) + f" or one of {len(values) - _SHOWN} more"
    else:
        listed = " or ".join(filter(None, (", ".join(values[:-1]), values[-1] if values else "")))
    return f"the {field.label} {words.format(listed)}"
