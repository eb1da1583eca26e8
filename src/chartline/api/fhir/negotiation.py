"""Which format goes out and which comes in: ``_format`` beats Accept, JSON unless XML is asked for, UTF-8 always.

Refuses versions of FHIR other than 4.0 and formats that are not written (406), and bodies of other formats (415).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chartline.api.fhir.problems import NOT_ACCEPTABLE, UNSUPPORTED_MEDIA
from chartline.api.fhir.request import FHIR_JSON, FhirRequest

FHIR_XML = "application/fhir+xml"
JSON, XML = "json", "xml"
_JSON = frozenset({"json", "application/json", FHIR_JSON, "text/json", "application/*", "*/*", "application/json+fhir"})
_XML = frozenset({"xml", "text/xml", "application/xml", FHIR_XML, "application/xml+fhir", "text/*"})
_QUALITY = re.compile(r"\s*q\s*=\s*([01](?:\.\d{1,3})?)\s*")
_R4 = ("4.0", "4.0.1")


@dataclass(frozen=True, slots=True)
class Format:
    """What goes out: ``json`` or ``xml``, with blanks for people where asked, in FHIR ``version`` 4.0 (or 5.0)."""

    kind: str = JSON
    pretty: bool = False
    version: str = "4.0"

    @property
    def media(self) -> str:
        """The Content-Type."""
        media = f"{FHIR_XML if self.kind == XML else FHIR_JSON}"
        version = f"; fhirVersion={self.version}" if self.version != "4.0" else ""
        return f"{media}{version}; charset=utf-8"


PLAIN = Format()
_PRETTY = Format(pretty=True)


def wanted(request: FhirRequest) -> Format:
    """The format of the answer. Raises ``fhir.not_acceptable``."""
    accept = request.header("accept")
    named = request.parameter("_format") if request.query else None
    pretty = bool(request.query) and request.parameter("_pretty") == "true"
    if named is None and accept in ("", "*/*", FHIR_JSON, "application/json"):
        return _PRETTY if pretty else PLAIN
    for media, version in _ordered(named if named is not None else accept):
        kind = JSON if media in _JSON else XML if media in _XML else None
        if kind is not None and version in ("4.0", "5.0"):
            return Format(kind, pretty, version)
    raise NOT_ACCEPTABLE.error()


def accepts_fhir(request: FhirRequest) -> bool:
    """Whether a FHIR format is asked for by name, so that a Binary goes out as a resource and not as the file."""
    if request.parameter("_format") is not None:
        return True
    media = {name for name, _ in _ordered(request.header("accept"))}
    return any(name in (_JSON | _XML) and "*" not in name for name in media)


def _ordered(text: str) -> list[tuple[str, str]]:
    """Media types and their FHIR versions by their quality; a type of quality 0 is not there."""
    found: list[tuple[float, int, str, str]] = []
    # A plus sign in a query is a blank: _format=application/fhir+json arrives with one.
    for place, part in enumerate(text.lower().split(",")):
        media, *parameters = part.split(";")
        quality, version = 1.0, "4.0"
        for parameter in parameters:
            if match := _QUALITY.fullmatch(parameter):
                quality = float(match[1])
            elif parameter.strip().startswith("fhirversion="):
                version = parameter.strip().removeprefix("fhirversion=").strip('"')
                version = "4.0" if version in _R4 else version[:3]
        if quality > 0 and media.strip():
            found.append((-quality, place, media.strip().replace(" ", "+"), version))
    return [(media, version) for _, _, media, version in sorted(found)]


def body_kind(request: FhirRequest) -> str:
    """``json`` or ``xml`` for a body that is a resource; without a Content-Type it is JSON.

    Raises ``fhir.unsupported_media``.
    """
    media = request.media
    if media in ("", FHIR_JSON, "application/json", "text/json", "application/json+fhir"):
        kind = JSON
    elif media in (FHIR_XML, "application/xml", "text/xml", "application/xml+fhir"):
        kind = XML
    else:
        raise UNSUPPORTED_MEDIA.error()
    version = _ordered(request.header("content-type"))
    if version and version[0][1] != "4.0":
        raise UNSUPPORTED_MEDIA.error()
    return kind
