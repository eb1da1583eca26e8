"""How each subscription stands: its status, its numbered events, and which job may send now.

Everything works in the caller's transaction. Numbers are given under the row's lock, so that there is never a gap and
never two of the same. Refuses to let two jobs send at once: order would be lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from chartline.kernel.sealed import Masked
from chartline.platform.database import Work
from chartline.platform.records import observing
from chartline.platform.subscriptions.definition import Definition, from_stored, stored_form
from chartline.platform.subscriptions.tables import event_table, state_table
from chartline.platform.vault import Vault

REQUESTED, ACTIVE, ERROR, OFF = "requested", "active", "error", "off"
HOLD = timedelta(minutes=5)
"""A job that was silent for so long lets go; longer than any notification takes."""
_MANY = 1000


@dataclass(frozen=True, slots=True, repr=False)
class State(Masked):
    """One subscription. ``events`` counts every event so far, numbered or not."""

    id: str
    status: str
    problem: str
    definition: Definition
    events: int
    delivered: int
    attempts: int
    last_sent: datetime | None
    held_by: str


@dataclass(frozen=True, slots=True)
class Event:
    """One event: which version of which resource, and its number in the subscription."""

    number: int
    rtype: str
    id: str
    version: int
    interaction: str
    at: datetime


class States:
    """Reads and writes the state of subscriptions."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def find(self, work: Work, identity: str, *, lock: bool = False) -> State | None:
        """A subscription, or None; ``lock`` keeps other writers of it away until the transaction ends."""
        query = work.select(state_table).where(state_table.c.id == identity)
        row = work.row(query.with_for_update() if lock else query)
        return None if row is None else self._state(work, row, self._unnumbered(work, identity))

    def all(self, work: Work, statuses: Sequence[str], identities: Sequence[str] | None = None) -> list[State]:
        """The subscriptions in some states, by id; of ``identities`` alone where they are given."""
        query = work.select(state_table).where(state_table.c.status.in_(statuses)).order_by(state_table.c.id)
        waiting = work.select(event_table, event_table.c.subscription_id, sa.func.count().label("number"))
        waiting = waiting.where(event_table.c.number.is_(None)).group_by(event_table.c.subscription_id)
        if identities is not None:
            query = query.where(state_table.c.id.in_(identities))
            waiting = waiting.where(event_table.c.subscription_id.in_(identities))
        more = {row["subscription_id"]: row["number"] for row in work.rows(waiting)}
        return [self._state(work, row, more.get(row["id"], 0)) for row in work.rows(query)]

    def put(self, work: Work, identity: str, definition: Definition, status: str) -> None:
        """Begin a subscription, or change what it is; its events and their numbers stay.

        A job that waits to try again lets go, so that a new beginning need not wait for it.
        """
        values: dict[str, object] = {"status": status, "definition": self._sealed(work, identity, definition)}
        if status == REQUESTED:
            values["held_by"] = ""
        known = sa.update(state_table).where(work.mine(state_table), state_table.c.id == identity)
        if work.execute(known.values(problem="", attempts=0, **values)).rowcount == 0:
            work.insert(
                state_table, id=identity, problem="", events=0, delivered=0, attempts=0, **{"held_by": "", **values}
            )
        observing.changed(work)

    def turn(self, work: Work, identity: str, status: str, problem: str = "") -> None:
        """Give a subscription another status."""
        self._change(work, identity, status=status, problem=problem, attempts=0)
        observing.changed(work)

    def claim(self, work: Work, identity: str, job: str) -> bool:
        """Let a job send until it lets go; False while another one does."""
        row = work.row(work.select(state_table).where(state_table.c.id == identity).with_for_update())
        if row is None or row["status"] == OFF:
            return False
        if row["held_by"] not in ("", job) and row["held_until"] is not None and row["held_until"] > work.now:
            return False
        self._change(work, identity, held_by=job, held_until=work.now + HOLD)
        return True

    def hold(self, work: Work, identity: str, until: datetime) -> None:
        """The job that sends goes on later, and nobody else before it."""
        self._change(work, identity, held_until=until + HOLD)

    def release(self, work: Work, identity: str) -> None:
        """The job has nothing more to send."""
        self._change(work, identity, held_by="", held_until=None)

    def sent(self, work: Work, identity: str, delivered: int) -> None:
        """Everything up to a number was taken by the endpoint."""
        self._change(work, identity, delivered=delivered, attempts=0, last_sent=work.now)

    def failed(self, work: Work, identity: str) -> int:
        """The endpoint did not take something; answers how often in a row."""
        self._change(work, identity, attempts=state_table.c.attempts + 1)
        query = work.select(state_table, state_table.c.attempts).where(state_table.c.id == identity)
        return int(work.scalar(query) or 0)

    def number(self, work: Work, identity: str) -> None:
        """Give the events without a number theirs. The row must be locked."""
        mine = work.select(event_table, event_table.c.pk).where(
            event_table.c.subscription_id == identity, event_table.c.number.is_(None)
        )
        found = [row["pk"] for row in work.rows(mine.order_by(event_table.c.pk).limit(_MANY))]
        if not found:
            return
        last = work.select(state_table, state_table.c.events).where(state_table.c.id == identity)
        first = int(work.scalar(last) or 0) + 1
        statement = work.update(event_table).where(event_table.c.pk == sa.bindparam("one"))
        work.execute(
            statement.values(number=sa.bindparam("given")),
            [{"one": pk, "given": first + at} for at, pk in enumerate(found)],
        )
        self._change(work, identity, events=first + len(found) - 1)

    def events(self, work: Work, identity: str, first: int, last: int | None, most: int) -> list[Event]:
        """The numbered events from ``first`` to ``last``, in order, at most so many."""
        column = event_table.c.number
        query = work.select(event_table).where(event_table.c.subscription_id == identity, column >= first)
        if last is not None:
            query = query.where(column <= last)
        return [
            Event(row["number"], row["rtype"], row["resource_id"], row["version"], row["interaction"], row["at"])
            for row in work.rows(query.order_by(column).limit(most))
        ]

    def _unnumbered(self, work: Work, identity: str) -> int:
        query = work.select(event_table, sa.func.count()).where(
            event_table.c.subscription_id == identity, event_table.c.number.is_(None)
        )
        return int(work.scalar(query) or 0)

    def _change(self, work: Work, identity: str, **values: object) -> None:
        work.execute(work.update(state_table).where(state_table.c.id == identity).values(**values))

    def _sealed(self, work: Work, identity: str, definition: Definition) -> bytes:
        return self._vault.seal(work.organisation, state_table.name, identity, stored_form(definition))

    def _state(self, work: Work, row: sa.RowMapping, unnumbered: int) -> State:
        content = self._vault.open_sealed(work.organisation, state_table.name, row["id"], row["definition"])
        return State(
            row["id"],
            row["status"],
            row["problem"],
            from_stored(content),
            row["events"] + unnumbered,
            row["delivered"],
            row["attempts"],
            row["last_sent"],
            row["held_by"],
        )
