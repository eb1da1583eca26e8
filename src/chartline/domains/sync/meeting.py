"""One record of a vendor meets one of ours: merge, store, remember, and say what happened.

Everything happens in the transaction of the caller, so a record, its shadow, its conflicts and its line in the log
stand or fall together. What comes late, after newer news of the same record, is left aside: it would bring old values
back. Refuses to open anything where both sides are as they met last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chartline.domains.sync.authors import our_changes
from chartline.domains.sync.changes import note_change, note_change_for
from chartline.domains.sync.conflicts import StoredConflict, add_conflict, keep_conflicts, open_conflicts
from chartline.domains.sync.fields import Fields, Kind
from chartline.domains.sync.links import link, locals_of_all
from chartline.domains.sync.log import Direction, Happened, SyncEvent, note_event
from chartline.domains.sync.merge import Conflict, Merged, Owner, Side, merge
from chartline.domains.sync.ours import RESOURCE
from chartline.domains.sync.owners import Owners, owners_of
from chartline.domains.sync.shadow import Met, note_met, read_met, write_shadow
from chartline.formats.fhir import JsonObject
from chartline.platform.database import Work
from chartline.platform.exchange.tables import exchange_table
from chartline.platform.records import Records, Stored
from chartline.platform.vault import Vault

__all__ = ["Glance", "Meeting", "Owners", "Reading", "Taken"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one incoming record. ``local_id`` is None where nothing of ours stands for it."""

    kind: Kind
    local_id: str | None
    happened: Happened
    parts: tuple[Taken, ...] = ()
    """The coverages that came with a patient."""


@dataclass(frozen=True, slots=True)
class Reading:
    """When the call that told a record began and was answered, by our clock."""

    asked: datetime
    answered: datetime


@dataclass(frozen=True, slots=True)
class Glance:
    """What is known of an incoming record before anything is opened.

    ``quiet`` says that both sides are as they met last.
    """

    local_id: str | None
    met: Met | None
    quiet: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """A connection at work in one transaction.

    ``owners`` None means the policies of the connection. ``changed_at`` is when the vendor's record changed, None when
    that is not known; ``stamp`` is that time where the record itself told it. ``exchange`` is the message it came in,
    ``reading`` when that was asked for and answered.
    """

    work: Work
    records: Records
    vault: Vault
    connection: str
    owners: Owners | None = None
    changed_at: datetime | None = None
    exchange: str | None = None
    reading: Reading | None = None
    stamp: datetime | None = None

    def glance(self, told: Mapping[tuple[Kind, str], int]) -> dict[tuple[Kind, str], Glance]:
        """What is known of records by kind and vendor id; ``told`` are the hashes of what the vendor tells.

        Three queries, however many records; nothing is opened.
        """
        links = locals_of_all(self.work, self.connection, list(told))
        met = read_met(self.work, self.connection, [(kind, local_id) for (kind, _), local_id in links.items()])
        versions = self.records.versions(self.work, [(RESOURCE[kind], local_id) for kind, local_id in met])
        found: dict[tuple[Kind, str], Glance] = {}
        for (kind, vendor_id), digest in told.items():
            local_id = links.get((kind, vendor_id))
            known = met.get((kind, local_id)) if local_id else None
            version = versions.get((RESOURCE[kind], local_id)) if local_id else None
            quiet = known is not None and (known.told, known.version) == (digest, version) and version is not None
            found[kind, vendor_id] = Glance(local_id, known, quiet)
        return found

    def timed(self) -> Meeting:
        """The same with the time of the call, read from the exchange log where the caller did not say it.

        The log counts real milliseconds; on a clock that runs at another speed they say nothing.
        """
        if self.reading is not None or self.exchange is None or self.work.clock.real_seconds(1.0) != 1.0:
            return self
        log = exchange_table.c
        row = self.work.row(
            self.work.select(exchange_table, log.started, log.duration_ms).where(log.id == self.exchange)
        )
        if row is None:
            return self
        answered = row["started"] + timedelta(milliseconds=row["duration_ms"])
        return replace(self, reading=Reading(row["started"], answered))

    def late(self, met: Met | None) -> bool:
        """Whether newer news was taken before. Our own clock knows best; a vendor's may go back for an hour a year."""
        if met is None:
            return False
        if self.reading is not None and met.asked is not None:
            return self.reading.answered < met.asked
        return self.stamp is not None and met.changed_at is not None and self.stamp < met.changed_at

    def create(self, kind: Kind, vendor_id: str, resource: JsonObject, theirs: Fields, told: int) -> Taken:
        """Store a new record of the vendor's making under the id it carries; both sides agree on all of it."""
        local_id = str(resource["id"])
        stored = self.records.put(self.work, resource, if_version=0)
        link(self.work, self.connection, kind, local_id, vendor_id)
        met = self._met(told, stored.version, None)
        write_shadow(self.work, self.vault, self.connection, kind, local_id, theirs, met)
        note_change(self.work, kind, local_id, except_for=self.connection)
        return self.say(kind, local_id, vendor_id, Happened.CREATED)

    def settle(
        self,
        kind: Kind,
        vendor_id: str,
        stored: Stored,
        sides: tuple[Fields | None, Fields, Fields],
        known: Sequence[StoredConflict],
        write: Callable[[Fields], JsonObject],
        told: tuple[int, Met | None],
        *,
        always_ask: frozenset[str] = frozenset(),
        linked_now: bool = False,
    ) -> Taken:
        """Merge a vendor's record with ours. ``sides`` are base, ours and theirs; ``known`` the open conflicts.

        ``write`` makes our resource from the merged fields; ``told`` is the hash of what the vendor tells, and what the
        two met with last. ``always_ask`` names fields where no policy decides; ``linked_now`` says that the two were
        just linked.
        """
        base, ours, theirs = sides
        merged = self._merged(kind, stored, sides, always_ask)
        version = stored.version
        if merged.to_ours:
            version = self.records.put(self.work, write(merged.value), if_version=stored.version).version
            note_change(self.work, kind, stored.id, except_for=self.connection)
        if merged.to_theirs:
            note_change_for(self.work, self.connection, kind, stored.id)
        met = self._met(told[0], version, told[1])
        if merged.agreed != base:
            write_shadow(self.work, self.vault, self.connection, kind, stored.id, merged.agreed, met)
        else:
            note_met(self.work, self.connection, kind, stored.id, met)
        self._say_overruled(kind, stored.id, vendor_id, merged)
        new = keep_conflicts(
            self.work,
            self.vault,
            (self.connection, kind, stored.id),
            merged.conflicts,
            known,
            (ours, theirs),
            self.changed_at,
        )
        if new:
            return self.say(kind, stored.id, vendor_id, Happened.CONFLICT, ",".join(c.field for c in merged.conflicts))
        if merged.to_ours:
            return self.say(kind, stored.id, vendor_id, Happened.CHANGED, ",".join(merged.to_ours))
        return self.say(kind, stored.id, vendor_id, Happened.LINKED if linked_now else Happened.UNCHANGED)

    def ask(self, kind: Kind, local_id: str, question: Conflict, told: tuple[int, Met | None]) -> None:
        """Ask a person about a whole record, once for what the vendor tells now; an open question stays as it is."""
        known = open_conflicts(self.work, self.vault, self.connection, kind, [local_id]).get(local_id, [])
        if all(one.field != question.field for one in known):
            add_conflict(self.work, self.vault, self.connection, kind, local_id, question, self.changed_at)
        note_met(self.work, self.connection, kind, local_id, self._met(told[0], None, told[1]))

    def say(self, kind: Kind, local_id: str | None, vendor_id: str | None, happened: Happened, code: str = "") -> Taken:
        """Write what happened into the log, and answer it. ``code`` names fields or a reason, never a value."""
        self._note(kind, local_id, vendor_id, happened, code, Direction.IN)
        return Taken(kind, local_id, happened)

    def _note(
        self, kind: Kind, local_id: str | None, vendor_id: str | None, happened: Happened, code: str, way: Direction
    ) -> None:
        note_event(
            self.work,
            SyncEvent(
                connection=self.connection,
                direction=way,
                kind=kind,
                outcome=happened,
                local_id=local_id,
                vendor_id=vendor_id,
                code=code[:64],
                exchange_id=self.exchange,
            ),
        )

    def _merged(
        self, kind: Kind, stored: Stored, sides: tuple[Fields | None, Fields, Fields], always_ask: frozenset[str]
    ) -> Merged:
        """The merge. Policies and times of change are looked up only where the sides changed a field apart."""
        merged = merge(*sides, {})
        apart = [one.field for one in merged.conflicts if one.field not in always_ask]
        if not apart:
            return merged
        owners = self.owners if self.owners is not None else owners_of(self.work, self.connection)
        policies = {name: owner for name, owner in owners.get(kind, {}).items() if name in apart}
        by_time = [name for name, owner in policies.items() if owner is Owner.NEWEST]
        return merge(*sides, policies, self._newer(kind, stored.id, by_time))

    def _newer(self, kind: Kind, local_id: str, names: Sequence[str]) -> dict[str, Side]:
        """Which side changed each field last. Vendors tell whole seconds, so within one second nobody was first."""
        theirs = self.changed_at
        if theirs is None or not names:
            return {}
        ours = our_changes(self.work, self.records, self.connection, kind, local_id, names)
        apart = {name: int((change.at - theirs).total_seconds()) for name, change in ours.items()}
        return {name: Side.OURS if seconds > 0 else Side.THEIRS for name, seconds in apart.items() if seconds}

    def _say_overruled(self, kind: Kind, local_id: str, vendor_id: str, merged: Merged) -> None:
        for field, lost in merged.overruled:
            way = Direction.IN if lost is Side.OURS else Direction.OUT
            self._note(kind, local_id, vendor_id, Happened.OVERRULED, field, way)

    def _met(self, told: int, version: int | None, before: Met | None) -> Met:
        """What to remember; times never go back."""
        asked, changed_at = (before.asked, before.changed_at) if before else (None, None)
        return Met(
            told,
            version,
            _later(asked, self.reading.asked if self.reading else None),
            _later(changed_at, self.stamp),
        )


def _later(known: datetime | None, news: datetime | None) -> datetime | None:
    return max(known, news) if known and news else known or news
