"""Create, update and delete, plain and conditional: a search may decide which resource is meant.

Conditional writes hold a lock on their criteria, so that two of them with the same ones cannot both find nothing. An
empty condition, or one with a part that would have no effect, is refused: it could hit anything.
"""

from __future__ import annotations

from chartline.api.fhir import write
from chartline.api.fhir.address import Address
from chartline.api.fhir.criteria import conditions, find_one, read_conditions, refuse_misplaced
from chartline.api.fhir.preferences import expected_version
from chartline.api.fhir.problems import ID_TAKEN, TOO_MANY, WRONG_ID
from chartline.api.fhir.request import Answer, FhirRequest, pairs
from chartline.api.fhir.session import Session
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work
from chartline.platform.records import Stored
from chartline.platform.records.writing import Change


def create(session: Session, request: FhirRequest, address: Address) -> Answer:
    """POST: 201; with If-None-Exist 200 and the resource that is there already, if there is one."""
    rtype = address.rtype or ""
    session.rights.require(rtype, "c")
    refuse_misplaced(request, rtype)
    resource = write.sent_resource(request, rtype)
    condition = request.header("if-none-exist").strip().removeprefix("?").removeprefix(f"{rtype}?")
    with session.writing() as work:
        if "if-none-exist" in request.headers:
            known = find_one(session, work, request, rtype, pairs(condition))
            if known is not None:
                return write.written(request, known, 200)
        return write.create(session, request, rtype, resource, work)


def update(session: Session, request: FhirRequest, address: Address) -> Answer:
    """PUT to an id, or to a search: the resource that fits is updated, or a new one created."""
    rtype = address.rtype or ""
    session.rights.require(rtype, "u")
    if address.id is not None:
        resource = write.sent_resource(request, rtype, address.id)
        write.require_id(resource, rtype, address.id)
        with session.writing() as work:
            return write.update(session, request, resource, work)
    resource = write.sent_resource(request, rtype)
    with session.writing() as work:
        known = find_one(session, work, request, rtype, conditions(request))
        identity = resource.get("id")
        if known is not None:
            if identity not in (None, known.id):
                raise WRONG_ID.error(type=rtype, expression=f"{rtype}.id")
            return write.update(session, request, {**resource, "id": known.id}, work)
        if identity is None:
            session.rights.require(rtype, "c")
            return write.create(session, request, rtype, resource, work)
        if session.records.find(work, rtype, str(identity)) is not None:
            raise ID_TAKEN.error(type=rtype)
        return write.update(session, request, resource, work)


def delete(session: Session, request: FhirRequest, address: Address) -> Answer:
    """DELETE of an id, or of everything that a search finds, up to the bound of the settings."""
    rtype = address.rtype or ""
    session.rights.require(rtype, "d")
    with session.writing() as work:
        if address.id is not None:
            return write.delete(session, request, rtype, address.id, work)
        found = _all_fitting(session, work, request, rtype)
        expected = expected_version(request)
        gone = session.records.write_many(work, [Change.delete(rtype, one.id, expected) for one in found])
        for one in gone[:1]:
            event = AuditEvent(session.principal.actor, "fhir.delete", Target(rtype, one.id), count=len(gone))
            session.services.audit.record(work, event)
    return Answer(204, native=True)


def _all_fitting(session: Session, work: Work, request: FhirRequest, rtype: str) -> list[Stored]:
    """Everything that fits a conditional delete. Raises ``fhir.too_costly``, ``fhir.published_by_billing``."""
    most = session.services.settings.fhir_delete_most
    query = read_conditions(session, work, request, rtype, conditions(request))
    session.rights.require(rtype, "s")
    found = session.records.matching(work, rtype, query.criteria[0], session.rights.changeable, limit=most + 1)
    if len(found) > most:
        raise TOO_MANY.error(count=str(most))
    for one in found:
        write.require_clients(one)
    return found
