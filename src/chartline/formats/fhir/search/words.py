"""String and uri values: plain texts, every part of a name or an address, addresses of things.

Each converter takes one JSON value and answers the values it is found by, or none.
"""

from __future__ import annotations

from collections.abc import Callable

from chartline.formats.fhir.search.folding import folded, later_words
from chartline.formats.fhir.search.values import StringValue, UriValue

Convert = Callable[[object], tuple[StringValue, ...]]
"""From one JSON value to the texts that find it."""

_NAME_PARTS = ("family", "given", "prefix", "suffix", "text")
_ADDRESS_PARTS = ("line", "city", "district", "state", "postalCode", "country", "text")


def plain(value: object) -> tuple[StringValue, ...]:
    """A string, code or markdown as one text."""
    return (StringValue(value, folded(value)),) if isinstance(value, str) else ()


def family(value: object) -> tuple[StringValue, ...]:
    """A part of a person's name: itself, and its later words (``Lopez`` of ``Garcia Lopez``)."""
    if not isinstance(value, str):
        return ()
    whole = folded(value)
    return (StringValue(value, whole), *(StringValue("", word, True) for word in later_words(whole)))


def human_name(value: object) -> tuple[StringValue, ...]:
    """A HumanName: any of its parts may be searched (R4 search, "string")."""
    return tuple(name_parts(value)[0]) if isinstance(value, dict) else ()


def name_parts(value: dict[str, object]) -> tuple[list[StringValue], list[StringValue], list[StringValue]]:
    """All values of a HumanName, those of its family name, those of its given names. Later words come after the
    parts, each once."""
    parts: dict[str, list[StringValue]] = {}
    made: list[StringValue] = []
    for name in _NAME_PARTS:
        part = value.get(name)
        if part is not None:
            if isinstance(part, str):
                parts[name] = [StringValue(part, folded(part))]
            elif isinstance(part, list):
                parts[name] = [StringValue(one, folded(one)) for one in part if isinstance(one, str)]
            else:
                continue
            made += parts[name]
    known: set[str] = set()
    for one in made:
        known.add(one.folded)
    words: list[StringValue] = []
    for some in parts.values():
        for one in tuple(some):
            if not one.folded.isalpha():
                for word in later_words(one.folded):
                    later = StringValue("", word, True)
                    some.append(later)
                    if word not in known:
                        known.add(word)
                        words.append(later)
    return made + words, parts.get("family", []), parts.get("given", [])


def address(value: object) -> tuple[StringValue, ...]:
    """An Address: any of its parts may be searched."""
    if not isinstance(value, dict):
        return ()
    return tuple(_parts(value, _ADDRESS_PARTS))


def concept_text(value: object) -> tuple[StringValue, ...]:
    """A CodeableConcept as what people read: its text and its codings' displays."""
    if not isinstance(value, dict):
        return ()
    codings = value.get("coding")
    shown = [one.get("display") for one in codings if isinstance(one, dict)] if isinstance(codings, list) else []
    return tuple([StringValue(one, folded(one)) for one in (value.get("text"), *shown) if isinstance(one, str)])


def _parts(value: dict[str, object], names: tuple[str, ...]) -> list[StringValue]:
    made: list[StringValue] = []
    for name in names:
        part = value.get(name)
        if part is None:
            continue
        if isinstance(part, str):
            made.append(StringValue(part, folded(part)))
        elif isinstance(part, list):
            made.extend([StringValue(one, folded(one)) for one in part if isinstance(one, str)])
    return made


def uri(value: object) -> tuple[UriValue, ...]:
    """A uri or url, letter by letter."""
    return (UriValue(value),) if isinstance(value, str) else ()


def canonical_uri(value: object) -> tuple[UriValue, ...]:
    """A canonical under a uri parameter (``_profile``): found with its version and without it."""
    if not isinstance(value, str):
        return ()
    bare, bar, _ = value.partition("|")
    return (UriValue(value), UriValue(bare)) if bar else (UriValue(value),)


STRINGS: dict[str, Convert] = {
    **dict.fromkeys(("string", "markdown", "code", "id"), plain),
    "HumanName": human_name,
    "Address": address,
    "CodeableConcept": concept_text,
}
"""Converters by FHIR type for string parameters."""

URIS: dict[str, Callable[[object], tuple[UriValue, ...]]] = {
    **dict.fromkeys(("uri", "url", "oid", "uuid"), uri),
    "canonical": canonical_uri,
}
"""Converters by FHIR type for uri parameters."""
