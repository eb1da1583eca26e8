"""The entries of a batch or transaction as requests, and their answers as entries of the response.

Refuses entries without method or address, and addresses outside of this server.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from chartline.api.fhir.bundle_text import bundle, instant, quoted
from chartline.api.fhir.patching import JSON_PATCH
from chartline.api.fhir.preferences import etag, location
from chartline.api.fhir.problems import BAD_BUNDLE
from chartline.api.fhir.request import FHIR_JSON, Answer, FhirRequest, pairs
from chartline.formats.fhir import JsonObject, child, children, text
from chartline.kernel.sealed import Masked

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_CONDITIONS = {
    "ifMatch": "if-match",
    "ifNoneMatch": "if-none-match",
    "ifModifiedSince": "if-modified-since",
    "ifNoneExist": "if-none-exist",
}
_REASONS = {200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 304: "Not Modified", 400: "Bad Request"}
_REASONS |= {401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict"}
_REASONS |= {410: "Gone", 412: "Precondition Failed", 415: "Unsupported Media Type", 422: "Unprocessable Entity"}


@dataclass(slots=True, repr=False)
class Entry(Masked):
    """One entry: its number, what it calls itself, the request it stands for, and the resource it carries."""

    index: int
    full_url: str | None
    request: FhirRequest
    resource: JsonObject | None

    @property
    def place(self) -> str:
        """Where it stands, as FHIRPath."""
        return f"Bundle.entry[{self.index}]"


def read_entries(request: FhirRequest, body: JsonObject) -> list[Entry]:
    """Every entry of a Bundle. Raises ``fhir.bad_bundle`` naming the entry."""
    return [read_entry(request, one, index) for index, one in enumerate(children(body, "entry"))]


def read_entry(outer: FhirRequest, entry: JsonObject, index: int) -> Entry:
    """One entry. Raises ``fhir.bad_bundle``."""
    place = f"Bundle.entry[{index}]"
    asked = child(entry, "request") or {}
    method, url = text(asked, "method"), text(asked, "url")
    if method is None or method not in METHODS:
        raise BAD_BUNDLE.error(element=f"{place}.request.method")
    if url is None:
        raise BAD_BUNDLE.error(element=f"{place}.request.url")
    address = url.removeprefix(f"{outer.base}/")
    if ":" in address.partition("?")[0]:
        raise BAD_BUNDLE.error(element=f"{place}.request.url", why="another server")
    path, _, query = address.strip("/").partition("?")
    resource = child(entry, "resource")
    if resource is None and method in ("POST", "PUT", "PATCH") and not ("$" in path or path.endswith("_search")):
        raise BAD_BUNDLE.error(element=f"{place}.resource")
    request = FhirRequest(
        method=method,
        segments=tuple(unquote(part) for part in path.strip("/").split("/")) if path.strip("/") else (),
        query=pairs(query),
        headers=_headers(outer, asked),
        base=outer.base,
        resource=resource,
    )
    if method == "PATCH" and resource is not None and resource.get("resourceType") == "Binary":
        request = _with_json_patch(request, resource, place)
    return Entry(index, text(entry, "fullUrl"), request, resource)


def _headers(outer: FhirRequest, asked: JsonObject) -> Mapping[str, str]:
    headers = {"content-type": FHIR_JSON, "accept": FHIR_JSON}
    if "prefer" in outer.headers:
        headers["prefer"] = outer.headers["prefer"]
    if "return=" not in headers.get("prefer", "").replace(" ", ""):
        # Nobody reads back what a bundle stored unless it is asked for.
        headers["prefer"] = ", ".join(filter(None, [headers.get("prefer", ""), "return=minimal"]))
    for name, header in _CONDITIONS.items():
        value = text(asked, name)
        if value is not None:
            headers[header] = value
    return headers


def _with_json_patch(request: FhirRequest, resource: JsonObject, place: str) -> FhirRequest:
    if text(resource, "contentType") != JSON_PATCH:
        raise BAD_BUNDLE.error(element=f"{place}.resource.contentType")
    try:
        body = base64.b64decode(text(resource, "data") or "", validate=True)
    except (binascii.Error, ValueError):
        raise BAD_BUNDLE.error(element=f"{place}.resource.data") from None
    return request.carrying(body, {**request.headers, "content-type": JSON_PATCH})


def answered(base: str, answers: Sequence[Answer], kind: str) -> bytes:
    """The response Bundle: an entry for each answer, in the order of the requests."""
    return bundle(f"{kind}-response", [_entry(base, one) for one in answers])


def _entry(base: str, answer: Answer) -> bytes:
    status = f"{answer.status} {_REASONS.get(answer.status, '')}".strip()
    parts = [b'"status":' + quoted(status)]
    stored = answer.stored
    if stored is not None and answer.status in (200, 201):
        parts.append(b'"location":' + quoted(location(base, stored)))
        parts.append(b'"etag":' + quoted(etag(stored.version)))
        parts.append(b'"lastModified":' + quoted(instant(stored.updated)))
    is_outcome = answer.body.startswith(b'{"resourceType":"OperationOutcome"')
    if is_outcome:
        parts.append(b'"outcome":' + answer.body)
    response = b'"response":{' + b",".join(parts) + b"}"
    if answer.body and not is_outcome and not answer.native:
        url = b'"fullUrl":' + quoted(f"{base}/{stored.reference}") + b"," if stored is not None else b""
        return b"{" + url + b'"resource":' + answer.body + b"," + response + b"}"
    return b"{" + response + b"}"
