"""How texts are made comparable: names without case and accents, telephone numbers as digits, words of names.

Refuses nothing: any text has a folded form, maybe an empty one.
"""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = re.compile("[\u0300-\u036f]+")
"""The combining marks of western scripts; others are taken out one by one."""
_NO_DIGITS = re.compile(r"[^0-9]+")
_PHONE = re.compile(r"(?:tel:)?([0-9\s()+./-]+)(?:(?:x|ext\.?|#).*)?", re.IGNORECASE)
_BREAKS = re.compile(r"[\s\-‐‑–,/]+")
_PHONE_DIGITS = 10
"""A North American number without its country code."""
_LEAST_DIGITS = 7


def folded(text: str) -> str:
    """A text without case, accents and doubled blanks: what string searches compare (R4 search, "string")."""
    if text.isascii():
        return text.lower() if text.isalnum() else " ".join(text.lower().split())
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    if not plain.isascii():
        plain = "".join(
            [letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter)]
        )
    return " ".join(plain.split())


def later_words(name: str) -> list[str]:
    """The words of a folded name after the first one; hyphens, commas and slashes divide words too."""
    if name.isalpha():
        return []
    return [word for word in _BREAKS.split(name)[1:] if word]


def contact_key(value: str) -> str:
    """A telephone number as its last ten digits without an extension, anything else without case and outer blanks."""
    phone = _PHONE.fullmatch(value)
    if phone is not None:
        digits = _NO_DIGITS.sub("", phone[1])
        if len(digits) >= _LEAST_DIGITS:
            return digits[-_PHONE_DIGITS:]
    return value.strip().casefold()
