"""How the visits of some days stand with one practice system: a word for each, and how many are not there as they are.

Refuses to count what needs no sending: a visit that is cancelled, moved, missed or deleted is left out by the caller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from chartline.connect.connections import Connection
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.settings import read_settings
from chartline.flows.sync_board import statuses
from chartline.platform.database import Work

SYNCED = "synced"
AT_ONCE = 500
"""Visits that one query asks about."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Visits at one connection: the word of each by our id, and how many there are of each word."""

    connection: Connection
    on: bool
    words: dict[str, str]
    counts: dict[str, int]

    @property
    def unsynced(self) -> int:
        """How many are not there as they are here."""
        return sum(number for word, number in self.counts.items() if word != SYNCED)


def standing_of(work: Work, connection: Connection, appointment_ids: Sequence[str]) -> Standing:
    """Visits at one connection; three queries for every 500 of them."""
    words: dict[str, str] = {}
    for start in range(0, len(appointment_ids), AT_ONCE):
        some = tuple(appointment_ids[start : start + AT_ONCE])
        words.update({one.local_id: one.word for one in statuses(work, connection.id, Kind.VISIT, some, lines=False)})
    return Standing(connection, read_settings(work, connection.id).enabled, words, dict(Counter(words.values())))
