"""What a vendor said that we have no word for: kept sealed, listed once for each value, while the rest flows on.

A value that cannot be understood is not taken: the field stays as it is here, and a person sees the vendor's value
beside what was made of it. Refuses to show a value in a list that nobody asked to see: it stays sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa

from chartline.domains.sync.fields import Kind
from chartline.domains.sync.log import Direction, Happened, SyncEvent, note_event
from chartline.domains.sync.tables import sync_quarantine_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work
from chartline.platform.vault import Vault

NO_QUARANTINED = ErrorKind(
    "sync.no_quarantined",
    Blame.US,
    Again.NEVER,
    "There is no such unknown value.",
    "Look at the list of unknown values; somebody may have closed it.",
    status=404,
)

_columns = sync_quarantine_table.c


class _Content(msgspec.Struct, frozen=True):
    value: str
    taken: str


_decoder = msgspec.json.Decoder(_Content)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One unknown value. ``value`` is the vendor's; ``taken`` is what our record holds in its place.

    ``local_id``, ``vendor_id`` and ``exchange_id`` are of the first record that had it.
    """

    id: str
    connection: str
    kind: Kind
    field: str
    value: Sealed[str]
    taken: Sealed[str]
    local_id: str | None
    vendor_id: str | None
    exchange_id: str | None
    first: datetime
    closed: datetime | None
    closed_by: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """Where unknown values were met: the record on both sides, and the message."""

    connection: str
    kind: Kind
    local_id: str | None
    vendor_id: str | None
    exchange_id: str | None = None


def keep_unknown(
    work: Work, vault: Vault, found: Found, unknown: Mapping[str, str], taken: Mapping[str, str] | None = None
) -> int:
    """Put unknown values aside and say so in the sync log, each once; how many are new. One query when none is."""
    if not unknown:
        return 0
    place = (found.connection, found.kind.value)
    digests = {name: vault.blind(work.organisation, *place, name, value) for name, value in unknown.items()}
    here = (_columns.connection == found.connection, _columns.kind == found.kind.value)
    query = work.select(sync_quarantine_table, _columns.field, _columns.digest)
    known = {(row[0], row[1]) for row in work.execute(query.where(*here, _columns.digest.in_(digests.values())))}
    new = [name for name in sorted(unknown) if (name[:64], digests[name]) not in known]
    for name in new:
        identity = new_id()
        content = msgspec.json.encode(_Content(unknown[name], (taken or {}).get(name, "")))
        work.insert_new(
            sync_quarantine_table,
            id=identity,
            connection=found.connection,
            kind=found.kind.value,
            field=name[:64],
            digest=digests[name],
            content=vault.seal(work.organisation, sync_quarantine_table.name, identity, content),
            local_id=found.local_id,
            vendor_id=found.vendor_id,
            exchange_id=found.exchange_id,
            first=work.now,
        )
        note_event(
            work,
            SyncEvent(
                connection=found.connection,
                direction=Direction.IN,
                kind=found.kind,
                outcome=Happened.QUARANTINED,
                local_id=found.local_id,
                vendor_id=found.vendor_id,
                code=name[:64],
                exchange_id=found.exchange_id,
            ),
        )
    return len(new)


def list_quarantined(
    work: Work, vault: Vault, connection: str | None = None, *, closed: bool = False, cursor: str = "", limit: int = 50
) -> tuple[tuple[Quarantined, ...], str]:
    """A page of unknown values, oldest first, and the cursor of the next page (empty at the end)."""
    wanted = [_columns.closed.is_not(None) if closed else _columns.closed.is_(None)]
    if connection is not None:
        wanted.append(_columns.connection == connection)
    if cursor:
        wanted.append(_columns.id > cursor)
    rows = work.rows(work.select(sync_quarantine_table).where(*wanted).order_by(_columns.id).limit(limit + 1))
    page = tuple(_quarantined(work, vault, row) for row in rows[:limit])
    return page, page[-1].id if len(rows) > limit else ""


def close_quarantined(work: Work, identity: str, actor: str) -> None:
    """A person has seen to it; it leaves the list and is not listed anew. Raises ``sync.no_quarantined``."""
    statement = work.update(sync_quarantine_table).where(_columns.id == identity, _columns.closed.is_(None))
    if work.execute(statement.values(closed=work.now, closed_by=actor)).rowcount != 1:
        raise NO_QUARANTINED.error(quarantined=identity)


def _quarantined(work: Work, vault: Vault, row: sa.RowMapping) -> Quarantined:
    plain = vault.open_sealed(work.organisation, sync_quarantine_table.name, row["id"], bytes(row["content"]))
    content = _decoder.decode(plain)
    return Quarantined(
        row["id"],
        row["connection"],
        Kind(row["kind"]),
        row["field"],
        Sealed(content.value),
        Sealed(content.taken),
        row["local_id"],
        row["vendor_id"],
        row["exchange_id"],
        row["first"],
        row["closed"],
        row["closed_by"],
    )
