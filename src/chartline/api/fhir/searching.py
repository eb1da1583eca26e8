"""Searches of a type, a compartment or everything, by GET and by form: a searchset around stored bodies.

What had no effect is told in an outcome entry, or refused with ``Prefer: handling=strict``. The self link repeats what
was applied and nothing else. Refuses values it cannot read, always.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, urlencode

from chartline.api.fhir.address import Address
from chartline.api.fhir.bundle_text import INCLUDE, MATCH, bundle, outcome_entry, search_entries
from chartline.api.fhir.outcomes import Issue, merged
from chartline.api.fhir.preferences import strict
from chartline.api.fhir.problems import NO_SUCH_ADDRESS, UNSUPPORTED_MEDIA
from chartline.api.fhir.request import FORM, Answer, FhirRequest, Pairs, pairs
from chartline.api.fhir.session import Session, body_of
from chartline.api.fhir.value_sets import with_value_sets
from chartline.formats.fhir.definitions import RESOURCE_TYPES, compartment
from chartline.formats.fhir.search import InCompartment, Query, read_query
from chartline.formats.fhir.shaping import Shaper, shaper
from chartline.platform.database import Work
from chartline.platform.records import Stored
from chartline.platform.records.finding import Found

PAGE = 50
"""How many matches a page holds when the client does not say."""
LARGEST_PAGE = 1000


def search(session: Session, request: FhirRequest, address: Address) -> Answer:
    """A page of a search over one type or all."""
    if address.rtype is not None:
        session.rights.require(address.rtype, "s")
        return found(session, request, (address.rtype,), parameters_of(request))
    return found(session, request, session.rights.searchable(_ALL), parameters_of(request))


def in_compartment(session: Session, request: FhirRequest, address: Address) -> Answer:
    """A page of a search inside a compartment.

    Raises ``fhir.no_such_address`` for types that are in none of its kind.
    """
    kind, inside = address.rtype or "", address.inside or ""
    members = tuple(sorted(rtype for rtype, codes in compartment(kind).items() if codes))
    if inside == "*":
        types = session.rights.searchable(members)
    elif inside in members:
        session.rights.require(inside, "s")
        types = (inside,)
    else:
        raise NO_SUCH_ADDRESS.error()
    return found(session, request, types, parameters_of(request), (kind, address.id or ""))


def parameters_of(request: FhirRequest) -> Pairs:
    """The parameters of the address and of a form together. Raises ``fhir.unsupported_media``."""
    if request.method != "POST" or not request.body:
        return request.query
    if request.media != FORM:
        raise UNSUPPORTED_MEDIA.error()
    return (*request.query, *pairs(request.body.decode("utf-8", "replace")))


def found(
    session: Session,
    request: FhirRequest,
    types: tuple[str, ...],
    parameters: Pairs,
    inside: tuple[str, str] | None = None,
) -> Answer:
    """The searchset of a search; ``inside`` is the compartment (kind, id) that all matches are in."""
    with session.reading() as work:
        query = understood(session, work, request, types, parameters)
        if inside is not None:
            query = _confined(query, *inside)
        result = session.records.search_page(work, bounded(query), session.rights.reach, page=PAGE)
        now = work.now
    count = len(result.matches) + len(result.included)
    session.shown("search", types[0] if len(types) == 1 else None, None, count)
    entries = [*_entries(request.base, query, result), *_remarks(query, result)]
    links = _links(request, query, result)
    return Answer(200, bundle("searchset", entries, links=links, total=result.total, now=now))


def understood(session: Session, work: Work, request: FhirRequest, types: tuple[str, ...], parameters: Pairs) -> Query:
    """The search that the parameters ask for. Raises ``fhir.bad_search``."""
    query = read_query(
        types,
        parameters,
        strict=strict(request),
        custom=session.records.custom_parameters(work),
        now=int(work.now.timestamp() * 1_000_000),
        base=request.base,
    )
    return with_value_sets(session, work, query)


def bounded(query: Query) -> Query:
    """The same search with a page no larger than allowed; only counted where only a count is asked for."""
    if query.count == 0 or query.summary == "count":
        return replace(query, count=0, total="accurate", includes=(), order=())
    return replace(query, count=min(query.count, LARGEST_PAGE)) if query.count is not None else query


def _confined(query: Query, kind: str, identity: str) -> Query:
    criteria = tuple(
        (InCompartment(rtype, kind, identity), *own) for rtype, own in zip(query.types, query.criteria, strict=True)
    )
    return replace(query, criteria=criteria)


def _entries(base: str, query: Query, result: Found) -> list[bytes]:
    shape = shaper(query.summary, query.elements)
    matches = search_entries(base, ((one, _shaped(one, shape)) for one in result.matches), MATCH)
    return matches + search_entries(base, ((one, _shaped(one, shape)) for one in result.included), INCLUDE)


def _shaped(stored: Stored, shape: Shaper | None) -> bytes:
    body = body_of(stored)
    return body if shape is None else shape(body)


def _remarks(query: Query, result: Found) -> list[bytes]:
    """What a reader of the result must know: parameters without effect, and includes that were cut."""
    issues = [
        Issue("warning", "not-supported", "This parameter had no effect.", f"Reason: {one.why}.", "", one.name)
        for one in query.ignored
    ]
    if result.cut:
        issues.append(
            Issue("warning", "too-costly", "Not everything was included.", "Ask for smaller pages with _count.")
        )
    return [outcome_entry(merged(issues))] if issues else []


def _links(request: FhirRequest, query: Query, result: Found) -> list[tuple[str, str]]:
    path = [part for part in request.segments if part != "_search"]
    place = "/".join([request.base, *(quote(part, safe="$*") for part in path)])
    applied = [pair for pair in query.applied if pair[0] != "_cursor"]

    def address(cursor: str | None) -> str:
        parameters = applied if cursor is None else [*applied, ("_cursor", cursor)]
        return f"{place}?{urlencode(parameters, quote_via=quote, safe='/:,$*')}" if parameters else place

    links = [("self", address(query.cursor))]
    if query.count != 0 and query.summary != "count":
        links.append(("first", address(None)))
        links += [(name, address(cursor)) for name, cursor in _pages(result) if cursor is not None]
    return links


def _pages(result: Found) -> list[tuple[str, str | None]]:
    return [("previous", result.previous), ("next", result.next)]


_ALL = tuple(sorted(RESOURCE_TYPES))
