"""A closed loop of clients on one event loop: each sends its next request when the answer is there.

HTTP is spoken by hand over kept connections, because a general client would take more of the machine than the server.
Refuses (counts as failed) every status the workload did not expect.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

Asked = Generator[bytes, bytes, None]
"""A client's mind: takes the body of the last answer, gives the next request."""
Mind = Callable[[random.Random], Asked]

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)


class Connection(asyncio.Protocol):
    """One kept connection with one request on its way at a time."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Collect until the answer is whole."""
        self._data += data
        end = self._data.find(b"\r\n\r\n")
        if end < 0 or self._answer is None or self._answer.done():
            return
        head = bytes(self._data[:end])
        if match := _LENGTH.search(head):
            body = self._fixed(end + 4, int(match[1]))
        elif _CHUNKED.search(head):
            body = self._chunks(end + 4)
        else:
            body = b""
        if body is not None:
            self._data.clear()
            self._answer.set_result((int(head[9:12]), head, body))

    def _fixed(self, start: int, length: int) -> bytes | None:
        return bytes(self._data[start : start + length]) if len(self._data) >= start + length else None

    def _chunks(self, start: int) -> bytes | None:
        if not self._data.endswith(b"0\r\n\r\n"):
            return None
        parts = []
        while True:
            line = self._data.find(b"\r\n", start)
            size = int(self._data[start:line], 16) if line >= 0 else -1
            if size < 0 or len(self._data) < line + 4 + size:
                return None
            if size == 0:
                return b"".join(parts)
            parts.append(bytes(self._data[line + 2 : line + 2 + size]))
            start = line + 4 + size

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has closed it."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("the server closed the connection"))

    async def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer."""
        if self._transport is None:
            raise ConnectionError("not connected")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """End it."""
        if self._transport is not None:
            self._transport.close()


async def connect(port: int) -> Connection:
    """A connection to a server of this machine."""
    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    return connection


@dataclass(slots=True)
class Run:
    """What one load measured: answers, failures, real seconds, and seconds of each answer, sorted."""

    seconds: float
    times: list[float] = field(default_factory=list)
    failed: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the answers came."""
        return self.times[min(int(share * len(self.times)), len(self.times) - 1)] * 1000 if self.times else 0.0


async def _load(port: int, mind: Mind, clients: int, seconds: float, expected: Sequence[int], seed: int) -> Run:
    connections = [await connect(port) for _ in range(clients)]
    run = Run(0.0)
    begun = time.perf_counter()
    until = begun + seconds

    async def client(connection: Connection, number: int) -> None:
        asked = mind(random.Random(seed * 1000 + number))
        request = next(asked)
        while True:
            start = time.perf_counter()
            status, _, body = await connection.ask(request)
            now = time.perf_counter()
            run.times.append(now - start)
            if status not in expected:
                run.failed[status] = run.failed.get(status, 0) + 1
            if now >= until:
                return
            request = asked.send(body)

    await asyncio.gather(*(client(one, number) for number, one in enumerate(connections)))
    run.seconds = time.perf_counter() - begun
    for connection in connections:
        connection.close()
    run.times.sort()
    return run


def load(port: int, mind: Mind, clients: int, seconds: float, expected: Sequence[int], seed: int) -> Run:
    """Load a server with so many clients for so many real seconds."""
    return asyncio.run(_load(port, mind, clients, seconds, expected, seed))


async def _at_once(port: int, requests: Sequence[bytes]) -> list[tuple[int, bytes]]:
    connections = [await connect(port) for _ in requests]
    answers = await asyncio.gather(*(one.ask(request) for one, request in zip(connections, requests, strict=True)))
    for connection in connections:
        connection.close()
    return [(status, body) for status, _, body in answers]


def at_once(port: int, requests: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """The answers (status, body) to requests that are sent at the same moment, each on its own connection."""
    return asyncio.run(_at_once(port, requests))


async def _one(port: int, request: bytes) -> tuple[int, bytes, bytes]:
    connection = await connect(port)
    try:
        return await connection.ask(request)
    finally:
        connection.close()


def one(port: int, request: bytes) -> tuple[int, bytes, bytes]:
    """Status, head and body of one answer."""
    return asyncio.run(_one(port, request))
