"""What would be sent if it were sent now: every waiting change, in order, with the calls it costs. A dry run.

Everything is worked out in a transaction that is taken back, so nothing changes, and no vendor is called. What is
refused here already (pilot group, kill switch, a kind that is switched off, a record that lacks something, a change
without a call, an operation nobody has verified) is said with its reason. Names of fields only, never values.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from chartline.connect.about import About
from chartline.connect.capabilities import ChangesCoverage, ChangesVisits, WritesFacts
from chartline.connect.connections import NOT_CONNECTED, Connection
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.letters import LetterFilter, read_letter, retry_letters
from chartline.domains.sync.links import link
from chartline.domains.sync.outgoing import ORDER, Pending, pending
from chartline.domains.sync.settings import SWITCHED_OFF, SyncSettings, pilot_of, read_settings
from chartline.domains.sync.tables import sync_change_table
from chartline.flows.ground import CANNOT, Ground
from chartline.flows.push import (
    ADD_COVERAGE,
    ADD_PATIENT,
    ADD_VISIT,
    CHANGE_BY_HAND,
    STAYS_HERE,
    UPDATE_COVERAGE,
    UPDATE_PATIENT,
)
from chartline.flows.visit_changes import VisitChange, sent_with, visit_change
from chartline.kernel.errors import Again, Blame, ErrorKind, Problem
from chartline.platform.database import Work

NOT_IN_PILOT = ErrorKind(
    "sync.not_in_pilot",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The patient is not in the pilot group, so nothing of theirs is sent.",
    "Add the patient to the pilot group, or end the pilot in the settings of the connection.",
)
KIND_OFF = ErrorKind(
    "sync.kind_off",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Records of this kind do not go out by themselves.",
    "Switch the kind on in the settings of the connection, or send the record from its own page.",
)
UNVERIFIED = ErrorKind(
    "sync.unverified_operation",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "Nobody has shown that the vendor takes this operation in the shape we send it.",
    "Check with the vendor, then set the option `unverified = yes` of the connection.",
)

BATCH: Final = 200
_ADD: Final = {Kind.PATIENT: ADD_PATIENT, Kind.COVERAGE: ADD_COVERAGE, Kind.VISIT: ADD_VISIT}
_CHANGE: Final = {Kind.PATIENT: UPDATE_PATIENT, Kind.COVERAGE: UPDATE_COVERAGE}
_VISIT: Final = {
    VisitChange.MOVE: "move_visit",
    VisitChange.CANCEL: "cancel_visit",
    VisitChange.NO_SHOW: "no_show_visit",
}


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """One record that waits. ``fields`` are the names of those that would leave; ``calls`` the calls it would take.

    ``refused`` says why it would not be sent; its operation and fields are then what was meant.
    """

    kind: Kind
    local_id: str
    vendor_id: str | None
    operation: str
    fields: tuple[str, ...]
    calls: int
    refused: Problem | None


@dataclass(frozen=True, slots=True)
class TierCost:
    """What a plan costs of one budget, and when its last call is expected to have got its slot."""

    tier: str
    calls: int
    done_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be sent, in order. ``waiting`` counts records whose patient the vendor will not have.

    ``costs`` are of the writes that are not refused; ``done_at`` is the expected end, None when nothing would be sent.
    """

    connection: str
    writes: tuple[PlannedWrite, ...]
    waiting: int
    costs: tuple[TierCost, ...]
    done_at: datetime | None

    @property
    def sends(self) -> int:
        """How many records would be sent."""
        return sum(write.refused is None for write in self.writes)


class _TakenBack(Exception):
    """Ends the transaction of a plan."""


def plan(ground: Ground, organisation: str, connection_id: str) -> Plan:
    """What would be sent to a connection now. Calls no vendor and changes nothing.

    Raises ``connect.not_connected``, ``connect.cannot``.
    """
    planner = _open(ground, organisation, connection_id)
    try:
        with ground.database.work(organisation) as work:
            planner.look(work)
            raise _TakenBack
    except _TakenBack:
        pass
    return planner.told()


def explain(ground: Ground, organisation: str, connection_id: str, kind: Kind, local_id: str) -> PlannedWrite | None:
    """What would be sent of a dead letter if it were tried again now; None when nothing would: it waits for its
    patient, or both sides agree by now. Calls no vendor and changes nothing.

    Raises ``sync.no_letter``, ``connect.not_connected``, ``connect.cannot``.
    """
    planner = _open(ground, organisation, connection_id)
    found: list[PlannedWrite] = []
    try:
        with ground.database.work(organisation) as work:
            found += planner.revive(work, kind, local_id)
            raise _TakenBack
    except _TakenBack:
        pass
    return found[0] if found else None


def _open(ground: Ground, organisation: str, connection_id: str) -> _Planner:
    with ground.database.read(organisation) as work:
        connection = ground.connections.get(work, connection_id)
    connector = ground.connector(organisation, connection)
    if not isinstance(connector, WritesFacts):
        raise CANNOT.error(connection=connection.name, capability=WritesFacts.__name__)
    return _Planner(ground, connection, connector)


class _Planner:
    """Works a plan out in one transaction."""

    def __init__(self, ground: Ground, connection: Connection, connector: WritesFacts) -> None:
        self._ground, self._connection, self._connector = ground, connection, connector
        self._about: About = ground.about(connection.vendor)
        self._settings = SyncSettings()
        self._pilot: frozenset[str] | None = None
        self._writes: list[PlannedWrite] = []
        self._waiting = 0

    def revive(self, work: Work, kind: Kind, local_id: str) -> list[PlannedWrite]:
        """One dead letter, as if it were tried again."""
        ground, name = self._ground, self._connection.id
        read_letter(work, name, kind, local_id)
        self._read_settings(work)
        retry_letters(work, LetterFilter(connection=name, kind=kind, local_ids=(local_id,)))
        page = pending(work, ground.records, ground.vault, name, kind, only=[local_id])
        unfit = [PlannedWrite(kind, each, None, _ADD[kind], (), 0, problem) for each, _, problem in page.unfit]
        return unfit + [self._planned(item) for item in page.items]

    def _read_settings(self, work: Work) -> None:
        self._settings = read_settings(work, self._connection.id)
        self._pilot = pilot_of(work, self._connection.id, self._settings)

    def look(self, work: Work) -> None:
        """Go through what waits, kind by kind, as a push would."""
        ground, name = self._ground, self._connection.id
        self._read_settings(work)
        # What waits for its next try is part of the plan as well; this is taken back with all the rest.
        columns = sync_change_table.c
        soon = work.update(sync_change_table).where(columns.connection == name, ~columns.dead)
        work.execute(soon.values(next_at=sa.null()))
        for kind in ORDER:
            cursor = ""
            while True:
                page = pending(work, ground.records, ground.vault, name, kind, cursor, BATCH)
                for local_id, _, problem in page.unfit:
                    self._writes.append(PlannedWrite(kind, local_id, None, _ADD[kind], (), 0, problem))
                for item in page.items:
                    written = self._planned(item)
                    self._writes.append(written)
                    if kind is Kind.PATIENT and written.refused is None and item.vendor_id is None:
                        # So that what belongs to this patient is looked at too.
                        link(work, name, kind, item.local_id, f"planned/{item.local_id}")
                self._waiting += page.waiting
                cursor = page.cursor
                if not cursor:
                    break

    def _planned(self, item: Pending) -> PlannedWrite:
        operation, fields, problem = self._act(item)
        problem = self._refused(item, operation) or problem
        calls = 0 if problem else len(self._about.acts.get(operation, (operation,)))
        return PlannedWrite(item.kind, item.local_id, item.vendor_id, operation, fields, calls, problem)

    def _act(self, item: Pending) -> tuple[str, tuple[str, ...], Problem | None]:
        """The write that an item needs, the fields that leave with it, and why it has no call."""
        ids = {"kind": item.kind.value, "record": item.local_id}
        if item.vendor_id is None:
            return _ADD[item.kind], tuple(name for name in sorted(item.after) if item.after[name]), None
        if item.kind is not Kind.VISIT:
            able = item.kind is Kind.PATIENT or isinstance(self._connector, ChangesCoverage)
            return _CHANGE[item.kind], item.changed, None if able else CHANGE_BY_HAND.problem(**ids)
        change = visit_change(item)
        if change is VisitChange.STATUS:
            return "none", item.changed, STAYS_HERE.problem(**ids)
        if change is VisitChange.OTHER:
            return "none", item.changed, CHANGE_BY_HAND.problem(**ids)
        _, names = sent_with(item, change)
        able = isinstance(self._connector, ChangesVisits)
        return _VISIT[change], names, None if able else CHANGE_BY_HAND.problem(**ids)

    def _refused(self, item: Pending, operation: str) -> Problem | None:
        if not self._connection.enabled:
            return NOT_CONNECTED.problem(connection=self._connection.name)
        if not self._settings.enabled:
            return SWITCHED_OFF.problem(connection=self._connection.name)
        if self._pilot is not None and item.patient_id not in self._pilot:
            return NOT_IN_PILOT.problem(record=item.local_id)
        if not self._settings.pushes(item.kind):
            return KIND_OFF.problem(kind=item.kind.value, record=item.local_id)
        allowed = self._connection.options.get("unverified", "") == "yes"
        known = [self._about.operation(name) for name in self._about.acts.get(operation, ())]
        unproven = [each.name for each in known if each is not None and each.writes and each.unverified]
        if unproven and not allowed:
            return UNVERIFIED.problem(record=item.local_id, operation=unproven[0])
        return None

    def told(self) -> Plan:
        """The plan, with what it costs of each budget as it stands now."""
        calls: Counter[str] = Counter()
        for write in self._writes:
            if write.refused is None:
                calls.update(self._about.tier_of(name) for name in self._about.acts.get(write.operation, ()))
        key = self._about.budget_key(self._connection.id, self._connection.options)
        costs = tuple(
            TierCost(tier, number, self._ground.limiter.forecast(key, tier, number).last_at)
            for tier, number in sorted(calls.items())
        )
        done_at = max((cost.done_at for cost in costs), default=None)
        return Plan(self._connection.id, tuple(self._writes), self._waiting, costs, done_at)
