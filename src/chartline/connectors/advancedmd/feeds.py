"""The feeds of changed patients and visits, by cursor (vendor sheet 9.1 and 9.2).

A cursor is the vendor's own ``servertime``, never our clock's (trap 14). Each reading goes five minutes behind it: a
row that is committed late bears a time under the high-water mark and would otherwise never be seen. Seeing a row
twice does no harm. Over 1000 rows the vendor sends ids only (trap 15); they wait inside the cursor and are fetched 400
at a time, one call a page, so that a crash or an empty budget loses none of it. Refuses a cursor it did not write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from chartline.connect.facts import Page
from chartline.connectors.advancedmd.about import MOST_IDS
from chartline.connectors.advancedmd.client import Read
from chartline.connectors.advancedmd.times import OfficeTime, read_wall, write_wall
from chartline.connectors.advancedmd.wire import Feed, bare_id
from chartline.kernel.clock import Clock
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Later, Receipt, Refused

R = TypeVar("R")

OVERLAP: Final = timedelta(minutes=5)
FULL_ROWS: Final = 1000
CHUNK: Final = MOST_IDS
BEGINNING: Final = "1900-01-01T00:00:00"

BAD_CURSOR = ErrorKind(
    "advancedmd.bad_cursor",
    Blame.US,
    Again.NEVER,
    "The stored position in an AdvancedMD feed cannot be read.",
    "Reset the feed's cursor; everything is then read once more and compared, nothing is lost.",
)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a feed: the time from which changes are wanted, and the ids still to be fetched before that.

    ``deleted`` are those of the ids that the list itself called deleted.
    """

    since: str = ""
    pending: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()

    def write(self) -> str:
        """As a cursor: the plain time when nothing is pending."""
        if not self.pending:
            return self.since
        return json.dumps({"since": self.since, "pending": self.pending, "deleted": self.deleted})

    @classmethod
    def read(cls, cursor: str) -> Position:
        """From a cursor. Raises ValueError."""
        if not cursor.startswith("{"):
            if cursor:
                read_wall(cursor)
            return cls(cursor)
        try:
            kept = json.loads(cursor)
            return cls(str(kept["since"]), tuple(map(str, kept["pending"])), tuple(map(str, kept["deleted"])))
        except (KeyError, TypeError):
            raise ValueError("not a position of this feed") from None


def cursor_at(moment: datetime, office: OfficeTime) -> str:
    """The cursor that stands at a moment; a reading from it goes back by the overlap, as from any other."""
    return write_wall(office.wall(moment))


Ask = Callable[[str, Sequence[str]], Read[Feed]]
"""One call of a feed: since when, and the ids when only those are wanted."""


def read_feed(
    ask: Ask,
    cursor: str,
    row: Callable[[Feed], tuple[R, ...]],
    gone: Callable[[str], R],
    clock: Clock,
    office: OfficeTime,
) -> Receipt[Page[R]] | Later | Refused:
    """One page of a feed, for one call. ``gone`` makes the row of an id that was listed as deleted and is no more."""
    try:
        position = Position.read(cursor)
    except ValueError:
        return Refused(BAD_CURSOR.problem())
    if position.pending:
        return _chunk(ask, position, row, gone)
    since = write_wall(office.back(read_wall(position.since), OVERLAP)) if position.since else BEGINNING
    asked = office.wall(clock.now())
    answer = ask(since, ())
    if not isinstance(answer, Receipt):
        return answer
    feed = answer.value
    reached = Position(mark(feed.server_time, write_wall(asked), position.since))
    if feed.count <= FULL_ROWS:
        return Receipt(Page(row(feed), reached.write(), left=0), answer.exchange)
    ids = tuple(dict.fromkeys(bare_id(node.get("id")) for node in feed.rows if node.get("id")))
    deleted = tuple(bare_id(node.get("id")) for node in feed.rows if node.get("updatestatus").upper() == "D")
    waiting = replace(reached, pending=ids, deleted=deleted)
    return Receipt(Page((), waiting.write(), more=bool(ids), left=len(ids)), answer.exchange)


def _chunk(
    ask: Ask, position: Position, row: Callable[[Feed], tuple[R, ...]], gone: Callable[[str], R]
) -> Receipt[Page[R]] | Later | Refused:
    wanted, rest = position.pending[:CHUNK], position.pending[CHUNK:]
    answer = ask(position.since or BEGINNING, wanted)
    if not isinstance(answer, Receipt):
        return answer
    arrived = {bare_id(node.get("id")) for node in answer.value.rows}
    lost = tuple(gone(each) for each in wanted if each in position.deleted and each not in arrived)
    return Receipt(
        Page(row(answer.value) + lost, replace(position, pending=rest).write(), more=bool(rest), left=len(rest)),
        answer.exchange,
    )


def mark(server_time: str, asked: str, before: str) -> str:
    """The new high-water mark: the server's time, or ours when that is earlier, or the old mark when there is neither.

    The window the vendor reads ends at our ``msgtime``. With our clock behind the server's, rows between the two were
    not in the answer, and the server's time would step over them.
    """
    try:
        server = read_wall(server_time)
    except ValueError:
        return before
    return server_time if server <= read_wall(asked) else asked
