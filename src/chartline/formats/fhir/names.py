"""HumanName: building, choosing and reading names, and the words they are searched by.

Building over a ``prior`` name keeps its parts that are not named here (extensions, periods, prefixes).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from chartline.formats.fhir.elements import children, text, texts, updated
from chartline.formats.fhir.json import JsonObject

_ORDER = {"official": 0, "usual": 1, None: 2, "nickname": 3, "anonymous": 4, "temp": 5, "maiden": 6, "old": 7}


def human_name(
    family: str | None, given: Sequence[str] = (), *, use: str | None = "official", prior: JsonObject | None = None
) -> JsonObject:
    """A HumanName with family and given names; ``text`` is dropped from the prior one when the parts changed."""
    name = updated(prior, use=use, family=family, given=list(given))
    if prior and (text(prior, "family"), texts(prior, "given")) != (family, list(given)):
        name.pop("text", None)
    return name


def preferred_name(resource: JsonObject) -> JsonObject | None:
    """The name to use: official before usual before unmarked; maiden and old ones last."""
    names = children(resource, "name")
    return min(names, key=lambda name: _ORDER.get(text(name, "use"), 8), default=None)


def shown_name(name: JsonObject | None) -> str:
    """``Given Family`` for people; the ``text`` part when there are no others; empty when there is nothing."""
    if name is None:
        return ""
    parts = [*texts(name, "given"), *([family] if (family := text(name, "family")) else [])]
    return " ".join(parts) or text(name, "text") or ""


def name_words(words: str) -> list[str]:
    """Words as they are compared: no case, no accents, letters and digits only (``O'Néil-Ray`` is two: oneil, ray)."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    kept = "".join(
        letter if letter.isalnum() else " " if letter.isspace() or letter in "-‐‑–,/" else "" for letter in plain
    )
    return kept.split()
