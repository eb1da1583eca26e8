"""The headers with which a client says how it wants things done: Prefer, If-Match, If-None-Match and their like.

Refuses versions it cannot read; preferences that are unknown are left alone, as RFC 7240 says.
"""

from __future__ import annotations

from datetime import datetime

from chartline.api.fhir.problems import BAD_HEADER
from chartline.api.fhir.request import FhirRequest, http_date, read_http_date
from chartline.platform.records import Stored

MINIMAL, REPRESENTATION, OUTCOME = "minimal", "representation", "operationoutcome"


def preference(request: FhirRequest, name: str) -> str | None:
    """The value of a preference in lower case; empty for one without a value, None when it is not there."""
    header = request.header("prefer")
    if not header:
        return None
    for part in header.replace(";", ",").split(","):
        key, _, value = part.strip().partition("=")
        if key.strip().lower() == name:
            return value.strip().strip('"').lower()
    return None


def strict(request: FhirRequest) -> bool:
    """Whether unknown search parameters are errors."""
    return preference(request, "handling") == "strict"


def returns(request: FhirRequest) -> str:
    """What a write answers with: ``minimal``, ``representation`` or ``operationoutcome``."""
    asked = preference(request, "return")
    return asked if asked in (MINIMAL, OUTCOME) else REPRESENTATION


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'W/"{version}"'


def expected_version(request: FhirRequest) -> int | None:
    """The version in If-Match; None without the header or for ``*``, -1 for a version that cannot be.

    Raises ``fhir.bad_header`` for text that is no ETag.
    """
    text = request.header("if-match").strip()
    if text in ("", "*"):
        return None
    value = _tag(text)
    if value is None:
        raise BAD_HEADER.error(header="If-Match")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1


def unchanged(request: FhirRequest, stored: Stored) -> bool:
    """Whether the client has this version already, by If-None-Match or else by If-Modified-Since."""
    tags = request.header("if-none-match")
    if tags:
        known = {_tag(part.strip()) for part in tags.split(",")}
        return str(stored.version) in known or tags.strip() == "*"
    since = request.header("if-modified-since")
    moment = read_http_date(since) if since else None
    return moment is not None and int(stored.updated.timestamp()) <= moment


def version_headers(stored: Stored) -> list[tuple[str, str]]:
    """ETag and Last-Modified of a version."""
    return [("ETag", etag(stored.version)), ("Last-Modified", modified(stored.updated))]


def modified(moment: datetime) -> str:
    """A moment as an HTTP date, whole seconds."""
    return http_date(int(moment.timestamp()))


def location(base: str, stored: Stored) -> str:
    """The absolute address of a version."""
    return f"{base}/{stored.type}/{stored.id}/_history/{stored.version}"


def _tag(text: str) -> str | None:
    weak = text.removeprefix("W/")
    if len(weak) >= 2 and weak[0] == weak[-1] == '"':
        return weak[1:-1]
    # Some clients send the bare number.
    return weak if weak.isascii() and weak.isdigit() else None
