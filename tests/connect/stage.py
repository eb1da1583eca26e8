"""A transport on a real database, in front of a vendor made of raw bytes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chartline.connect.transport import Route, Transport
from chartline.connect.wire import Call
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Database
from chartline.platform.exchange import ExchangeLog, Message
from chartline.platform.limits import Limiter, Policy, Rate
from chartline.platform.vault import Secrets, Vault

POLICY = Policy({"plenty": Rate(1000, 60.0), "one": Rate(1, 3600.0)})


@dataclass
class RawVendor:
    """Says ``answer`` to every request, whatever it is, and closes. ``heard`` is what came in, byte for byte."""

    answer: bytes = b""
    heard: list[bytes] = field(default_factory=list)
    port: int = 0

    def url(self, path: str = "/call") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def says(self, body: bytes, status: str = "200 OK", media: str = "text/plain", more: str = "") -> None:
        head = f"HTTP/1.1 {status}\r\ncontent-type: {media}\r\ncontent-length: {len(body)}\r\n{more}connection: close"
        self.answer = head.encode() + b"\r\n\r\n" + body


@contextmanager
def raw_vendor() -> Generator[RawVendor]:
    """Serve until the block ends."""
    vendor = RawVendor()
    listener = socket.create_server(("127.0.0.1", 0))
    vendor.port = listener.getsockname()[1]

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                vendor.heard.append(_whole_request(connection))
                connection.sendall(vendor.answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield vendor
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _whole_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@dataclass
class Stage:
    """Everything a transport stands on."""

    database: Database
    folder: Path
    organisation: str = field(default_factory=new_id)
    connection: str = field(default_factory=new_id)

    def __post_init__(self) -> None:
        self.vault = Vault.open(self.folder)
        self.secrets = Secrets(self.vault)
        self.log = ExchangeLog(self.database, self.vault)
        self._opened: list[Transport] = []

    def transport(
        self, hosts: tuple[str, ...] = ("127.0.0.1",), confidential: tuple[str, ...] = (), timeout: float = 5.0
    ) -> Transport:
        made = Transport(
            Route(self.organisation, self.connection, "vendor", "vendor/scope", hosts),
            database=self.database,
            limiter=Limiter(self.database, {"vendor": POLICY}),
            log=self.log,
            secrets=self.secrets,
            confidential=tuple(Sealed(each) for each in confidential),
            timeout=timeout,
        )
        self._opened.append(made)
        return made

    def messages(self) -> list[Message]:
        """The exchange log, oldest first."""
        with self.database.read(self.organisation) as work:
            entries = self.log.entries(work, limit=200).entries
            return [self.log.read(work, entry.id) for entry in reversed(entries)]

    def close(self) -> None:
        for each in self._opened:
            each.close()


def call(
    url: str, *, writes: bool = False, tier: str = "plenty", body: bytes = b"", max_wait: float = 1.0, **headers: str
) -> Call:
    """A call whose headers are all sealed."""
    sealed: dict[str, Sealed[str] | str] = {name: Sealed(value) for name, value in headers.items()}
    return Call(
        "operate",
        "POST",
        url,
        tier,
        writes,
        Sealed(body),
        sealed,
        max_wait,
    )


def opened(sealed: Sealed[bytes] | None) -> bytes:
    assert sealed is not None
    return sealed.reveal(Purpose.SHOW)
