"""One record of a vendor meets one of ours: merge, store, remember, and say what happened.

Everything happens in the transaction of the caller, so a record, its shadow, its conflicts and its line in the log
stand or fall together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chartline.domains.sync.changes import note_change, note_change_for
from chartline.domains.sync.conflicts import StoredConflict, keep_conflicts
from chartline.domains.sync.fields import Fields, Kind
from chartline.domains.sync.links import link
from chartline.domains.sync.log import Direction, Happened, SyncEvent, note_event
from chartline.domains.sync.merge import Owner, Side, merge
from chartline.domains.sync.shadow import write_shadow
from chartline.formats.fhir import JsonObject
from chartline.platform.database import Work
from chartline.platform.records import Records, Stored
from chartline.platform.vault import Vault

Owners = Mapping[Kind, Mapping[str, Owner]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one incoming record. ``local_id`` is None where nothing of ours stands for it."""

    kind: Kind
    local_id: str | None
    happened: Happened
    parts: tuple[Taken, ...] = ()
    """The coverages that came with a patient."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A connection at work in one transaction.

    ``changed_at`` is when the vendor's record changed, None when that is not known; ``exchange`` is the message it
    came in.
    """

    work: Work
    records: Records
    vault: Vault
    connection: str
    owners: Owners
    changed_at: datetime | None = None
    exchange: str | None = None

    def create(self, kind: Kind, vendor_id: str, resource: JsonObject, theirs: Fields) -> Taken:
        """Store a new record of the vendor's making under the id it carries; both sides agree on all of it."""
        local_id = str(resource["id"])
        self.records.put(self.work, resource, if_version=0)
        link(self.work, self.connection, kind, local_id, vendor_id)
        write_shadow(self.work, self.vault, self.connection, kind, local_id, theirs)
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
        *,
        owners: Mapping[str, Owner] | None = None,
        linked_now: bool = False,
    ) -> Taken:
        """Merge a vendor's record with ours. ``sides`` are base, ours and theirs; ``known`` the open conflicts.

        ``write`` makes our resource from the merged fields; ``linked_now`` says that the two were just linked.
        """
        base, ours, theirs = sides
        merged = merge(base, ours, theirs, owners or self.owners.get(kind, {}), self._newer(stored))
        if merged.to_ours:
            self.records.put(self.work, write(merged.value), if_version=stored.version)
            note_change(self.work, kind, stored.id, except_for=self.connection)
        if merged.to_theirs:
            note_change_for(self.work, self.connection, kind, stored.id)
        if merged.agreed != base:
            write_shadow(self.work, self.vault, self.connection, kind, stored.id, merged.agreed)
        new = keep_conflicts(self.work, self.vault, self.connection, kind, stored.id, merged.conflicts, known)
        if new:
            return self.say(kind, stored.id, vendor_id, Happened.CONFLICT, ",".join(c.field for c in merged.conflicts))
        if merged.to_ours:
            return self.say(kind, stored.id, vendor_id, Happened.CHANGED, ",".join(merged.to_ours))
        return self.say(kind, stored.id, vendor_id, Happened.LINKED if linked_now else Happened.UNCHANGED)

    def say(self, kind: Kind, local_id: str | None, vendor_id: str | None, happened: Happened, code: str = "") -> Taken:
        """Write what happened into the log, and answer it. ``code`` names fields or a reason, never a value."""
        note_event(
            self.work,
            SyncEvent(
                connection=self.connection,
                direction=Direction.IN,
                kind=kind,
                outcome=happened,
                local_id=local_id,
                vendor_id=vendor_id,
                code=code[:64],
                exchange_id=self.exchange,
            ),
        )
        return Taken(kind, local_id, happened)

    def _newer(self, stored: Stored) -> Side | None:
        if self.changed_at is None:
            return None
        return Side.OURS if stored.updated > self.changed_at else Side.THEIRS
