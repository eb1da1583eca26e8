"""Narrative as FHIR allows it: one well-formed XHTML ``div`` of formatting, tables, lists, links and pictures.

Follows the rules txt-1 and txt-2 of the Narrative type (HTML 4.0 chapters 7 to 11 except 9.4, and 15, with ``a``,
images and style attributes). Refuses scripts, forms, frames, event attributes, addresses that run code, document
types and entities of one's own. The parser is expat with declarations refused, so nothing can be blown up and
nothing is fetched.
"""

from __future__ import annotations

import re
from html.entities import html5
from xml.parsers import expat

_XHTML = "http://www.w3.org/1999/xhtml"
_ELEMENTS = frozenset(
    "p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt q var abbr acronym cite blockquote hr address bdo "
    "kbd sub sup samp pre dl dt dd ol ul li table caption colgroup col thead tr tfoot th td code img tbody map area "
    "ins del dfn s u strike font center".split()
)
_EVERYWHERE = frozenset("title style class id lang dir accesskey tabindex xml:lang xmlns align valign".split())
_ALLOWED = {
    "a": frozenset("name href rel rev charset hreflang type shape coords target".split()),
    "img": frozenset("src alt longdesc height width usemap ismap border hspace vspace".split()),
    "area": frozenset("shape coords href nohref alt".split()),
    "map": frozenset({"name"}),
    "table": frozenset("summary width border frame rules cellspacing cellpadding bgcolor".split()),
    "td": frozenset("abbr axis headers scope rowspan colspan nowrap width height char charoff bgcolor".split()),
    "th": frozenset("abbr axis headers scope rowspan colspan nowrap width height char charoff bgcolor".split()),
    "tr": frozenset("char charoff bgcolor".split()),
    "col": frozenset("span width char charoff".split()),
    "colgroup": frozenset("span width char charoff".split()),
    "thead": frozenset("char charoff".split()),
    "tbody": frozenset("char charoff".split()),
    "tfoot": frozenset("char charoff".split()),
    "q": frozenset({"cite"}),
    "blockquote": frozenset({"cite"}),
    "ins": frozenset("cite datetime".split()),
    "del": frozenset("cite datetime".split()),
    "br": frozenset({"clear"}),
    "hr": frozenset("noshade size width".split()),
    "ol": frozenset("type start compact".split()),
    "ul": frozenset("type compact".split()),
    "li": frozenset("type value".split()),
    "dl": frozenset({"compact"}),
    "pre": frozenset({"width"}),
    "font": frozenset("size color face".split()),
}
_LINKS = frozenset({"href", "src", "cite", "longdesc", "usemap"})
_ACTIVE = re.compile(r"\s*(?:javascript|vbscript|livescript|mocha)\s*:|\s*data\s*:(?!\s*image/)", re.IGNORECASE)
_ACTIVE_STYLE = re.compile(r"expression\s*\(|javascript\s*:|@import|behaviou?r\s*:", re.IGNORECASE)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})

NOT_WELL_FORMED = "is not well-formed XML"
NO_DIV = "must be one div element of XHTML"
NO_CONTENT = "must have some content besides white space"
BAD_ELEMENT = "holds an element that narrative may not have"
BAD_ATTRIBUTE = "holds an attribute that narrative may not have"
ACTIVE = "holds an address or a style that runs code"
NO_DECLARATION = "may not declare a document type or entities"


def narrative_faults(div: str) -> tuple[str, ...]:
    """The rules a ``div`` breaks, each once; empty when it is sound."""
    reader = _Reader()
    try:
        reader.read(_ENTITY.sub(_spelled, div))
    except expat.ExpatError:
        reader.found.setdefault(NOT_WELL_FORMED)
    except _Declared:
        reader.found.setdefault(NO_DECLARATION)
    else:
        if not reader.content:
            reader.found.setdefault(NO_CONTENT)
    return tuple(reader.found)


class _Declared(Exception):
    """A document type was declared; reading stops."""


class _Reader:
    def __init__(self) -> None:
        self.found: dict[str, None] = {}
        self.content = False
        self._depth = 0

    def read(self, text: str) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._declared
        parser.EntityDeclHandler = self._declared
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(text, True)

    def _declared(self, *_: object) -> None:
        raise _Declared

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if not self._depth and (local != "div" or space != _XHTML):
            self.found.setdefault(NO_DIV)
        elif local not in _ELEMENTS or space != _XHTML:
            self.found.setdefault(BAD_ELEMENT)
        self._depth += 1
        if local == "img":
            self.content = True
        for attribute, value in attributes.items():
            self._attribute(local, attribute.replace("http://www.w3.org/XML/1998/namespace ", "xml:"), value)

    def _attribute(self, element: str, name: str, value: str) -> None:
        if name not in _EVERYWHERE and name not in _ALLOWED.get(element, ()):
            self.found.setdefault(BAD_ATTRIBUTE)
        elif (name in _LINKS and _ACTIVE.match(value)) or (name == "style" and _ACTIVE_STYLE.search(value)):
            self.found.setdefault(ACTIVE)

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _text(self, text: str) -> None:
        if not self.content and text.strip():
            self.content = True


def _spelled(found: re.Match[str]) -> str:
    """An HTML entity as characters: XHTML knows them by its document type, which may not be declared here."""
    name = found[1]
    if name in _XML_ENTITIES:
        return found[0]
    return html5.get(f"{name};", found[0])
