"""History of one resource, of a type, of everything: newest first, deletions among them, in pages.

``_since`` is inclusive to the instant; ``_at`` is the time (or its whole span, ``2026-03``) at which a version was the
present one. Refuses other parameters only when asked to be strict.
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from chartline.api.fhir.address import Address
from chartline.api.fhir.bundle_text import bundle, history_entry, open_base
from chartline.api.fhir.preferences import strict
from chartline.api.fhir.problems import BAD_PARAMETER
from chartline.api.fhir.request import Answer, FhirRequest
from chartline.api.fhir.session import Session, body_of
from chartline.formats.fhir import span
from chartline.formats.fhir.definitions import RESOURCE_TYPES

PAGE = 50
LARGEST_PAGE = 1000
_KNOWN = frozenset({"_since", "_at", "_count", "_cursor", "_format", "_pretty"})


def history(session: Session, request: FhirRequest, address: Address) -> Answer:
    """A page of versions. Raises ``records.not_found``, ``fhir.bad_parameter``."""
    if address.rtype is not None:
        session.rights.require(address.rtype, "r")
    elif not any(session.rights.may(rtype, "r") for rtype in RESOURCE_TYPES):
        session.rights.require("*", "r")
    unknown = next((name for name, _ in request.query if name not in _KNOWN), None)
    if unknown is not None and strict(request):
        raise BAD_PARAMETER.error(parameter=unknown)
    since, at = _span(request, "_since"), _span(request, "_at")
    with session.reading() as work:
        page = session.records.history_page(
            work,
            address.rtype,
            address.id,
            since=since[0] if since else None,
            at=at,
            count=_count(request),
            cursor=request.parameter("_cursor"),
            reach=session.rights.reach,
        )
        now = work.now
    base = open_base(request.base)
    entries = [history_entry(base, one, one.method, b"" if one.deleted else body_of(one)) for one in page.versions]
    session.shown("history", address.rtype, address.id, len(entries))
    links = [("self", _link(request, request.parameter("_cursor")))]
    if page.next is not None:
        links.append(("next", _link(request, page.next)))
    whole = page.next is None and request.parameter("_cursor") is None
    total = len(entries) if whole else None
    return Answer(200, bundle("history", entries, links=links, total=total, now=now))


def _link(request: FhirRequest, cursor: str | None) -> str:
    applied = [pair for pair in request.query if pair[0] in ("_since", "_at", "_count")]
    if cursor is not None:
        applied.append(("_cursor", cursor))
    place = "/".join([request.base, *request.segments])
    return f"{place}?{urlencode(applied, quote_via=quote, safe=':')}" if applied else place


def _count(request: FhirRequest) -> int:
    text = request.parameter("_count")
    if text is None:
        return PAGE
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BAD_PARAMETER.error(parameter="_count")
    return min(int(text), LARGEST_PAGE)


def _span(request: FhirRequest, name: str) -> tuple[datetime, datetime] | None:
    text = request.parameter(name)
    if text is None:
        return None
    # A plus sign in a query arrives as a blank.
    meant = span(text.replace(" ", "+"))
    if meant is None:
        raise BAD_PARAMETER.error(parameter=name)
    return meant.start.astimezone(UTC), meant.end.astimezone(UTC)
