"""The search inside a conditional request: always strict, never empty, answered under a lock on it.

Refuses parameters that are not known (a part without effect would widen the condition), and more than one match where
one is meant.
"""

from __future__ import annotations

from chartline.api.fhir.problems import MISPLACED_CONDITION, MULTIPLE_MATCHES, UNSAFE_CRITERIA
from chartline.api.fhir.request import FhirRequest, Pairs
from chartline.api.fhir.session import Session
from chartline.api.fhir.value_sets import with_value_sets
from chartline.formats.fhir.search import Query, read_query
from chartline.platform.database import Work
from chartline.platform.records import Stored

_OTHER = frozenset({"_format", "_pretty"})


def conditions(request: FhirRequest) -> Pairs:
    """The parameters of the address that are conditions."""
    return tuple(pair for pair in request.query if pair[0] not in _OTHER)


def refuse_misplaced(request: FhirRequest, rtype: str) -> None:
    """Raises ``fhir.misplaced_condition`` for a create that some clients mean as a conditional one: it would store a
    duplicate each time."""
    named = [name for name, _ in conditions(request) if not name.startswith("_")]
    if named:
        raise MISPLACED_CONDITION.error(type=rtype)


def read_conditions(session: Session, work: Work, request: FhirRequest, rtype: str, parameters: Pairs) -> Query:
    """The search of a condition. Raises ``fhir.unsafe_criteria``, ``fhir.bad_search``."""
    query = read_query(
        (rtype,),
        parameters,
        strict=True,
        custom=session.records.custom_parameters(work),
        now=int(work.now.timestamp() * 1_000_000),
        base=request.base,
    )
    if not query.criteria[0]:
        raise UNSAFE_CRITERIA.error(type=rtype)
    return with_value_sets(session, work, query)


def find_one(session: Session, work: Work, request: FhirRequest, rtype: str, parameters: Pairs) -> Stored | None:
    """The one resource that fits, or None; under a lock until the transaction ends.

    Raises ``fhir.multiple_matches``, ``fhir.unsafe_criteria``, ``fhir.bad_search``, ``fhir.no_scope``.
    """
    session.rights.require(rtype, "s")
    query = read_conditions(session, work, request, rtype, parameters)
    session.records.lock_criteria(work, lock_name(rtype, parameters))
    found = session.records.matching(work, rtype, query.criteria[0], session.rights.changeable, limit=2)
    if len(found) > 1:
        raise MULTIPLE_MATCHES.error(type=rtype)
    return found[0] if found else None


def lock_name(rtype: str, parameters: Pairs) -> str:
    """What two conditional writes with the same criteria have in common, whatever the order of their parts."""
    return f"{rtype}?" + "&".join(sorted(f"{name}={value}" for name, value in parameters))
