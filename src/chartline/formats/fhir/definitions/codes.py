"""The codes of value sets that R4 requires on ``code`` elements, where the definitions name every one.

Refuses open sets (media types, units): for those there is no list.
"""

from __future__ import annotations

from functools import cache

from chartline.formats.fhir.definitions.pack import pack
from chartline.formats.fhir.elements import texts


@cache
def required_codes(value_set: str) -> frozenset[str] | None:
    """The codes of a required value set by canonical (a version is ignored); None when there is no list of it."""
    table, key = pack("codes"), value_set.partition("|")[0]
    return frozenset(texts(table.record(key), "codes")) if key in table else None
