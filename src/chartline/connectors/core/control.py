"""Envelopes of our questions: control numbers, and the trace that joins an answer to its question (trap 6).

A control number is the count of centiseconds, so that it comes back after 115 days at the earliest; within a process it
never repeats. Numbers of claim files are the caller's. Refuses nothing.
"""

from __future__ import annotations

import threading
from typing import Final

from chartline.connect.facts import Relationship
from chartline.connectors.core.options import Account
from chartline.formats.x12.envelope_writer import Envelope
from chartline.kernel.clock import Clock

ORIGINATOR: Final = "9CHARTLINE"
"""TRN03: ``9`` and a name of our own, ten characters."""
RELATIONS: Final = {Relationship.SPOUSE: "01", Relationship.CHILD: "19", Relationship.OTHER: "34"}
"""INS02 of a dependent: spouse, child, other adult."""
_MOST: Final = 999_999_999
_lock = threading.Lock()
_last = 0


def envelope(clock: Clock, account: Account) -> Envelope:
    """An envelope for one question, now, in UTC."""
    now = clock.now()
    number = _next(int(now.timestamp() * 100)) % _MOST + 1
    return Envelope(
        sender=account.sender,
        receiver=account.receiver,
        at=now,
        control=number,
        group_control=number,
        usage=account.usage,
    )


def _next(tick: int) -> int:
    """A tick that this process has not given out; the clock of a rehearsal may be set back, and then it goes on."""
    global _last
    with _lock:
        _last = max(tick, _last + 1)
        return _last
