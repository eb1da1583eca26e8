"""How a connector reaches its vendor: one call in, a reply or the reason there is none out.

The transport behind this protocol (``connect/transport.py``) takes a slot from the limiter, checks the host
against the allow-list, sends, records both messages in the exchange log, and never logs a body or a header.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from chartline.kernel.clock import Clock
from chartline.kernel.outcome import Later, Refused, Unknown
from chartline.kernel.sealed import Masked, Sealed


def no_secrets(_: bytes) -> Sequence[Sealed[str]]:
    """An ordinary answer: it brings no new secret."""
    return ()


@dataclass(frozen=True, slots=True, repr=False)
class Call(Masked):
    """One HTTP call. ``tier`` names the limiter's tier, of which the call takes ``weight`` slots; ``writes`` says that
    the vendor may change something.

    Secrets go into ``headers`` or ``content``, never into the URL. ``max_wait`` is how long the call may wait for
    a slot, in seconds of the clock, before it is answered ``Later``. ``secrets_in`` finds the secrets that an answer
    brings and nobody knows yet, as a sign-in brings a token; None means that it cannot tell, and then nothing of the
    answer is kept in the exchange log. ``answer_within`` is the longest an answer is waited for, in real seconds, where
    a vendor's rules say less than the installation's own time-out.
    """

    operation: str
    method: str
    url: str
    tier: str
    writes: bool
    content: Sealed[bytes] = field(default_factory=lambda: Sealed(b""))
    headers: dict[str, Sealed[str] | str] = field(default_factory=dict)
    max_wait: float = 120.0
    weight: int = 1
    secrets_in: Callable[[bytes], Sequence[Sealed[str]] | None] = no_secrets
    answer_within: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Reply(Masked):
    """A whole HTTP answer of any status. Header names are lower case."""

    status: int
    headers: dict[str, str]
    body: Sealed[bytes]
    exchange: str


class Wire(Protocol):
    """What a connector's client may use to reach the vendor, and nothing else."""

    @property
    def clock(self) -> Clock:
        """The installation's clock."""
        ...

    def send(self, call: Call) -> Reply | Later | Refused | Unknown:
        """Send one call.

        ``Later``: no budget before ``max_wait``, nothing was sent. ``Refused``: never reached the vendor (host not
        allowed, connection refused), or a read got no answer; nothing was changed. ``Unknown``: a write was sent and
        no whole answer came.
        """
        ...

    def remember(self, name: str, value: Sealed[str]) -> None:
        """Keep a session value (a token) encrypted, for every process of this installation."""
        ...

    def recall(self, name: str) -> Sealed[str] | None:
        """A kept session value, or None."""
        ...

    def forget(self, name: str) -> None:
        """Drop a kept session value."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Credentials(Masked):
    """What the vault holds for one connection: names to sealed values, plus plain options (URLs, codes)."""

    secrets: dict[str, Sealed[str]]
    options: dict[str, str]
