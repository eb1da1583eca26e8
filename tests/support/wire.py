"""A real, minimal Wire over loopback sockets: no limiter, no exchange log; what a connector sees is the same."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx2

from chartline.connect.wire import Call, Reply
from chartline.kernel.clock import Clock, SystemClock
from chartline.kernel.errors import Again, Blame, Problem
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Later, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed


def refused(code: str) -> Refused:
    return Refused(Problem(code, Blame.NETWORK, Again.AFTER, "The call did not reach the vendor.", "Try later."))


class LoopbackWire:
    """Sends to 127.0.0.1 only. ``sent`` lists operation and tier of every call that left."""

    def __init__(self, clock: Clock | None = None, timeout: float = 10.0) -> None:
        self._clock = clock or SystemClock()
        self._client = httpx2.Client(timeout=timeout, trust_env=False, follow_redirects=False)
        self.kept: dict[str, Sealed[str]] = {}
        self.sent: list[tuple[str, str]] = []

    @property
    def clock(self) -> Clock:
        return self._clock

    def operations(self) -> list[str]:
        return [operation for operation, _ in self.sent]

    def send(self, call: Call) -> Reply | Later | Refused | Unknown:
        if urlsplit(call.url).hostname != "127.0.0.1":
            return refused("connect.host_not_allowed")
        headers = {
            name: value.reveal(Purpose.EXCHANGE) if isinstance(value, Sealed) else value
            for name, value in call.headers.items()
        }
        self.sent.append((call.operation, call.tier))
        try:
            response = self._client.request(
                call.method, call.url, content=call.content.reveal(Purpose.EXCHANGE), headers=headers
            )
        except httpx2.ConnectError:
            return refused("connect.unreachable")
        except httpx2.HTTPError:
            return Unknown(new_id()) if call.writes else refused("connect.no_answer")
        return Reply(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            Sealed(response.content),
            new_id(),
        )

    def remember(self, name: str, value: Sealed[str]) -> None:
        self.kept[name] = value

    def recall(self, name: str) -> Sealed[str] | None:
        return self.kept.get(name)

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)

    def close(self) -> None:
        self._client.close()
