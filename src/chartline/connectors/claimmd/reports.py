"""The feed of reports on claims, by cursor (vendor sheet 5.4).

A cursor only ever grows: an empty poll may repeat it, leave it out, or say 0, and none of that may replay years
(trap 12). Refuses a cursor that is no number.
"""

from __future__ import annotations

from typing import Final

from chartline.connect.facts import ClaimReport, Page
from chartline.connect.wire import Wire
from chartline.connectors.claimmd import problems
from chartline.connectors.claimmd.client import Client, Responses
from chartline.connectors.claimmd.translate import report_of
from chartline.connectors.claimmd.wire import is_number
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.kernel.sealed import Purpose, Sealed

ROWS_PER_RESPONSE: Final = 20_000
"""A page of so many rows is a full one (sheet 2)."""

_POLLED: Final = "responses_polled_from"


def read(wire: Wire, client: Client, cursor: str) -> Receipt[Page[ClaimReport]] | Later | Refused:
    """Reports since the cursor, in the vendor's order; of several on one claim the later one counts."""
    position = cursor or "0"
    if not is_number(position):
        return Refused(problems.BAD_CURSOR.problem(service="response"))
    answer = client.response(position)
    if not isinstance(answer, Receipt):
        return answer
    wire.remember(_POLLED, Sealed(position))
    following = reached(position, answer.value)
    full = len(answer.value.rows) >= ROWS_PER_RESPONSE
    rows = tuple(report_of(row) for row in answer.value.rows)
    return Receipt(Page(rows, following, more=full and following != position), answer.exchange)


def polled_from(wire: Wire) -> str:
    """The position from which the caller last polled, and which it has therefore stored; ``0`` before any poll."""
    text = wire.recall(_POLLED)
    return text.reveal(Purpose.MATCH) if text is not None else "0"


def reached(position: str, answer: Responses) -> str:
    """The greater of the position asked from and the one the answer tells, by itself or on its messages."""
    told = [answer.last] if answer.last else [m.response for row in answer.rows for m in row.messages]
    return str(max([int(position), *(int(text) for text in told if is_number(text))]))
