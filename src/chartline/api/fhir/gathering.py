"""What operations that answer a page of a patient's resources have in common: their parameters, pages and links.

Refuses dates that are none. A parameter without effect is named in an outcome entry, or refused with
``Prefer: handling=strict``, as in a search.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

from chartline.api.fhir.operations import Asked
from chartline.api.fhir.outcomes import Issue
from chartline.api.fhir.preferences import strict
from chartline.api.fhir.problems import BAD_PARAMETER
from chartline.api.fhir.session import body_of
from chartline.formats.fhir import parse
from chartline.formats.fhir.care_dates import CareRange, care_range
from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.formats.fhir.search import Query, extract, read_query
from chartline.formats.fhir.search.problems import shown
from chartline.formats.fhir.search.times import span_of
from chartline.platform.database import Work
from chartline.platform.records import Reach, Stored
from chartline.platform.records.finding import Found
from chartline.platform.records.rows import micros

PAGE = 1000
"""Matches on a page when the client does not say: most patients fit into one answer."""

Test = Callable[[Stored], bool]


def asked_range(asked: Asked) -> CareRange | None:
    """The dates of care between ``start`` and ``end``; None when neither is asked for.

    Raises ``fhir.bad_parameter``.
    """
    start, end = asked.text("start"), asked.text("end")
    for name, value in (("start", start), ("end", end)):
        if value is not None and span_of(value) is None:
            raise BAD_PARAMETER.error(parameter=name)
    return care_range(start, end) if start or end else None


def asked_since(asked: Asked) -> list[tuple[str, str]]:
    """``_since`` as a search parameter. Raises ``fhir.bad_parameter``."""
    since = asked.text("_since")
    if since is None:
        return []
    if span_of(since) is None:
        raise BAD_PARAMETER.error(parameter="_since")
    return [("_lastUpdated", f"ge{since}")]


def since_edge(asked: Asked) -> int:
    """``_since`` as microseconds since 1970; 0 without it."""
    since = span_of(asked.text("_since") or "")
    return since[0] if since else 0


def asked_types(asked: Asked) -> frozenset[str] | None:
    """The types of ``_type``, in lists between commas or one by one; None for all.

    Raises ``fhir.bad_parameter`` for a type that R4 does not have.
    """
    named = frozenset(one.strip() for value in asked.texts("_type") for one in value.split(",") if one.strip())
    if named - RESOURCE_TYPES:
        raise BAD_PARAMETER.error(parameter="_type")
    return named or None


def own_query(asked: Asked, work: Work, types: Sequence[str], parameters: Sequence[tuple[str, str]]) -> Query:
    """A search of our own making, at the page that ``_count`` and ``_cursor`` name. Raises ``fhir.bad_search``."""
    query = read_query(types, parameters, strict=True, now=micros(work.now), base=asked.request.base)
    count = asked.number("_count", PAGE, PAGE) or 1
    return replace(query, count=count, cursor=asked.text("_cursor"))


def within(care: CareRange | None) -> Test | None:
    """Whether a resource is about care inside the range; None when everything is."""
    if care is None:
        return None
    return lambda one: care.holds(extract(parse(body_of(one))))


def page_of(asked: Asked, work: Work, query: Query, reach: Reach, keep: Test | None) -> Found:
    """The next page that has anything to show. With a test, a page may hold fewer than were asked for."""
    records = asked.session.records
    while True:
        found = records.search_page(work, query, reach)
        if keep is None:
            return found
        kept = [one for one in found.matches if keep(one)]
        if kept or found.next is None:
            total = len(kept) if query.cursor is None and found.next is None else None
            return replace(found, matches=kept, total=total)
        query = replace(query, cursor=found.next)


def remarks(asked: Asked, known: Collection[str]) -> list[Issue]:
    """What the caller asked for without effect. Raises ``fhir.bad_parameter`` where the caller wants it strict."""
    unknown = sorted(name for name in asked.parameters if name not in known)
    if unknown and strict(asked.request):
        raise BAD_PARAMETER.error(parameter=shown(unknown[0]))
    return [
        Issue("warning", "not-supported", "This parameter had no effect.", "Leave it out.", "", shown(name))
        for name in unknown
    ]


def page_links(asked: Asked, known: Collection[str], cursor: str | None) -> list[tuple[str, str]]:
    """The links of a page: itself, and the next one."""
    place = "/".join([asked.request.base, *(quote(part, safe="$*") for part in asked.request.segments)])
    applied = [
        (name, _written(value))
        for name, values in asked.parameters.items()
        if name in known
        for value in values
        if not isinstance(value, dict | list)
    ]
    again = [pair for pair in applied if pair[0] != "_cursor"]
    links = [("self", _address(place, applied))]
    return links if cursor is None else [*links, ("next", _address(place, [*again, ("_cursor", cursor)]))]


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _address(place: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{place}?{urlencode(pairs, quote_via=quote, safe='/:,$*|')}" if pairs else place
