"""``Patient/$everything`` and ``Encounter/$everything``: a compartment, and what its resources refer to.

One search for the page and one look-up for each round of references, whatever the number of resources. Refuses to show
what belongs to another patient, even where a resource of this one refers to it; the caller's own reach holds as well.
"""

from __future__ import annotations

from dataclasses import replace

from chartline.api.fhir.bundle_text import INCLUDE, MATCH, bundle, outcome_entry, search_entries
from chartline.api.fhir.gathering import (
    asked_range,
    asked_since,
    asked_types,
    own_query,
    page_links,
    page_of,
    remarks,
    since_edge,
    within,
)
from chartline.api.fhir.operations import Asked
from chartline.api.fhir.outcomes import Issue, merged
from chartline.api.fhir.problems import NO_SUCH_ADDRESS
from chartline.api.fhir.request import Answer
from chartline.api.fhir.session import body_of, resource_of
from chartline.formats.fhir import child, parse
from chartline.formats.fhir.definitions import compartment
from chartline.formats.fhir.mentions import mentions
from chartline.formats.fhir.references import reference_target
from chartline.formats.fhir.search import InCompartment, extract
from chartline.platform.database import Work
from chartline.platform.records import Stored
from chartline.platform.records.reach import patient_types
from chartline.platform.records.rows import micros

_KNOWN = frozenset({"start", "end", "_since", "_type", "_count", "_cursor"})
_MOST = 1000
"""Referenced resources on one page."""
_ROUNDS = 3


def of_patient(asked: Asked) -> Answer:
    """Everything of a patient; without an id of the one patient that the caller's token is for.

    Raises ``records.not_found``, ``fhir.no_such_address`` for a caller who is bound to nobody.
    """
    session = asked.session
    session.rights.require("Patient", "r")
    identity = asked.address.id or session.rights.reach.patient
    if identity is None:
        raise NO_SUCH_ADDRESS.error()
    with session.reading() as work:
        session.records.read(work, "Patient", identity, session.rights.reach)
        return _everything(asked, work, "Patient", identity, frozenset())


def of_encounter(asked: Asked) -> Answer:
    """Everything of an encounter, its patient included. Raises ``records.not_found``."""
    session, identity = asked.session, asked.address.id or ""
    session.rights.require("Encounter", "r")
    with session.reading() as work:
        encounter = resource_of(session.records.read(work, "Encounter", identity, session.rights.reach))
        target = reference_target(child(encounter, "subject"))
        owners = frozenset([f"{target[0]}/{target[1]}"] if target else [])
        return _everything(asked, work, "Encounter", identity, owners)


def _everything(asked: Asked, work: Work, kind: str, identity: str, owners: frozenset[str]) -> Answer:
    """``owners`` are the patients whose resources may come in by reference; a patient's own come as matches."""
    session, wanted = asked.session, asked_types(asked)
    issues = remarks(asked, _KNOWN)
    members = {kind, *compartment(kind)}
    # References of what is not shown lead to what is: a practitioner is only known through such resources.
    listed = members if wanted is None or wanted - members else wanted
    types = tuple(sorted(one for one in listed if session.rights.may(one, "r")))
    since = asked_since(asked)
    query = own_query(asked, work, types or (kind,), since)
    # The same conditions for every type, so that one list of the index serves them all.
    conditions = (InCompartment(kind, kind, identity), *query.criteria[0])
    query = replace(
        query,
        criteria=(conditions,) * len(query.types),
        applied=(("compartment", f"{kind}/{identity}"), *since),
    )
    found = page_of(asked, work, query, session.rights.reach, within(asked_range(asked)))
    shown = [one for one in found.matches if wanted is None or one.type in wanted]
    around, cut = referenced(asked, work, found.matches, owners, wanted)
    if since:
        # The client has these already: they did not change since.
        edge = since_edge(asked)
        around = [one for one in around if micros(one.updated) >= edge]
    if cut:
        issues.append(Issue("warning", "too-costly", "Not everything was included.", "Ask for smaller pages."))
    session.shown("everything", kind, identity, len(shown) + len(around))
    base = asked.request.base
    entries = search_entries(base, ((one, body_of(one)) for one in shown), MATCH)
    entries += search_entries(base, ((one, body_of(one)) for one in around), INCLUDE)
    if issues:
        entries.append(outcome_entry(merged(issues)))
    total = found.total if len(shown) == len(found.matches) else None
    links = page_links(asked, _KNOWN, found.next)
    return Answer(200, bundle("searchset", entries, links=links, total=total, now=work.now))


def referenced(
    asked: Asked, work: Work, matches: list[Stored], owners: frozenset[str], wanted: frozenset[str] | None
) -> tuple[list[Stored], bool]:
    """What the resources refer to, and what that refers to; and whether the cap cut it.

    ``owners`` are the patients whose resources may come in, ``wanted`` the types (None for all).
    """
    session, base = asked.session, asked.request.base
    seen = {(one.type, one.id) for one in matches}
    around: list[Stored] = []
    front = matches
    for _ in range(_ROUNDS):
        named = dict.fromkeys(pair for one in front for pair in mentions(body_of(one), base))
        fresh = [pair for pair in named if pair not in seen and session.rights.may(pair[0], "r")]
        seen.update(fresh)
        if not fresh:
            break
        read = session.records.read_many(work, fresh[: _MOST + 1], session.rights.reach)
        front = [read[pair] for pair in fresh if pair in read and _belongs(read[pair], owners)]
        around += front
    shown = [one for one in around if wanted is None or one.type in wanted]
    return shown[:_MOST], len(shown) > _MOST


def _belongs(stored: Stored, owners: frozenset[str]) -> bool:
    """Whether a referenced resource is of nobody, or of these patients alone."""
    if stored.type not in patient_types():
        return True
    places = extract(parse(body_of(stored))).compartments
    return owners.issuperset(place for place in places if place.startswith("Patient/"))
