"""The least a narrative must be to be kept: one well-formed ``div`` that runs no code.

What else narrative may hold is judged by validation. A ``div`` without the XHTML namespace is let through, since many
clients leave it out. Refuses document types, scripts, frames, forms, event attributes and addresses that run code.
"""

from __future__ import annotations

import re
from html.entities import html5
from xml.parsers import expat

_XHTML = "http://www.w3.org/1999/xhtml"
_ACTIVE = frozenset(
    "script iframe frame frameset object embed applet form input button select textarea link meta base svg math "
    "audio video source template".split()
)
_RUNS = re.compile(r"(?:javascript|vbscript|livescript|mocha|data):", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|gif|jpeg|webp|bmp);", re.IGNORECASE)
_TAGS = re.compile(r"<([a-z][a-z0-9]*)")
_EVENT = re.compile(r"on[a-z]+\s*=")
_BEGINS = re.compile(r"<div( xmlns=\"http://www\.w3\.org/1999/xhtml\")?[ />]")
_UNSEEN = dict.fromkeys(range(0x21))
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})


class _Unsafe(Exception):
    """What was met may not stand in a narrative; reading stops."""


def is_narrative(div: str) -> bool:
    """Whether a text is a ``div`` that may be kept."""
    if "&" in div:
        div = _ENTITY.sub(_spelled, div)
    return _is_well_formed(div) if _is_plain(div) else _is_safe(div)


def _is_plain(div: str) -> bool:
    """Whether nothing in the text even looks like code, so that it is enough that it is XML."""
    begin, small = _BEGINS.match(div), div.lower()
    if begin is None or small.count("xmlns") > bool(begin[1]) or "&#" in small or "<!" in small:
        return False
    squeezed = "".join(small.split())
    if "script:" in squeezed or "mocha:" in squeezed or "data:" in squeezed:
        return False
    return _ACTIVE.isdisjoint(_TAGS.findall(small)) and not _EVENT.search(small)


def _is_well_formed(div: str) -> bool:
    try:
        expat.ParserCreate().Parse(div, True)
    except (expat.ExpatError, UnicodeEncodeError):
        return False
    return True


def _is_safe(div: str) -> bool:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse
    root = True

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal root
        space, _, local = name.rpartition(" ")
        if root:
            root = False
            if local != "div" or space not in ("", _XHTML):
                raise _Unsafe
        elif local.lower() in _ACTIVE:
            raise _Unsafe
        for attribute, value in attributes.items():
            # Browsers read an address without the line ends and tabs in it.
            address = value.translate(_UNSEEN)
            if attribute[:2].lower() == "on" or (_RUNS.match(address) and not _PICTURE.match(address)):
                raise _Unsafe

    parser.StartElementHandler = start
    try:
        parser.Parse(div, True)
    except (expat.ExpatError, _Unsafe, UnicodeEncodeError):
        return False
    return True


def _refuse(*_: object) -> None:
    raise _Unsafe


def _spelled(found: re.Match[str]) -> str:
    name = found[1]
    return found[0] if name in _XML_ENTITIES else html5.get(f"{name};", found[0])
