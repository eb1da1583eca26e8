"""The codes of value sets that R4 requires on coded elements, where the definitions name every one.

Refuses open sets (media types, units): for those there is no list.
"""

from __future__ import annotations

from functools import cache

from chartline.formats.fhir.definitions.pack import pack
from chartline.formats.fhir.elements import texts


@cache
def required_codes(value_set: str) -> frozenset[str] | None:
    """The codes of a required value set by canonical (a version is ignored); None when there is no list of it."""
    pairs = required_codings(value_set)
    return None if pairs is None else frozenset(code for _, code in pairs)


@cache
def required_codings(value_set: str) -> frozenset[tuple[str, str]] | None:
    """The same with their systems, (system, code); None when there is no list."""
    table, key = pack("codes"), value_set.partition("|")[0]
    if key not in table:
        return None
    record = table.record(key)
    return frozenset((system, code) for system in record for code in texts(record, system))
