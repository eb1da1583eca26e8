"""The National Provider Identifier's check digit (45 CFR 162.406; ISO/IEC 7812 with prefix 80840)."""

from __future__ import annotations

from functools import lru_cache

_PREFIX_SUM = 24
"""What the digits 80840 in front of an NPI add to the Luhn sum."""


@lru_cache(maxsize=4096)  # a practice has few providers, and asks often
def npi_is_valid(text: str) -> bool:
    """Whether the text is ten ASCII digits, starting with 1 or 2, whose check digit is right."""
    if len(text) != 10 or not (text.isascii() and text.isdigit()) or text[0] not in "12":
        return False
    total = _PREFIX_SUM
    for place, digit in enumerate(reversed(text)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
