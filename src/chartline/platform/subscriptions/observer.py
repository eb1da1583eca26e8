"""What happens to subscriptions in the transaction of a write: they begin, change, end, and get their events.

A write that subscriptions wait for leaves a row for each of them and a job that sends, all in its own transaction, so
nothing is told that did not happen and nothing that happened is lost. Refuses Subscriptions that cannot be served.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from chartline.formats.fhir import JsonObject
from chartline.kernel.ids import new_id
from chartline.platform.database import Work
from chartline.platform.jobs import Jobs, Queue, Schedules
from chartline.platform.records import observing
from chartline.platform.records.observing import Written
from chartline.platform.subscriptions import author
from chartline.platform.subscriptions.definition import Definition, hidden, read
from chartline.platform.subscriptions.states import ACTIVE, ERROR, OFF, REQUESTED, State, States
from chartline.platform.subscriptions.tables import event_table
from chartline.platform.subscriptions.watching import Known, Waiting, Watch, fired, interaction_of, watches
from chartline.platform.vault import Vault

NOTIFY = "subscriptions.notify"
"""The job that sends what one subscription waits for."""
NOTIFICATIONS = Queue("notifications", concurrency=4)
"""Its own queue: a slow receiver must not keep the practice's other work waiting."""


class Subscriptions:
    """Watches every write of an installation's records (``records.observing.Observer``).

    ``local`` are the hosts that need not be public: simulators and tests.
    """

    def __init__(self, vault: Vault, jobs: Jobs, local: Collection[str] = ()) -> None:
        self.states = States(vault)
        self._jobs, self._local, self._known = jobs, frozenset(local), Known()

    def prepare(self, work: Work, before: JsonObject | None, after: JsonObject) -> JsonObject:
        """A Subscription as it is stored: its status decided, its headers hidden; anything else as it is.

        Raises ``subscription.*`` for what cannot be served.
        """
        if after.get("resourceType") != "Subscription" or author.server_writes():
            return after
        identity, writer = str(after["id"]), author.author()
        known = self.states.find(work, identity, lock=True)
        definition = read(
            after, known.definition if known else None, writer.actor, writer.reach, writer.base, self._local
        )
        watches(identity, definition)  # refuses what cannot be matched
        status = _status(after, known, definition)
        self.states.put(work, identity, definition, status)
        self._plan(work, identity, definition, status)
        if status == REQUESTED:
            self.wake(work, identity)
        made = {**hidden(after), "status": status}
        if status == REQUESTED:
            made.pop("error", None)
        return made

    def wrote(self, work: Work, written: Sequence[Written], stamp: int | None) -> None:
        """Leave an event for every subscription that waits for one of these writes, and a job for each."""
        for one in written:
            if one.stored.type == "Subscription" and one.after is None:
                self._end(work, one.stored.id)
        if stamp == 0:
            return
        waiting = self._waiting(work, stamp)
        if not waiting.by_type:
            return
        rows: list[dict[str, object]] = []
        for one in written:
            for identity in fired(waiting, one):
                rows.append(
                    {
                        "subscription_id": identity,
                        "rtype": one.stored.type,
                        "resource_id": one.stored.id,
                        "version": one.stored.version,
                        "interaction": interaction_of(one),
                        "at": one.stored.updated,
                    }
                )
        work.insert_many(event_table, rows)
        for identity in sorted({str(row["subscription_id"]) for row in rows}):
            self.wake(work, identity)

    def wake(self, work: Work, identity: str) -> None:
        """Have what a subscription waits for sent, after this transaction."""
        self._jobs.enqueue(
            work,
            NOTIFY,
            NOTIFICATIONS,
            {"subscription": identity},
            key=f"subscription/{identity}/{new_id()}",
            organisation=work.organisation,
        )

    def _plan(self, work: Work, identity: str, definition: Definition, status: str) -> None:
        """Heartbeats come by a schedule of their own."""
        name, schedules = schedule_of(identity), Schedules()
        schedules.remove(work, work.organisation, name)
        if definition.heartbeat and status != OFF:
            arguments, first = {"subscription": identity}, work.now + timedelta(seconds=definition.heartbeat)
            schedules.put(
                work,
                work.organisation,
                name,
                NOTIFY,
                NOTIFICATIONS,
                arguments,
                definition.heartbeat,
                first_at=first,
            )

    def _end(self, work: Work, identity: str) -> None:
        Schedules().remove(work, work.organisation, schedule_of(identity))
        self.states.turn(work, identity, OFF)

    def _waiting(self, work: Work, stamp: int | None) -> Waiting:
        known = self._known.at(work, stamp) if stamp is not None else None
        if known is not None:
            return known
        seen = observing.stamp_now(work)
        by_type: dict[str, list[Watch]] = {}
        for state in self.states.all(work, (ACTIVE, ERROR)):
            for watch in watches(state.id, state.definition):
                by_type.setdefault(watch.rtype, []).append(watch)
        waiting = Waiting(seen, by_type)
        self._known.keep(work, waiting)
        return waiting


def schedule_of(identity: str) -> str:
    """The name of a subscription's schedule."""
    return f"subscription/{identity}"


def _status(resource: JsonObject, known: State | None, definition: Definition) -> str:
    """The status that a client's Subscription gets: what is active and unchanged stays so, the rest begins anew."""
    asked = resource.get("status")
    if asked == OFF:
        return OFF
    if known is not None and asked == known.status and known.definition.sends_as(definition):
        return known.status
    return REQUESTED
