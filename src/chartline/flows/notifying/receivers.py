"""The receivers of notifications: one HTTP call to an endpoint that is proven to be public, through the transport.

Whatever the call brings is in the exchange log. Refuses addresses of private networks, also behind a public name;
only hosts that the installation lists (``vendor_hosts``: simulators, tests) may be local.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

from chartline.connect.transport import Route, Transport
from chartline.connect.wire import Call, Reply
from chartline.flows.ground import Ground
from chartline.flows.notifying.shown import Content
from chartline.formats.fhir import JsonObject, encode
from chartline.formats.fhir.xml import write_xml
from chartline.kernel.errors import ChartlineError
from chartline.kernel.outcome import Later
from chartline.kernel.sealed import Sealed
from chartline.platform.limits import Limiter
from chartline.platform.limits.policy import Policy, Rate
from chartline.platform.subscriptions import State
from chartline.platform.subscriptions.definition import public, require_public, stored_form

VENDOR, TIER = "subscriber", "notify"
_POLICY = Policy({TIER: Rate(600, 60.0)})
"""A subscriber is told at most ten times a second, over a minute; more waits."""


_MOST_KEPT = 64
"""Transports that wait for their subscription's next notification."""


class Receivers:
    """Sends to endpoints."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._kept: dict[tuple[str, str, bytes], Transport] = {}
        self._lock = threading.Lock()
        self._limiter = Limiter(ground.database, {VENDOR: _POLICY}, hold_seconds=180.0)

    def send(self, organisation: str, state: State, kind: str, content: Content) -> bool | Later:
        """Whether the endpoint took a message (2xx), or when there is room for it."""
        definition = state.definition
        if not self._public(definition.endpoint):
            return False
        body = b"" if content.resource is None else _written(content.resource, definition.media)
        headers: dict[str, Sealed[str] | str] = {name: Sealed(value) for name, value in definition.headers}
        if body:
            headers["Content-Type"] = definition.media
        url, method = definition.endpoint, "POST"
        if content.about is not None and body:
            # R4's own rule for rest-hook with a payload: an update under the endpoint.
            url = f"{url.rstrip('/')}/{content.about.rtype}/{quote(content.about.id, safe='')}"
            method = "PUT"
        call = Call(kind, method, url, TIER, True, Sealed(body), headers, max_wait=5.0)
        with self._lent(organisation, state) as transport:
            answer = transport.send(call)
        if isinstance(answer, Later):
            return answer
        return isinstance(answer, Reply) and 200 <= answer.status < 300

    @contextmanager
    def _lent(self, organisation: str, state: State) -> Generator[Transport]:
        """A transport for one call, kept for the next one as long as the subscription stays what it is."""
        key = (organisation, state.id, stored_form(state.definition))
        with self._lock:
            transport = self._kept.pop(key, None)
        if transport is None:
            transport = self._transport(organisation, state)
        try:
            yield transport
        finally:
            with self._lock:
                doubled = self._kept.pop(key, None)
                self._kept[key] = transport
                oldest = self._kept.pop(next(iter(self._kept))) if len(self._kept) > _MOST_KEPT else None
            for one in (doubled, oldest):
                if one is not None:
                    one.close()

    def _transport(self, organisation: str, state: State) -> Transport:
        definition = state.definition
        route = Route(
            organisation=organisation,
            connection=state.id,
            vendor=VENDOR,
            budget_key=f"{VENDOR}/{state.id}",
            hosts=(urlsplit(definition.endpoint).hostname or "",),
        )
        return Transport(
            route,
            database=self._ground.database,
            limiter=self._limiter,
            log=self._ground.exchanges,
            secrets=self._ground.secrets,
            confidential=tuple(Sealed(value) for _, value in definition.headers if value),
            timeout=float(definition.timeout),
        )

    def _public(self, endpoint: str) -> bool:
        """Whether every address of the endpoint's host is public now; a name may have been pointed elsewhere."""
        local = self._ground.local_hosts
        try:
            require_public(endpoint, local)
            parts = urlsplit(endpoint)
            host = parts.hostname or ""
            if host in local:
                return True
            found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
        except (ChartlineError, OSError, ValueError):
            return False
        return bool(found) and all(public(str(one[4][0]).partition("%")[0]) for one in found)


def _written(resource: JsonObject, media: str) -> bytes:
    return write_xml(resource) if media == "application/fhir+xml" else encode(resource)
