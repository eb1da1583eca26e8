"""A minimal ASGI surface for simulators: whole requests in, whole answers out.

Handlers are plain functions run on the event loop one at a time, so a simulator's state changes are atomic.
Not for the product's own web surface, which uses Litestar: a vendor's quirks (unquoted file names in multipart,
stray bytes, connections dropped after a commit) need raw access.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

from chartline.kernel.clock import Clock

Scope = MutableMapping[str, Any]  # the ASGI wire itself is untyped
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """One whole HTTP request. Header names are lower case; ``query`` keeps the last value of a name."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    query: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, repr=False)
class Answer:
    """One whole HTTP answer, and how it should misbehave on its way out.

    ``delay`` is in seconds of the simulator's clock. ``drop`` closes the connection without any byte of the
    answer, ``cut`` sends only so many bytes of a longer announced body.
    """

    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False
    cut: int | None = None


class Handler(Protocol):
    """A simulator: a function from a request to an answer."""

    def handle(self, request: Request) -> Answer:
        """Answer one request; never raises for anything a caller can send."""
        ...


def application(handler: Handler, clock: Clock) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The ASGI application around a handler."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            while True:
                kind = (await receive())["type"]
                await send({"type": f"{kind}.complete"})
                if kind == "lifespan.shutdown":
                    return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        answer = handler.handle(Request(scope["method"], scope["path"], headers, body, query))
        await _deliver(answer, send, clock)

    return app


async def _deliver(answer: Answer, send: Send, clock: Clock) -> None:
    if answer.delay:
        await asyncio.sleep(clock.real_seconds(answer.delay))
    if answer.drop:
        # uvicorn closes the connection when an application ends without an answer that is complete.
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
        return
    headers = [(b"content-type", answer.content_type.encode()), (b"content-length", str(len(answer.body)).encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    sent = answer.body if answer.cut is None else answer.body[: answer.cut]
    await send({"type": "http.response.body", "body": sent, "more_body": len(sent) < len(answer.body)})
