"""Binary: files go in and out in their own format; as a resource only where a FHIR format is asked for or sent.

``X-Security-Context`` is kept as ``securityContext`` and given back. Refuses to say a file is anything a browser would
run: it is sent with ``nosniff`` and as an attachment.
"""

from __future__ import annotations

import base64
import binascii
import re

from chartline.api.fhir.problems import NO_BODY
from chartline.api.fhir.request import FHIR_JSON, Answer, FhirRequest
from chartline.formats.fhir import JsonObject, child, text

_FHIR = (FHIR_JSON, "application/fhir+xml", "application/json+fhir", "application/xml+fhir")
_MEDIA = re.compile(r"[\w.+-]+/[\w.+-]+(?:\s*;\s*[\w-]+=[\w.\"-]+)*")
_REFERENCE = re.compile(r"[A-Za-z0-9:/.#?=&_%-]{1,500}")


def is_file(request: FhirRequest, rtype: str | None) -> bool:
    """Whether the body is a file in its own format, and not a Binary resource."""
    return rtype == "Binary" and request.media not in ("", *_FHIR)


def from_file(request: FhirRequest, identity: str | None = None) -> JsonObject:
    """The Binary resource that holds the file of a request. Raises ``fhir.no_body``."""
    if not request.body:
        raise NO_BODY.error()
    resource: JsonObject = {"resourceType": "Binary"}
    if identity is not None:
        resource["id"] = identity
    resource["contentType"] = request.header("content-type")
    context = request.header("x-security-context")
    if _REFERENCE.fullmatch(context):
        resource["securityContext"] = {"reference": context}
    resource["data"] = base64.b64encode(request.body).decode()
    return resource


def as_file(resource: JsonObject, headers: list[tuple[str, str]]) -> Answer:
    """The file in a Binary resource."""
    try:
        content = base64.b64decode(text(resource, "data") or "")
    except (binascii.Error, ValueError):
        content = b""
    media = text(resource, "contentType") or ""
    context = text(child(resource, "securityContext"), "reference") or ""
    extra = [("X-Security-Context", context)] if _REFERENCE.fullmatch(context) else []
    answer = Answer(200, content, media if _MEDIA.fullmatch(media) else "application/octet-stream", native=True)
    answer.headers = [*headers, *extra, ("Content-Disposition", "attachment")]
    return answer
