"""``Composition/$document``: a composition with everything that it refers to, as one document Bundle.

Refuses to take in what belongs to another patient than the composition's, and a document too large to be whole.
"""

from __future__ import annotations

from chartline.api.fhir.bundle_text import full_url, instant, open_base, quoted
from chartline.api.fhir.everything import referenced
from chartline.api.fhir.operations import Asked
from chartline.api.fhir.problems import BAD_PARAMETER, TOO_LARGE
from chartline.api.fhir.request import Answer
from chartline.api.fhir.session import body_of, resource_of
from chartline.formats.fhir import child, parse
from chartline.formats.fhir.references import reference_target
from chartline.kernel.ids import new_id
from chartline.platform.records import Stored


def document(asked: Asked) -> Answer:
    """The document; stored as a Bundle as well with ``persist``, which wants POST.

    Raises ``records.not_found``, ``fhir.too_large``, ``fhir.bad_parameter``.
    """
    session, identity = asked.session, asked.address.id or ""
    session.rights.require("Composition", "r")
    persist = asked.flag("persist")
    if persist and asked.request.method != "POST":
        raise BAD_PARAMETER.error(parameter="persist")
    if persist:
        session.rights.require("Bundle", "c")
    with session.reading() as work:
        composition = session.records.read(work, "Composition", identity, session.rights.reach)
        target = reference_target(child(resource_of(composition), "subject"))
        owners = frozenset([f"{target[0]}/{target[1]}"] if target else [])
        around, cut = referenced(asked, work, [composition], owners, None)
        moment = instant(work.now)
    if cut:
        raise TOO_LARGE.error(count=str(len(around)))
    session.shown("document", "Composition", identity, 1 + len(around))
    body = _bundle(asked.request.base, moment, [composition, *around])
    if persist:
        resource = parse(body)
        session.rights.require_within(resource)
        with session.writing() as work:
            session.changed(work, "create", session.records.create(work, resource))
    return Answer(200, body)


def _bundle(base: str, moment: str, parts: list[Stored]) -> bytes:
    """The composition stands first (R4, "Documents"); identifier and timestamp are this assembly's own."""
    start, identity = open_base(base), new_id()
    entries = [b'{"fullUrl":%s,"resource":%s}' % (full_url(start, one), body_of(one)) for one in parts]
    number = quoted(f"urn:uuid:{identity}")
    head = (
        b'{"resourceType":"Bundle","id":%s,"identifier":{"system":"urn:ietf:rfc:3986","value":%s},"type":"document",'
        b'"timestamp":"%s","entry":[' % (quoted(identity), number, moment.encode())
    )
    return head + b",".join(entries) + b"]}"
