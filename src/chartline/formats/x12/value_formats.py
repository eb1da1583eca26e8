"""The forms of values: dates that exist, NPIs whose check digit fits, diagnosis codes that look like ones.

Each form answers with the key of a problem (``data/problems.toml``), or with an empty text when the value is well
formed. Answers are remembered, since the same dates and providers come again and again in a file. Says nothing about
whether a code is on a list: see ``code_lists``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

Form = Callable[[str], str]

_REMEMBERED = 8192
_MALFORMED = "value_format"


def _matching(pattern: str, problem: str = _MALFORMED) -> Form:
    compiled = re.compile(pattern, re.ASCII)
    return lru_cache(_REMEMBERED)(lambda text: "" if compiled.fullmatch(text) else problem)


@lru_cache(_REMEMBERED)
def a_date(text: str) -> str:
    """CCYYMMDD, a day that exists."""
    if len(text) == 8 and text.isascii() and text.isdigit():
        try:
            date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            return "element_date"
        return ""
    return "element_date"


@lru_cache(_REMEMBERED)
def some_dates(text: str) -> str:
    """CCYYMMDD-CCYYMMDD, the first not after the last."""
    first, hyphen, last = text.partition("-")
    if not hyphen or a_date(first) or a_date(last) or first > last:
        return "element_date"
    return ""


@lru_cache(_REMEMBERED)
def short_date(text: str) -> str:
    """YYMMDD, as the ISA has it."""
    return a_date(f"20{text}") if len(text) == 6 else "element_date"


@lru_cache(_REMEMBERED)
def a_time(text: str) -> str:
    """HHMM, HHMMSS or HHMMSS with decimals of a second."""
    whole = text.isascii() and text.isdigit() and len(text) in (4, 6, 7, 8)
    if whole and int(text[:2]) < 24 and int(text[2:4]) < 60 and int(text[4:6] or 0) < 60:
        return ""
    return "element_time"


@lru_cache(_REMEMBERED)
def a_moment(text: str) -> str:
    """CCYYMMDDHHMM, with or without seconds."""
    return a_date(text[:8]) or a_time(text[8:])


@lru_cache(_REMEMBERED)
def an_npi(text: str) -> str:
    """Ten digits beginning with 1 or 2 whose Luhn sum, with the prefix 80840, ends in zero (45 CFR 162.406)."""
    if len(text) != 10 or not (text.isascii() and text.isdigit()) or text[0] not in "12":
        return "check_digit"
    # The prefix 80840 adds 24 to the sum of the digits.
    total = 24
    for at, digit in enumerate(reversed(text)):
        value = int(digit)
        if at % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return "check_digit" if total % 10 else ""


FORMS: dict[str, Form] = {
    "date": a_date,
    "dates": some_dates,
    "yymmdd": short_date,
    "time": a_time,
    "datetime": a_moment,
    "npi": an_npi,
    "money": _matching(r"-?(?:\d+(?:\.\d{0,2}0*)?|\.\d{1,2}0*)", "amount_places"),
    "quantity": _matching(r"-?(?:\d+(?:\.\d*)?|\.\d+)", "element_characters"),
    "integer": _matching(r"-?\d+", "element_characters"),
    "ssn": _matching(r"\d{9}|\d{3}-\d{2}-\d{4}"),
    "taxid": _matching(r"\d{9}|\d{2}-\d{7}|\d{3}-\d{2}-\d{4}"),
    "zip": _matching(r"\d{5}(?:\d{4})?"),
    "phone": _matching(r"\d{10}", "contact_format"),
    "email": _matching(r"[^@\s]+@[^@\s]+", "contact_format"),
    # The point of a diagnosis code is not written in X12.
    "icd10": _matching(r"[A-Z]\d[0-9A-Z](?:[0-9A-Z]{1,4})?"),
    "icd10pcs": _matching(r"[0-9A-HJ-NP-Z]{7}"),
    "icd9": _matching(r"[EV]?\d{3,5}"),
    "hcpcs": _matching(r"[A-Z0-9]\d{3}[A-Z0-9]"),
    "revenue": _matching(r"\d{4}"),
    "ndc": _matching(r"\d{11}"),
    "taxonomy": _matching(r"[A-Z0-9]{9}X"),
    "tooth": _matching(r"\d{1,2}|[A-T]|[A-T]S|[5-8]\d|9[0-9]"),
    "currency": _matching(r"[A-Z]{3}"),
}
"""Every form by its name in the tables."""
