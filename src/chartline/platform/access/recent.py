"""Tokens that were looked up a moment ago, so that a busy caller does not cost a query a request.

Remembers a principal for five real seconds. A token revoked through the same ``Access`` is forgotten at once; one that
is revoked or ends elsewhere is good for these seconds still. Refuses to keep the tokens themselves: only keyed hashes
under a key that dies with the process.
"""

from __future__ import annotations

import hashlib
import os
import time

from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.access.access import Access
from chartline.platform.access.principal import Principal

SECONDS = 5.0
_MOST = 2000


class RecentTokens:
    """The memory of one process. Safe to share between threads: every step is one look-up in a dictionary."""

    def __init__(self, access: Access) -> None:
        self._access, self._key = access, os.urandom(32)
        self._known: dict[bytes, tuple[float, int, Principal]] = {}

    def remembered(self, token: Sealed[str]) -> Principal | None:
        """Who a token belongs to, if that was looked up a moment ago."""
        return self._fresh(self._name(token))

    def principal(self, token: Sealed[str]) -> Principal:
        """Who a token belongs to. Raises ``access.unauthenticated``."""
        name = self._name(token)
        known = self._fresh(name)
        if known is not None:
            return known
        # Taken before the look-up: a revocation in between makes the memory stale, never fresh.
        revocations, now = self._access.revocations, time.monotonic()
        principal = self._access.principal_of_token(token)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[name] = (now + SECONDS, revocations, principal)
        return principal

    def _fresh(self, name: bytes) -> Principal | None:
        known = self._known.get(name)
        if known is None or known[0] < time.monotonic() or known[1] != self._access.revocations:
            return None
        return known[2]

    def _name(self, token: Sealed[str]) -> bytes:
        return hashlib.blake2b(token.reveal(Purpose.AUTHENTICATE).encode(), digest_size=16, key=self._key).digest()
