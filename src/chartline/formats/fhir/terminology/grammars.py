"""Code systems whose codes follow a rule and are in no list: languages, media types, units, addresses of the web.

BCP 47 tags by their grammar (RFC 5646, section 2.1), BCP 13 media types (RFC 6838, section 4.2) with parameters, UCUM
by the unit reader of this format, and URIs. They cannot be listed; ``select`` refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chartline.formats.fhir.terminology.model import Concept, Filter, System
from chartline.formats.fhir.terminology.problems import TOO_COSTLY
from chartline.formats.fhir.units import measure

_LANGUAGE = re.compile(
    r"(?:(?:[a-z]{2,3}(?P<extlang>(?:-[a-z]{3}){0,3})|[a-z]{4}|[a-z]{5,8})"
    r"(?P<script>-[a-z]{4})?"
    r"(?P<region>-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?P<variant>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extension>(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)"
    r"(?P<private>-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+|i-[a-z]{2,8}|sgn-[a-z]{2}-[a-z]{2})",
    re.IGNORECASE | re.ASCII,
)
_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
_MEDIA_TYPE = re.compile(
    rf"(?:{_NAME}|\*)/(?:{_NAME}|\*)(?:\s*;\s*[A-Za-z0-9!#$&^_.+-]+=(?:[^\s;\"]+|\"[^\"]*\"))*", re.ASCII
)
_SHORT_NAMES = frozenset({"json", "xml", "ttl", "text", "html"})
"""Words that R4 itself uses where a media type is asked for (CapabilityStatement.format)."""
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")

_PARTS = {
    "ext-lang": "extlang",
    "script": "script",
    "region": "region",
    "variant": "variant",
    "extension": "extension",
    "private-use": "private",
}


@dataclass(frozen=True, slots=True)
class GrammarSystem:
    """A ``System`` made by a rule: a code is in it when ``accepts`` says so."""

    url: str
    name: str
    accepts: Callable[[str], bool | None]
    """None when it cannot be said."""
    filtered: Callable[[str, Filter], bool | None] = lambda _code, _filter: None
    version: str = ""
    content: str = "grammar"
    any_case: bool = False

    def find(self, code: str) -> Concept | None:
        """The concept of a code that follows the rule; it has no names."""
        return Concept(code) if self.accepts(code) else None

    def find_many(self, codes: Sequence[str]) -> Mapping[str, Concept]:
        """The concepts of many codes."""
        return {code: Concept(code) for code in codes if self.accepts(code)}

    def children(self, code: str) -> Sequence[str]:
        """None: there is no tree."""
        return ()

    def is_a(self, code: str, ancestor: str) -> bool:
        """Whether they are the same."""
        return code == ancestor

    def passes(self, code: str, filters: Sequence[Filter]) -> bool | None:
        """Whether the code follows the rule and passes the filters that the rule knows."""
        answers = [self.accepts(code), *(self.filtered(code, one) for one in filters)]
        if False in answers:
            return False
        return None if None in answers else True

    def select(self, filters: Sequence[Filter], words: Sequence[str], limit: int | None) -> Iterator[Concept]:
        """Refused with ``fhir.too_costly``: there is no end of them."""
        raise TOO_COSTLY.error()

    def count(self, filters: Sequence[Filter], words: Sequence[str], most: int) -> int:
        """Refused as ``select`` is."""
        raise TOO_COSTLY.error()


def is_language(code: str) -> bool:
    """Whether a text is a well-formed language tag."""
    return _LANGUAGE.fullmatch(code) is not None


def language_filter(code: str, asked: Filter) -> bool | None:
    """A filter on the presence of a part of a language tag (``exists``); others cannot be decided."""
    group = _PARTS.get(asked.property)
    found = _LANGUAGE.fullmatch(code)
    if asked.op != "exists" or group is None:
        return None
    return bool(found and found[group]) == (asked.value == "true")


def is_unit(code: str) -> bool | None:
    """True for a unit that can be read; None for another one, because the table of units is not the whole of UCUM."""
    if not code or not code.isascii() or any(mark.isspace() for mark in code):
        return False
    return True if measure(code) is not None else None


def unit_filter(code: str, asked: Filter) -> bool | None:
    """A filter on the dimension of a unit (``canonical = m``: all lengths)."""
    one, other = measure(code), measure(asked.value)
    if asked.property != "canonical" or asked.op != "=" or one is None or other is None:
        return None
    return one.powers == other.powers


def is_media_type(code: str) -> bool:
    """Whether a text is a media type, with or without parameters."""
    return code in _SHORT_NAMES or _MEDIA_TYPE.fullmatch(code) is not None


def is_uri(code: str) -> bool:
    """Whether a text is an absolute URI."""
    return _URI.fullmatch(code) is not None


GRAMMARS: dict[str, System] = {
    one.url: one
    for one in (
        GrammarSystem("urn:ietf:bcp:47", "Tags for identifying languages", is_language, language_filter),
        GrammarSystem("http://unitsofmeasure.org", "Unified code for units of measure", is_unit, unit_filter),
        GrammarSystem("urn:ietf:bcp:13", "Media types", is_media_type),
        GrammarSystem("urn:ietf:rfc:3986", "Uniform resource identifiers", is_uri),
    )
}
"""The systems made by rules, by canonical."""
