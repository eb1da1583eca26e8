"""Names, phones and addresses brought to the form in which two spellings of one thing are equal.

Refuses to guess: no nickname tables, no phonetics. What is equal here is equal to any clerk.
"""

from __future__ import annotations

import unicodedata

_SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv", "2nd": "ii"}

_STREET_WORDS = {
    "street": "st",
    "avenue": "ave",
    "road": "rd",
    "drive": "dr",
    "lane": "ln",
    "court": "ct",
    "boulevard": "blvd",
    "place": "pl",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "apartment": "apt",
    "suite": "ste",
}


def folded(text: str) -> str:
    """Lower case without accents, single spaces, no punctuation except inner blanks."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in plain.replace("'", "").replace("’", "")).split())


def name_words(text: str) -> tuple[tuple[str, ...], str]:
    """The words of a name, and its generation suffix (``jr``, ``sr``, ``ii`` ...) or ``""``."""
    words = folded(text).split()
    suffix = _SUFFIXES.get(words[-1], "") if len(words) > 1 else ""
    return tuple(words[:-1] if suffix else words), suffix


def phone_digits(text: str) -> str:
    """Ten digits of a North American number; other numbers keep all their digits."""
    digits = "".join(c for c in text if c.isdecimal() and c.isascii())
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def street_key(text: str) -> str:
    """A street line with its usual abbreviations written one way."""
    return " ".join(_STREET_WORDS.get(word, word) for word in folded(text).split())


def one_slip(left: str, right: str) -> bool:
    """Whether one letter was added, lost, changed, or two neighbours swapped; equal texts are not a slip."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    head = 0
    while head < min(len(left), len(right)) and left[head] == right[head]:
        head += 1
    left, right = left[head:], right[head:]
    if len(left) != len(right):
        longer, shorter = (left, right) if len(left) > len(right) else (right, left)
        return longer[1:] == shorter
    return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
