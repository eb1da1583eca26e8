"""Create, update and delete of one resource in an open transaction, with its event in the trail.

A write takes the caller's expected version from If-Match and fails with 412 when another one is there. What billing
publishes is not the client's to change. The same content again makes no new version.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from chartline.api.fhir import binary
from chartline.api.fhir.bodies import checked, read_body
from chartline.api.fhir.outcomes import all_well
from chartline.api.fhir.preferences import (
    MINIMAL,
    OUTCOME,
    expected_version,
    location,
    returns,
    version_headers,
)
from chartline.api.fhir.problems import (
    NO_UPDATE_AS_CREATE,
    OURS,
    PRECONDITION_FAILED,
    WRONG_ID,
)
from chartline.api.fhir.request import Answer, FhirRequest
from chartline.api.fhir.session import Session, body_of
from chartline.formats.fhir import JsonObject, encode
from chartline.kernel.errors import ChartlineError
from chartline.platform.database import Work
from chartline.platform.records import Stored
from chartline.platform.records.stored import NOT_FOUND, VERSION_CONFLICT


def create(session: Session, request: FhirRequest, rtype: str, resource: JsonObject, work: Work) -> Answer:
    """A new resource under an id of ours: 201."""
    session.rights.require_within(resource)
    stored = session.records.create(work, resource, checked=True)
    session.changed(work, "create", stored)
    return written(request, stored, 201)


def update(session: Session, request: FhirRequest, resource: JsonObject, work: Work) -> Answer:
    """A new version under the id that the resource carries: 200, or 201 where there was none."""
    with preconditions(request):
        stored, made = replace(session, work, resource, expected_state(request))
    return written(request, stored, 201 if made else 200)


def delete(session: Session, request: FhirRequest, rtype: str, identity: str, work: Work) -> Answer:
    """Mark deleted: 204, also when it is not there any more or never was."""
    with preconditions(request):
        remove(session, work, rtype, identity, expected_version(request))
    return Answer(204, native=True)


def expected_state(request: FhirRequest) -> int | None:
    """The version that must be present: of If-Match, 0 (none) for ``If-None-Match: *``, None when any will do."""
    if request.header("if-none-match").strip() == "*":
        return 0
    return expected_version(request)


def require_id(resource: JsonObject, rtype: str, identity: str) -> None:
    """Raises ``fhir.wrong_id`` unless the resource carries this id."""
    if resource.get("id") != identity:
        raise WRONG_ID.error(type=rtype, id=identity, expression=f"{rtype}.id")


def sent_resource(request: FhirRequest, rtype: str, identity: str | None = None) -> JsonObject:
    """The resource that a request carries; a file becomes a Binary."""
    if binary.is_file(request, rtype):
        return checked(binary.from_file(request, identity))
    return read_body(request, rtype)


def replace(
    session: Session, work: Work, resource: JsonObject, expected: int | None, method: str = "PUT"
) -> tuple[Stored, bool]:
    """Store a resource under its id; says whether there was none before.

    Raises ``records.version_conflict``, ``fhir.no_update_as_create``, ``fhir.published_by_billing``,
    ``fhir.outside_compartment``.
    """
    rtype, identity = str(resource["resourceType"]), str(resource["id"])
    before = session.records.find(work, rtype, identity, session.rights.changeable)
    allow_replacing(session, before, rtype, identity, expected)
    session.rights.require_within(resource)
    stored = session.records.put(work, resource, if_version=expected, method=method, checked=True)
    action = "create" if before is None else "patch" if method == "PATCH" else "update"
    session.changed(work, action, stored)
    return stored, before is None


def allow_replacing(session: Session, before: Stored | None, rtype: str, identity: str, expected: int | None) -> None:
    """Raises unless this caller may store a new version on top of ``before`` (None: there is none now)."""
    if before is None:
        if expected:
            raise VERSION_CONFLICT.error(type=rtype, id=identity)
        if session.rights.reach.patient is not None:
            # Whether a hidden resource stands there must not show.
            raise NOT_FOUND.error(type=rtype, id=identity)
        if not session.services.settings.fhir_update_as_create:
            raise NO_UPDATE_AS_CREATE.error(type=rtype, id=identity)
        session.rights.require(rtype, "c")
        return
    if expected is not None and expected != before.version:
        raise VERSION_CONFLICT.error(type=rtype, id=identity, present=str(before.version))
    require_clients(before)


def require_clients(stored: Stored) -> None:
    """Raises ``fhir.published_by_billing`` for a resource that is not a client's to change."""
    if stored.owner:
        raise OURS.error(type=stored.type, id=stored.id)


def remove(session: Session, work: Work, rtype: str, identity: str, expected: int | None) -> None:
    """Mark a resource deleted; nothing happens when there is none. Raises ``records.version_conflict``."""
    before = session.records.find(work, rtype, identity, session.rights.changeable)
    if before is None:
        if expected is not None:
            raise VERSION_CONFLICT.error(type=rtype, id=identity)
        return
    if expected is not None and expected != before.version:
        raise VERSION_CONFLICT.error(type=rtype, id=identity, present=str(before.version))
    require_clients(before)
    gone = session.records.delete(work, rtype, identity, if_version=expected)
    session.changed(work, "delete", gone)


@contextmanager
def preconditions(request: FhirRequest) -> Generator[None, None, None]:
    """Tells a version conflict in the words of If-Match (412) where the client sent one, else as a conflict (409)."""
    try:
        yield
    except ChartlineError as error:
        if error.problem.code != VERSION_CONFLICT.code:
            raise
        if not (request.header("if-match") or request.header("if-none-match")):
            raise
        raise PRECONDITION_FAILED.error(**error.problem.fields) from None


def written(request: FhirRequest, stored: Stored, status: int) -> Answer:
    """A stored version as the answer to a write, as the client prefers it."""
    headers = [*version_headers(stored), ("Location", location(request.base, stored))]
    asked = returns(request)
    if asked == MINIMAL:
        return Answer(status, headers=headers, native=True, stored=stored)
    if asked == OUTCOME:
        return Answer(status, encode(all_well("It is stored.")), headers=headers, stored=stored)
    return Answer(status, body_of(stored), headers=headers, stored=stored)
