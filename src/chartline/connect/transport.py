"""The only way out of the house: limiter, allow-list, time-outs, exchange log and metrics live here, nowhere else.

One transport serves one connection of one organisation in one process. It never retries and never reads meaning
into an answer: a reply of any status is a reply. Refuses hosts that are not on the connection's list, credentials in
a URL, and redirects.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2
from prometheus_client import Counter, Histogram

from chartline.connect.health import Circuit
from chartline.connect.redaction import MARK, redact, session_secrets
from chartline.connect.wire import Call, Reply
from chartline.kernel.clock import Clock
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Later, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Database
from chartline.platform.exchange import Exchange, ExchangeLog, Word
from chartline.platform.limits import Limiter, NoBudget
from chartline.platform.vault import Secrets

HOST_NOT_ALLOWED = ErrorKind(
    "connect.host_not_allowed",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The connection was sent to a host that is not on its list, so nothing was sent.",
    "If the vendor really moved, add the host to the connection; if not, treat it as an attack and tell the vendor.",
    status=502,
)
UNREACHABLE = ErrorKind(
    "connect.unreachable",
    Blame.NETWORK,
    Again.NOW,
    "The vendor cannot be reached; nothing was sent.",
    "It is tried again by itself. If it lasts, check the network and the vendor's status page.",
    status=502,
)
NO_ANSWER = ErrorKind(
    "connect.no_answer",
    Blame.NETWORK,
    Again.NOW,
    "The vendor took the question and did not answer it.",
    "It is asked again by itself. If it lasts, check the vendor's status page.",
    status=504,
)

GATEWAY = frozenset({502, 503, 504})
"""What stands before a vendor that is down answers so; any other status is the vendor's own answer."""
LEFT_ALONE = ErrorKind(
    "connect.left_alone",
    Blame.NETWORK,
    Again.NOW,
    "The vendor has not answered for a while, so it is left alone for some minutes; nothing was sent.",
    "It is tried again by itself. Test the connection to try at once; if it lasts, see the vendor's status page.",
    status=503,
)

CALLS = Counter("chartline_vendor_calls_total", "Calls to vendors", ("vendor", "operation", "outcome"))
SECONDS = Histogram("chartline_vendor_call_seconds", "Real duration of calls to vendors", ("vendor",))


@dataclass(frozen=True, slots=True)
class Route:
    """Whom a transport serves and where it may go. ``hosts`` are exact names, or ``*.example.com`` for subdomains."""

    organisation: str
    connection: str
    vendor: str
    budget_key: str
    """The limiter's key: what the vendor counts by (office key, account), not the connection."""
    hosts: tuple[str, ...]


class Transport:
    """A ``Wire`` over HTTP."""

    def __init__(
        self,
        route: Route,
        *,
        database: Database,
        limiter: Limiter,
        log: ExchangeLog,
        secrets: Secrets,
        confidential: Sequence[Sealed[str]],
        timeout: float,
    ) -> None:
        self._route, self._database, self._limiter, self._log, self._secrets = route, database, limiter, log, secrets
        self._confidential = tuple(confidential)
        self._sessions: dict[str, Sealed[str]] = {}
        limits = httpx2.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=4.0)
        self._circuit = Circuit(database, route.organisation, route.connection)
        self._timeout = timeout
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(timeout), limits=limits, follow_redirects=False, trust_env=False
        )

    @property
    def clock(self) -> Clock:
        """The installation's clock."""
        return self._database.clock

    def send(self, call: Call) -> Reply | Later | Refused | Unknown:
        """Send one call; see ``Wire.send``."""
        if not self._allowed(call.url):
            return Refused(HOST_NOT_ALLOWED.problem(connection=self._route.connection, operation=call.operation))
        if self._circuit.closed_until() is not None:
            CALLS.labels(self._route.vendor, call.operation, Word.REFUSED.value).inc()
            return Refused(LEFT_ALONE.problem(connection=self._route.connection, operation=call.operation))
        lease = self._limiter.acquire(self._route.budget_key, call.tier, call.max_wait, call.weight)
        if isinstance(lease, NoBudget):
            CALLS.labels(self._route.vendor, call.operation, Word.LATER.value).inc()
            return Later(lease.at, "budget")
        try:
            return self._exchange(call)
        finally:
            self._limiter.release(lease)

    def _exchange(self, call: Call) -> Reply | Refused | Unknown:
        content = call.content.reveal(Purpose.EXCHANGE)
        headers = {
            name: value.reveal(Purpose.AUTHENTICATE) if isinstance(value, Sealed) else value
            for name, value in call.headers.items()
        }
        started, begun = self.clock.now(), time.perf_counter()

        def note(word: Word, status: int | None = None, body: bytes | None = None, problem: str | None = None) -> str:
            seconds = time.perf_counter() - begun
            CALLS.labels(self._route.vendor, call.operation, word.value).inc()
            SECONDS.labels(self._route.vendor).observe(seconds)
            brought = call.secrets_in(body) if body is not None else ()
            secrets = (*self._confidential, *session_secrets(list(self._sessions.values())), *(brought or ()))
            kept = body if brought is not None else MARK
            return self._log.record_now(
                self._route.organisation,
                Exchange(
                    connection=self._route.connection,
                    vendor=self._route.vendor,
                    operation=call.operation,
                    started=started,
                    duration_ms=round(seconds * 1000),
                    outcome=word,
                    status=status,
                    problem=problem,
                    request=redact(content, secrets),
                    response=None if kept is None else redact(kept, secrets),
                ),
            )

        try:
            # Never longer than the installation's own: leases and intents reckon with that one.
            seconds_left = min(self._timeout, call.answer_within or self._timeout)
            answer = self._client.request(
                call.method, call.url, content=content, headers=headers, timeout=httpx2.Timeout(seconds_left)
            )
            body = answer.content
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol):
            self._circuit.failed(UNREACHABLE.code)
            return Refused(UNREACHABLE.problem(evidence=note(Word.REFUSED, problem=UNREACHABLE.code)))
        except httpx2.HTTPError:
            # The request left, in whole or in part, and no whole answer came back.
            self._circuit.failed(NO_ANSWER.code)
            if call.writes:
                return Unknown(note(Word.UNKNOWN))
            return Refused(NO_ANSWER.problem(evidence=note(Word.REFUSED, problem=NO_ANSWER.code)))
        exchange = note(Word.RECEIPT, answer.status_code, body)
        if answer.status_code in GATEWAY:
            self._circuit.failed(NO_ANSWER.code)
        else:
            self._circuit.answered()
        return Reply(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, Sealed(body), exchange)

    def _allowed(self, url: str) -> bool:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.username or parts.password or parts.scheme not in ("http", "https"):
            return False
        if parts.scheme == "http" and host not in ("127.0.0.1", "localhost", "::1"):
            return False
        return any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in self._route.hosts)

    def _name(self, name: str) -> str:
        return f"session/{self._route.connection}/{name}"

    def remember(self, name: str, value: Sealed[str]) -> None:
        """Keep a session value encrypted; see ``Wire``."""
        self._sessions[name] = value
        with self._database.work(self._route.organisation) as work:
            self._secrets.put_secret(work, self._name(name), value)

    def recall(self, name: str) -> Sealed[str] | None:
        """A kept session value, or None."""
        with self._database.read(self._route.organisation) as work:
            value = self._secrets.find_secret(work, self._name(name))
        if value is None:
            return None
        self._sessions[name] = value
        return value

    def forget(self, name: str) -> None:
        """Drop a kept session value."""
        with self._database.work(self._route.organisation) as work:
            self._secrets.remove_secret(work, self._name(name))

    def try_now(self) -> None:
        """Forget that the vendor did not answer: a person wants to know now."""
        self._circuit.reset()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
