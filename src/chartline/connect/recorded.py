"""A wire that serves recorded exchanges and has no way to any network: what replays run on.

It holds messages and nothing else: no client, no socket, no address. Its clock stands at the moment of the recording.
Refuses a call that was not recorded and an answer that was not kept; keeps no session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chartline.connect.redaction import MARK
from chartline.connect.transport import NO_ANSWER, UNREACHABLE
from chartline.connect.wire import Call, Reply
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Later, Refused, Unknown
from chartline.kernel.sealed import Masked, Purpose, Sealed
from chartline.platform.exchange import Entry, Message

NOT_RECORDED = ErrorKind(
    "replay.not_recorded",
    Blame.US,
    Again.NEVER,
    "The replay asked for a call that the exchange log does not hold, so it cannot go on.",
    "Nothing was sent. Replay the exchange that the sync log names for this record.",
    status=409,
)
NOT_KEPT = ErrorKind(
    "replay.not_kept",
    Blame.US,
    Again.NEVER,
    "The answer of this exchange was not kept, because it held credentials.",
    "Sign-ins cannot be replayed. Choose another exchange.",
    status=409,
)


@dataclass(frozen=True, slots=True)
class StandingClock:
    """Time that stands still."""

    moment: datetime

    def now(self) -> datetime:
        """The one moment."""
        return self.moment

    def sleep(self, seconds: float) -> None:
        """Nobody waits in a replay."""

    def real_seconds(self, seconds: float) -> float:
        """None pass."""
        return 0.0


@dataclass(repr=False)
class RecordedWire(Masked):
    """A ``Wire``. ``anchor`` is the exchange that is replayed; ``earlier`` are others that it may have stood on.

    A call of the anchor's operation is answered by the anchor. Any other is answered by the newest earlier one of its
    operation. ``served`` are the exchanges that were used, in order.
    """

    anchor: Entry
    earlier: Sequence[Entry]
    read: Callable[[str], Message]
    sessions: Mapping[str, Sealed[str]]

    def __post_init__(self) -> None:
        self.served: list[str] = []
        self.clock: Final = StandingClock(self.anchor.started)

    def send(self, call: Call) -> Reply | Later | Refused | Unknown:
        """The recorded answer of such a call."""
        found = self._recorded(call.operation)
        if found is None:
            return Refused(NOT_RECORDED.problem(operation=call.operation))
        self.served.append(found.id)
        if found.problem == UNREACHABLE.code:
            return Refused(UNREACHABLE.problem(evidence=found.id))
        response = self.read(found.id).response
        if response is None:
            return Unknown(found.id) if call.writes else Refused(NO_ANSWER.problem(evidence=found.id))
        if response.reveal(Purpose.EXCHANGE) == MARK:
            return Refused(NOT_KEPT.problem(evidence=found.id))
        # Only the type of a body is ever read from an answer's headers, and every reader recognises its bytes.
        return Reply(found.status or 200, {}, response, found.id)

    def _recorded(self, operation: str) -> Entry | None:
        if operation == self.anchor.operation:
            return self.anchor
        return next((each for each in self.earlier if each.operation == operation), None)

    def remember(self, name: str, value: Sealed[str]) -> None:
        """A replay keeps nothing."""

    def recall(self, name: str) -> Sealed[str] | None:
        """The stand-in of a session."""
        return self.sessions.get(name)

    def forget(self, name: str) -> None:
        """A replay drops nothing."""
