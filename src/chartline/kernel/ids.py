"""UUIDv7 identifiers (RFC 9562 section 5.7): unique, and sorted by the time they were made."""

from __future__ import annotations

import hashlib
import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A new UUIDv7 as canonical lower-case text; strictly increasing inside one process."""
    global _last
    with _lock:
        # 48 bits of milliseconds and 12 bits of fraction, bumped when two ids fall together.
        stamp = time.time_ns() * 4096 // 1_000_000
        _last = stamp if stamp > _last else _last + 1
        stamp = _last
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64
    value |= 0b10 << 62 | int.from_bytes(os.urandom(8), "big") >> 2
    return str(uuid.UUID(int=value))


def derived_id(*parts: str) -> str:
    """The same id for the same parts, for effects that must be recognised when they are repeated.

    Shaped as a UUIDv8 (RFC 9562 section 5.8) so that it can stand in any id column.
    """
    digest = bytearray(hashlib.sha256("\x1f".join(parts).encode()).digest()[:16])
    digest[6] = 0x80 | digest[6] & 0x0F
    digest[8] = 0x80 | digest[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(digest)))
