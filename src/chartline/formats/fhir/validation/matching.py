"""Whether a value is a fixed value, or has a pattern in it.

``fixed[x]``: the same in every part. ``pattern[x]``: what the pattern has must be there; more may be. In a list
every item of the pattern must be met by some item of the value. Numbers compare by what they say: 1.0 is not 1.00
when fixed.
"""

from __future__ import annotations

from decimal import Decimal


def is_fixed(value: object, fixed: object) -> bool:
    """Whether a value is exactly the fixed one; the order of members does not count, ids and digits do."""
    if isinstance(fixed, dict):
        return (
            isinstance(value, dict)
            and value.keys() == fixed.keys()
            and all(is_fixed(value[name], part) for name, part in fixed.items())
        )
    if isinstance(fixed, list):
        return (
            isinstance(value, list)
            and len(value) == len(fixed)
            and all(is_fixed(item, part) for item, part in zip(value, fixed, strict=True))
        )
    return _same(value, fixed)


def has_pattern(value: object, pattern: object) -> bool:
    """Whether everything the pattern has is in the value."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name in value and has_pattern(value[name], part) for name, part in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(has_pattern(item, part) for item in value) for part in pattern)
    return _same(value, pattern)


def _same(value: object, other: object) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, int | Decimal) and isinstance(other, int | Decimal):
        return str(value) == str(other)
    return value == other
