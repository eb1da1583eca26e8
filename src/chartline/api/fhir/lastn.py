"""``Observation/$lastn``: the newest observations of each code, of one patient.

Takes every search parameter of Observation beside ``max``. Refuses questions that name no patient or subject.
"""

from __future__ import annotations

from dataclasses import replace

from chartline.api.fhir.bundle_text import MATCH, bundle, outcome_entry, search_entries
from chartline.api.fhir.gathering import PAGE, page_links
from chartline.api.fhir.operations import Asked
from chartline.api.fhir.outcomes import Issue, merged
from chartline.api.fhir.problems import BAD_PARAMETER
from chartline.api.fhir.request import Answer
from chartline.api.fhir.searching import understood
from chartline.api.fhir.session import body_of, resource_of
from chartline.formats.fhir.latest import Latest
from chartline.platform.records import Stored

_OURS = frozenset({"max", "_sort", "_count", "_cursor", "_include", "_revinclude", "_summary", "_total"})
_MOST = 1000
_SUBJECTS = ("patient", "subject")


def lastn(asked: Asked) -> Answer:
    """The newest ``max`` (1) observations of each code, grouped by it. Raises ``fhir.bad_parameter``."""
    session = asked.session
    session.rights.require("Observation", "s")
    most = asked.number("max", 1, _MOST)
    if most < 1:
        raise BAD_PARAMETER.error(parameter="max")
    parameters = _conditions(asked)
    if not any(name.replace(":", ".").partition(".")[0] in _SUBJECTS for name, _ in parameters):
        raise BAD_PARAMETER.error(parameter="patient")
    newest: Latest[Stored] = Latest(most)
    with session.reading() as work:
        query = understood(session, work, asked.request, ("Observation",), (*parameters, ("_sort", "-date")))
        while True:
            found = session.records.search_page(work, query, session.rights.reach, page=PAGE)
            for one in found.matches:
                newest.take(resource_of(one), one)
            if found.next is None:
                break
            query = replace(query, cursor=found.next)
        now = work.now
    kept = newest.kept()
    session.shown("lastn", "Observation", None, len(kept))
    entries = search_entries(asked.request.base, ((one, body_of(one)) for one in kept), MATCH)
    if query.ignored:
        issues = [
            Issue("warning", "not-supported", "This parameter had no effect.", f"Reason: {one.why}.", "", one.name)
            for one in query.ignored
        ]
        entries.append(outcome_entry(merged(issues)))
    links = page_links(asked, asked.parameters.keys(), None)
    return Answer(200, bundle("searchset", entries, links=links, total=len(kept), now=now))


def _conditions(asked: Asked) -> tuple[tuple[str, str], ...]:
    """The search parameters. Raises ``fhir.bad_parameter`` for a value that is no text."""
    found: list[tuple[str, str]] = []
    for name, values in asked.parameters.items():
        if name in _OURS:
            continue
        for value in values:
            if not isinstance(value, str):
                raise BAD_PARAMETER.error(parameter=name)
            found.append((name, value))
    return tuple(found)
