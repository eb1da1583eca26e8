"""How a bulk request stands, its files, and its end: what is at ``_bulk/<id>`` and below.

The caller needs a token whose patient is the request's own (or none), and for each file the right to read its type, at
each download anew. Refuses to be asked more often than it says (429). A file goes out piece by piece, never as a whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from chartline.api.fhir.address import Address
from chartline.api.fhir.outcomes import Issue, merged, refusal
from chartline.api.fhir.problems import NO_SUCH_ADDRESS
from chartline.api.fhir.request import Answer, FhirRequest, http_date
from chartline.api.fhir.session import Session
from chartline.formats.fhir import JsonObject, encode
from chartline.formats.fhir.amounts import fhir_moment
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.bulk import Bulk, BulkFile, BulkRequest
from chartline.platform.bulk.requests import DONE, EXPORT, FAILED, NO_REQUEST

TOO_FAST = ErrorKind(
    "bulk.too_fast",
    Blame.PRACTICE,
    Again.AFTER,
    "The request was asked about again before the time that was named.",
    "Wait as long as Retry-After says.",
    status=429,
)
BULK_FAILED = ErrorKind(
    "bulk.failed",
    Blame.US,
    Again.AFTER_FIX,
    "The bulk request could not be finished.",
    "Ask again; if it lasts, the practice finds the failed job on its desk and can run it again.",
    status=500,
)
NDJSON = "application/fhir+ndjson"
RETRY = timedelta(seconds=1)
"""How long a client is asked to wait between two questions."""
_GRACE = timedelta(milliseconds=200)
_ENCODED = 15 + 16
"""gzip, in the words of zlib."""


def answer(session: Session, request: FhirRequest, address: Address) -> Answer:
    """Status, file or cancellation. Raises ``bulk.no_request``, ``fhir.no_scope``."""
    bulk = Bulk(session.services.vault)
    identity = address.id or ""
    with session.reading() as work:
        found = bulk.find(work, identity)
        plan = bulk.export_plan(work, identity) if found.kind == EXPORT else bulk.import_plan(work, identity)
        files = bulk.files.all(work, identity)
        now = work.now
    patient = session.rights.reach.patient
    if patient is not None and (found.kind != EXPORT or patient != getattr(plan, "visible_patient", None)):
        raise NO_REQUEST.error(id=identity)
    if address.inside is not None:
        file = _named(files, address.inside)
        # Deletions tell ids of every type that was exported.
        types = getattr(plan, "types", ()) if file.section == "deleted" else (file.rtype,)
        for rtype in types if file.section != "error" else ():
            session.rights.require(rtype, "r")
        return _file(session, request, bulk, found, file)
    if request.method == "DELETE":
        return _cancelled(session, bulk, found)
    if found.state == FAILED:
        raise BULK_FAILED.error(id=identity, why=found.problem)
    if found.state != DONE:
        return _waiting(session, bulk, found, now)
    manifest = (
        exported(request.base, found, plan.request, files)
        if found.kind == EXPORT
        else imported(request.base, found, plan.request, files)
    )
    headers = [("Expires", http_date(int(found.expires.timestamp())))] if found.expires else []
    return Answer(200, encode(manifest), media="application/json", headers=headers, native=True)


def _waiting(session: Session, bulk: Bulk, found: BulkRequest, now: datetime) -> Answer:
    wait = str(int(RETRY.total_seconds()))
    if found.polled is not None and timedelta(0) <= now - found.polled < RETRY - _GRACE:
        refused = refusal(TOO_FAST.error(id=found.id))
        refused.headers.append(("Retry-After", wait))
        return refused
    with session.writing() as work:
        bulk.poll(work, found)
    return Answer(202, headers=[("X-Progress", progress(found, now)), ("Retry-After", wait)], native=True)


def progress(found: BulkRequest, now: datetime) -> str:
    """How far a request is, in at most 100 letters: share, counts, and when it will be finished if it goes on so."""
    if found.began is None or not found.total:
        return "queued" if found.began is None else "working"
    share = min(found.done / found.total, 1.0)
    told = f"{share:.0%} ({found.done:,} of {found.total:,})"
    if not 0.0 < share < 1.0:
        return told
    left = (now - found.began) * ((1 - share) / share)
    return f"{told}, expected to finish at {(now + left).strftime('%H:%M:%S')}Z"


def _cancelled(session: Session, bulk: Bulk, found: BulkRequest) -> Answer:
    with session.writing() as work:
        bulk.forget(work, found.id)
        event = AuditEvent(session.principal.actor, f"fhir.bulk-{found.kind}-cancel", Target("Bulk", found.id))
        session.services.audit.record(work, event)
    text = "The request is cancelled and its files are removed."
    return Answer(202, merged([Issue("information", "informational", text)]))


def file_name(file: BulkFile) -> str:
    """The name of a file below its request."""
    return f"{file.rtype}.{file.number}.ndjson"


def _named(files: list[BulkFile], name: str) -> BulkFile:
    found = next((one for one in files if one.section != "input" and file_name(one) == name), None)
    if found is None:
        raise NO_SUCH_ADDRESS.error()
    return found


def _file(session: Session, request: FhirRequest, bulk: Bulk, found: BulkRequest, file: BulkFile) -> Answer:
    if found.state != DONE:
        raise NO_SUCH_ADDRESS.error()
    session.shown("bulk-file", file.rtype, found.id, file.count)
    headers = [("Expires", http_date(int(found.expires.timestamp())))] if found.expires else []
    pieces = bulk.files.read(session.services.database, session.organisation, found.id, file)
    if "gzip" in request.header("accept-encoding"):
        headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
        pieces = _packed(pieces)
    else:
        headers.append(("Content-Length", str(file.size)))
    return Answer(200, media=NDJSON, headers=headers, native=True, stream=pieces)


def _packed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same as gzip, piece by piece."""
    packer = zlib.compressobj(1, zlib.DEFLATED, _ENCODED)
    for piece in pieces:
        packed = packer.compress(piece)
        if packed:
            yield packed
    yield packer.flush()


def exported(base: str, found: BulkRequest, asked: str, files: list[BulkFile]) -> JsonObject:
    """The manifest of a finished export (Bulk Data 2.0.0)."""
    listed = {section: [_entry(base, found, one) for one in files if one.section == section] for section in _SECTIONS}
    return {
        "transactionTime": fhir_moment(found.made),
        "request": asked,
        "requiresAccessToken": True,
        **listed,
    }


_SECTIONS = ("output", "deleted", "error")


def imported(base: str, found: BulkRequest, asked: str, files: list[BulkFile]) -> JsonObject:
    """The manifest of a finished import: how many lines there were, and the outcomes of those that were refused."""
    errors = [one for one in files if one.section == "error"]
    refused = sum(one.count for one in errors)
    return {
        "transactionTime": fhir_moment(found.made),
        "request": asked,
        "requiresAccessToken": True,
        "output": [
            {"type": one.rtype or "Resource", "inputUrl": asked, "count": one.count}
            for one in files
            if one.section == "input"
        ],
        "error": [{**_entry(base, found, one), "inputUrl": asked} for one in errors],
        "extension": {"lines": found.done, "refused": refused},
    }


def _entry(base: str, found: BulkRequest, file: BulkFile) -> JsonObject:
    return {"type": file.rtype, "url": f"{base}/_bulk/{found.id}/{file_name(file)}", "count": file.count}
