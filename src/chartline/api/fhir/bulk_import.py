"""``$import``: NDJSON that comes in the request is kept, put in line, and answered with the address of its status.

The body is ``application/fhir+ndjson``, one resource a line: at ``[type]/$import`` of that type, at ``$import`` of any
types. Refuses manifests with addresses to fetch from: this server calls nobody that a request names.
"""

from __future__ import annotations

from chartline.api.fhir.bulk_export import accepted, put_in_line, require_async
from chartline.api.fhir.operations import NDJSON, Asked
from chartline.api.fhir.problems import NO_BODY, NO_SCOPE, OUTSIDE, UNSUPPORTED_MEDIA
from chartline.api.fhir.request import Answer
from chartline.api.fhir.rights import Rights
from chartline.flows.bulk_import import IMPORT
from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.bulk import Bulk, ImportPlan
from chartline.platform.bulk.requests import lines_of


def take(asked: Asked) -> Answer:
    """Put an import in line: 202 with the address of its status.

    Raises ``fhir.bad_header`` without ``Prefer: respond-async``, ``fhir.unsupported_media``, ``fhir.no_body``,
    ``fhir.no_scope``, and ``fhir.outside_compartment`` for a token that is bound to a patient.
    """
    session, request, rtype = asked.session, asked.request, asked.address.rtype
    require_async(request)
    if session.rights.reach.patient is not None:
        raise OUTSIDE.error()
    if rtype is not None:
        session.rights.require(rtype, "c")
        session.rights.require(rtype, "u")
    create, update = _may(session.rights, "c"), _may(session.rights, "u")
    if create == () or update == ():
        raise NO_SCOPE.error(scope="*.cu", permission="create")
    if request.media not in NDJSON:
        raise UNSUPPORTED_MEDIA.error()
    if not request.body.strip():
        raise NO_BODY.error()
    bulk = Bulk(session.services.vault)
    place = "/".join([request.base, *request.segments])
    plan = ImportPlan(request=place, base=request.base, create=create, update=update)
    with session.writing() as work:
        bulk.forget_expired(work)
        identity = bulk.make(work, plan, session.principal.actor, lines_of(request.body))
        bulk.add_input(work, identity, rtype or "", request.body)
        put_in_line(session, work, IMPORT, identity)
        event = AuditEvent(session.principal.actor, "fhir.bulk-import-ask", Target("Bulk", identity))
        session.services.audit.record(work, event)
    return accepted(request, identity)


def _may(rights: Rights, letter: str) -> tuple[str, ...] | None:
    """The types that may be written; None for all."""
    found = tuple(sorted(rtype for rtype in RESOURCE_TYPES if rights.may(rtype, letter)))
    return None if len(found) == len(RESOURCE_TYPES) else found
