"""Reading one resource: the present version or an earlier one, and 304 when the client has it already."""

from __future__ import annotations

from chartline.api.fhir import binary
from chartline.api.fhir.address import Address
from chartline.api.fhir.negotiation import accepts_fhir
from chartline.api.fhir.preferences import unchanged, version_headers
from chartline.api.fhir.request import Answer, FhirRequest
from chartline.api.fhir.session import Session, body_of, resource_of
from chartline.platform.records import Stored
from chartline.platform.records.stored import NOT_FOUND

LARGEST_VERSION = 999_999_999


def read(session: Session, request: FhirRequest, address: Address) -> Answer:
    """The present version. Raises ``records.not_found``, ``records.deleted``, ``fhir.no_scope``."""
    rtype, identity = address.rtype or "", address.id or ""
    session.rights.require(rtype, "r")
    with session.reading() as work:
        stored = session.records.read(work, rtype, identity, session.rights.reach)
    return shown(session, request, stored, "read")


def vread(session: Session, request: FhirRequest, address: Address) -> Answer:
    """One version, exactly as it was. Raises as ``read`` does."""
    rtype, identity, version = address.rtype or "", address.id or "", address.version or ""
    session.rights.require(rtype, "r")
    if not (version.isascii() and version.isdigit() and 0 < int(version) <= LARGEST_VERSION):
        raise NOT_FOUND.error(type=rtype, id=identity)
    with session.reading() as work:
        stored = session.records.version(work, rtype, identity, int(version), session.rights.reach)
    return shown(session, request, stored, "vread")


def shown(session: Session, request: FhirRequest, stored: Stored, action: str) -> Answer:
    """A version as an answer, with its event in the trail."""
    headers = version_headers(stored)
    if unchanged(request, stored):
        return Answer(304, headers=headers, native=True, stored=stored)
    session.shown(action, stored.type, stored.id)
    if stored.type == "Binary" and not accepts_fhir(request):
        return binary.as_file(resource_of(stored), headers)
    return Answer(200, body_of(stored), headers=headers, stored=stored)
