"""``DocumentReference/$docref`` (US Core 6.1.0): the documents of a patient.

Documents are found, not made: nothing is assembled on demand, so who asks for on-demand documents alone gets none, and
is told so. Without dates the current documents are meant. Refuses questions that name no patient.
"""

from __future__ import annotations

from chartline.api.fhir.bundle_text import MATCH, bundle, outcome_entry, search_entries
from chartline.api.fhir.gathering import asked_range, own_query, page_links, page_of, remarks, within
from chartline.api.fhir.operations import Asked
from chartline.api.fhir.outcomes import Issue, merged
from chartline.api.fhir.problems import BAD_PARAMETER
from chartline.api.fhir.request import Answer
from chartline.api.fhir.session import body_of
from chartline.formats.fhir import children, text
from chartline.formats.fhir.references import reference_target

_KNOWN = frozenset({"patient", "start", "end", "type", "on-demand", "_count", "_cursor"})
_NONE_MADE = Issue(
    "information",
    "informational",
    "This server makes no documents on demand.",
    "Ask without on-demand for the documents that are stored.",
)


def docref(asked: Asked) -> Answer:
    """A page of a patient's documents, newest first. Raises ``fhir.bad_parameter``."""
    session = asked.session
    session.rights.require("DocumentReference", "s")
    issues, care = remarks(asked, _KNOWN), asked_range(asked)
    parameters = [("patient", _patient(asked)), ("_sort", "-date"), *_types(asked)]
    if care is None:
        parameters.append(("status", "current"))
    if asked.flag("on-demand"):
        session.shown("docref", "DocumentReference", None, 0)
        with session.reading() as work:
            now = work.now
        links = page_links(asked, _KNOWN, None)
        entries = [outcome_entry(merged([*issues, _NONE_MADE]))]
        return Answer(200, bundle("searchset", entries, links=links, total=0, now=now))
    with session.reading() as work:
        query = own_query(asked, work, ("DocumentReference",), parameters)
        found = page_of(asked, work, query, session.rights.reach, within(care))
        now = work.now
    session.shown("docref", "DocumentReference", None, len(found.matches))
    entries = search_entries(asked.request.base, ((one, body_of(one)) for one in found.matches), MATCH)
    if issues:
        entries.append(outcome_entry(merged(issues)))
    links = page_links(asked, _KNOWN, found.next)
    return Answer(200, bundle("searchset", entries, links=links, total=found.total, now=now))


def _patient(asked: Asked) -> str:
    """The patient as a reference, from an id, a reference, or a Reference."""
    given = asked.first("patient")
    if isinstance(given, dict):
        given = text(given, "reference")
    if not isinstance(given, str) or not given:
        raise BAD_PARAMETER.error(parameter="patient")
    target = reference_target({"reference": given}) if "/" in given else ("Patient", given)
    if target is None or target[0] != "Patient" or not target[1].replace("-", "").replace(".", "").isalnum():
        raise BAD_PARAMETER.error(parameter="patient")
    return f"Patient/{target[1]}"


def _types(asked: Asked) -> list[tuple[str, str]]:
    """The types of document, any of which may be meant: texts of a query, Codings and CodeableConcepts of a body."""
    codes: list[str] = []
    for value in asked.parameters.get("type", []):
        if isinstance(value, dict):
            codings = children(value, "coding") if "coding" in value else [value]
            codes += [f"{text(one, 'system') or ''}|{text(one, 'code') or ''}".lstrip("|") for one in codings]
        elif isinstance(value, str):
            codes.append(value)
    known = [code for code in codes if code]
    if "type" in asked.parameters and not known:
        raise BAD_PARAMETER.error(parameter="type")
    return [("type", ",".join(known))] if known else []
