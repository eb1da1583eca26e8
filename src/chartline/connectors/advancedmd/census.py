"""Which patients and visits the office has: what the counts of both sides are compared by (vendor sheet 9.1, 9.2).

The feeds are asked since 1900. Up to 1000 rows they say themselves which are deleted; beyond, they list bare ids, and
these are asked for in chunks with the fewest columns. What was learned before the budget ran out is kept for an hour,
so that a census in peak hours comes to an end. Refuses to call a list complete that is shorter than its count.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Literal

from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.client import Client, Read
from chartline.connectors.advancedmd.feeds import BEGINNING, CHUNK, FULL_ROWS
from chartline.connectors.advancedmd.times import read_wall
from chartline.connectors.advancedmd.translate import STATUSES, VisitStatus
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import Feed, bare_id
from chartline.kernel.clock import Clock
from chartline.kernel.outcome import Later, Receipt, Refused

Kind = Literal["patient", "visit"]

KEPT: Final = timedelta(hours=1)


@dataclass
class _Count:
    """A census under way: which ids are still to be asked for, and which are known to stand."""

    begun: datetime
    waiting: list[str]
    standing: set[str] = field(default_factory=set)


class Census:
    """The censuses of one office. One at a time of each kind; a second caller goes on where the first stands."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._lock = threading.Lock()
        self._counts: dict[tuple[Kind, date], _Count] = {}

    def present(self, kind: Kind, since: date) -> Receipt[frozenset[str]] | Later | Refused:
        """The bare ids of all patients, or of the visits from a day of the office on, that are not deleted."""
        ask: Callable[[str, Sequence[str]], Read[Feed]]
        ask = self._client.get_standing_patients if kind == "patient" else self._client.get_standing_visits
        with self._lock:
            count = self._counts.get((kind, since))
            if count is None or self._clock.now() - count.begun >= KEPT:
                answer = ask(BEGINNING, ())
                if not isinstance(answer, Receipt):
                    return answer
                feed = answer.value
                if len(feed.rows) < feed.count:
                    return Refused(problems.INCOMPLETE.problem(evidence=answer.exchange, action=f"getupdated{kind}s"))
                if feed.count <= FULL_ROWS:
                    return Receipt(_standing(feed, kind, since), answer.exchange)
                ids = (bare_id(row.get("id")) for row in feed.rows if not _deleted(row))
                count = _Count(self._clock.now(), list(dict.fromkeys(each for each in ids if each)))
                self._counts[kind, since] = count
            exchange: str | None = None
            while count.waiting:
                asked = count.waiting[:CHUNK]
                answer = ask(BEGINNING, asked)
                if not isinstance(answer, Receipt):
                    return answer
                count.standing |= _standing(answer.value, kind, since)
                count.waiting, exchange = count.waiting[len(asked) :], answer.exchange
            del self._counts[kind, since]
            return Receipt(frozenset(count.standing), exchange)


def _deleted(row: Node) -> bool:
    deleted = STATUSES.get(row.get("status")) is VisitStatus.DELETED
    return deleted or row.get("updatestatus").upper() == "D"


def _standing(feed: Feed, kind: Kind, since: date) -> frozenset[str]:
    """A visit without a readable start counts: it is there, and nobody can say that it is older."""
    return frozenset(
        bare_id(row.get("id"))
        for row in feed.rows
        if row.get("id") and not _deleted(row) and (kind == "patient" or _day(row) >= since)
    )


def _day(row: Node) -> date:
    try:
        return read_wall(row.get("start")).date()
    except ValueError:
        return date.max
