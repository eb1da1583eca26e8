"""What was asked and how it went, never with a key or a field's value (sheet 15.24).

The newest entries are kept over restarts; older ones are dropped.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from chartline.connect.simulation.shelf import Counters, Shelf, Store
from chartline.connectors.claimmd.simulator.seed import KEY_PREFIX

KEPT = 5000


class Entry(msgspec.Struct, kw_only=True):
    """One request. ``key`` is masked; ``code`` is the system error answered, if any."""

    at: datetime
    method: str
    path: str
    key: str
    account: str
    status: int
    code: str = ""
    fault: str = ""
    warning: str = ""
    size: int = 0
    """Bytes of the answer."""


class Journal:
    """The log of requests."""

    def __init__(self, store: Store) -> None:
        self._entries: Shelf[Entry] = Shelf(store, "journal", Entry)
        self._numbers = Counters(store, "journal number")

    def add(self, entry: Entry) -> None:
        """Keep an entry."""
        number = self._numbers.next("entry")
        self._entries.put(str(number), entry)
        if str(number - KEPT) in self._entries:
            self._entries.remove(str(number - KEPT))

    def entries(self) -> list[Entry]:
        """What is kept, oldest first."""
        return list(self._entries)


def mask(key: str) -> str:
    """A key as it may be shown: whether there was one, and whether it was of the synthetic kind."""
    if not key:
        return ""
    return f"{KEY_PREFIX}…" if key.startswith(KEY_PREFIX) else "…"
