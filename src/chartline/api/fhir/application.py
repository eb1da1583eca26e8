"""The FHIR server as an ASGI application: reads the request, knows the caller, answers from a thread.

It stands before the web framework, because reads and searches are many and small. Refuses bodies over the bound
before they are read to their end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote

import msgspec
import structlog
from litestar.types import HTTPResponseStartEvent, HTTPScope, Receive, Scope, Send

from chartline.api.fhir import capability, cors
from chartline.api.fhir.address import Address, methods, read_address
from chartline.api.fhir.dispatch import perform
from chartline.api.fhir.entrance import Entrance
from chartline.api.fhir.negotiation import JSON, PLAIN, XML, Format, accepts_fhir, wanted
from chartline.api.fhir.outcomes import refusal
from chartline.api.fhir.problems import TOO_LARGE
from chartline.api.fhir.request import FHIR_JSON, Answer, FhirRequest, pairs
from chartline.api.fhir.rights import rights_of
from chartline.api.fhir.session import Session
from chartline.api.fhir.threads import Threads
from chartline.api.problems import UNEXPECTED
from chartline.app.services import Services
from chartline.formats.fhir import parse
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Sealed
from chartline.platform.access import Principal
from chartline.platform.audit import AuditBehind
from chartline.platform.subscriptions import Author, writing_as
from chartline.platform.vault import Vault

ROOT = "/fhir/R4"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_GUARDS = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"private, no-cache")]
_WITHOUT_BODY = frozenset({204, 304})
_log = structlog.get_logger(__name__)


class FhirApplication:
    """Answers everything under ``/fhir/R4``; ``close`` when the server ends."""

    def __init__(self, services: Services, cookie: str, form_token: Callable[[Vault, Sealed[str]], str]) -> None:
        self._services = services
        self._entrance = Entrance(services, cookie, form_token)
        self._trail = AuditBehind(services.database, services.audit)
        self._threads = Threads(services.settings.worker_threads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        request = _request(scope, self._services.settings.fhir_base)
        try:
            answer = await self._answered(request, receive)
        except ChartlineError as error:
            answer = refusal(error)
        except Exception as error:
            _log.error("fhir.unexpected", method=request.method, kind=type(error).__name__, exc_info=error)
            answer = refusal(UNEXPECTED.error())
        if answer.stream is not None and request.method != "HEAD":
            await self._stream(request, answer, answer.stream, send)
        else:
            await _send(request, answer, send)

    async def _stream(self, request: FhirRequest, answer: Answer, pieces: Iterator[bytes], send: Send) -> None:
        """A large body, one piece in memory at a time. A piece that cannot be read ends the connection."""
        await send(_start(request, answer, [(b"content-type", answer.media.encode("latin-1", "replace"))]))
        while (piece := await self._threads.run(next, pieces, None)) is not None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _answered(self, request: FhirRequest, receive: Receive) -> Answer:
        if request.method == "OPTIONS":
            headers = [("Allow", methods(request.segments)), *cors.PREFLIGHT]
            return Answer(204, headers=headers, native=True)
        address = read_address(request.method, request.segments)
        form = _form(request, address)
        if address.interaction == "metadata":
            return await self._threads.run(self._metadata, request, form)
        body = b""
        if request.method not in ("GET", "HEAD"):
            body = await _read(receive, request, self._services.settings.fhir_body_bytes)
        principal = self._entrance.remembered(request)
        return await self._threads.run(self._perform, request.with_body(body), principal, form)

    def _metadata(self, request: FhirRequest, form: Format) -> Answer:
        return _formed(capability.statement(self._services, request), form)

    def _perform(self, request: FhirRequest, known: Principal | None, form: Format) -> Answer:
        try:
            principal = known if known is not None else self._entrance.principal(request)
        except ChartlineError as error:
            return _formed(refusal(error), form)
        session = Session(self._services, principal, rights_of(principal), self._trail)
        if request.method in ("GET", "HEAD"):
            return _formed(perform(session, request), form)
        # A Subscription that is written now will see what its author may see.
        with writing_as(Author(principal.actor, session.rights.reach, request.base)):
            return _formed(perform(session, request), form)

    def close(self) -> None:
        """Finish what runs and write what is left of the audit trail."""
        self._threads.close()
        self._trail.close()


def _formed(answer: Answer, form: Format) -> Answer:
    """The body in the format that goes out."""
    if answer.native or form is PLAIN or not answer.body:
        return answer
    try:
        return _reformed(answer, form)
    except ChartlineError as error:
        return refusal(error)


def _reformed(answer: Answer, form: Format) -> Answer:
    if form.version == "5.0":
        from chartline.api.fhir.preview import as_r5

        answer = as_r5(answer)
    if form.kind == XML:
        from chartline.formats.fhir.xml import write_xml

        answer.body = write_xml(parse(answer.body))
    elif form.kind == JSON and form.pretty:
        answer.body = msgspec.json.format(answer.body, indent=2)
    answer.media = form.media
    return answer


def _form(request: FhirRequest, address: Address) -> Format:
    """The format of the answer; a file goes out in its own, whatever is accepted."""
    if address.rtype == "Binary" and address.interaction in ("read", "vread") and not accepts_fhir(request):
        return PLAIN
    if address.interaction == "bulk":
        return PLAIN
    return wanted(request)


def _request(scope: HTTPScope, base: str) -> FhirRequest:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    raw = scope.get("raw_path") or scope["path"].encode()
    path = raw.decode("latin-1").partition("?")[0][len(ROOT) :]
    segments = tuple(unquote(part) for part in path.strip("/").split("/")) if path.strip("/") else ()
    query = scope["query_string"]
    return FhirRequest(
        scope["method"],
        segments,
        pairs(query.decode("latin-1")) if query else (),
        headers,
        b"",
        base.rstrip("/") or f"{scope['scheme']}://{headers.get('host', 'localhost')}{ROOT}",
    )


async def _read(receive: Receive, request: FhirRequest, most: int) -> bytes:
    """The body. Raises ``fhir.too_large``."""
    length = request.header("content-length")
    if length.isascii() and length.isdigit() and int(length) > most:
        raise TOO_LARGE.error()
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if size > most:
            raise TOO_LARGE.error()
        more = message.get("more_body", False)
    return b"".join(chunks)


async def _send(request: FhirRequest, answer: Answer, send: Send) -> None:
    headers: list[tuple[bytes, bytes]] = []
    body = answer.body
    if answer.status not in _WITHOUT_BODY:
        if body or not answer.native:
            media = PLAIN.media if answer.media == FHIR_JSON else answer.media
            headers.append((b"content-type", media.encode("latin-1", "replace")))
        if answer.stream is None:
            headers.append((b"content-length", str(len(body)).encode()))
    await send(_start(request, answer, headers))
    await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body, "more_body": False})


def _start(request: FhirRequest, answer: Answer, more: list[tuple[bytes, bytes]]) -> HTTPResponseStartEvent:
    headers = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in _headers(request, answer)]
    return {"type": "http.response.start", "status": answer.status, "headers": [*headers, *_GUARDS, *more]}


def _headers(request: FhirRequest, answer: Answer) -> Iterable[tuple[str, str]]:
    yield from answer.headers
    if request.header("origin") and request.method != "OPTIONS":
        yield from cors.ALWAYS
    given = request.header("x-request-id")
    yield "X-Request-Id", given if _REQUEST_ID.fullmatch(given) else new_id()
