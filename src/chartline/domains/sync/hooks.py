"""What vendors tell us of their own accord: the address they call, and the events that were told already.

An address holds a random token and nothing else; it leads to a connection, and only its digest is kept. Refuses an
event that was told before: vendors repeat themselves, and so may anybody who overheard one.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from chartline.domains.sync.tables import sync_hook_door_table, sync_hook_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Sealed
from chartline.platform.database import System, Work

NO_DOOR = ErrorKind(
    "sync.no_hook_address",
    Blame.VENDOR,
    Again.NEVER,
    "There is no such address for events.",
    "Enter the address at the vendor that the connection's settings show; an old one ends when a new one is made.",
    status=404,
)

_DOORS, _EVENTS = sync_hook_door_table.c, sync_hook_table.c


@dataclass(frozen=True, slots=True)
class Door:
    """Whom an address belongs to."""

    organisation: str
    connection: str


def make_door(work: Work, connection: str) -> Sealed[str]:
    """A new token for a connection's address; the one before stops to work. It is shown once."""
    token = secrets.token_urlsafe(32)
    close_door(work, connection)
    work.execute(
        sa.insert(sync_hook_door_table).values(
            token_hash=_digest(token), organisation=work.organisation, connection=connection, made=work.now
        )
    )
    return Sealed(token)


def close_door(work: Work, connection: str) -> bool:
    """The connection's address stops to work; whether there was one."""
    mine = (_DOORS.organisation == work.organisation, _DOORS.connection == connection)
    return work.execute(sa.delete(sync_hook_door_table).where(*mine)).rowcount > 0


def has_door(work: Work, connection: str) -> datetime | None:
    """Since when a connection has an address; None without one."""
    mine = (_DOORS.organisation == work.organisation, _DOORS.connection == connection)
    return work.scalar(sa.select(_DOORS.made).where(*mine))


def door_of(work: System, token: str) -> Door:
    """Whose address it is. Raises ``sync.no_hook_address``."""
    row = work.row(sa.select(sync_hook_door_table).where(_DOORS.token_hash == _digest(token)))
    if row is None:
        raise NO_DOOR.error()
    return Door(row["organisation"], row["connection"])


def told_first(work: Work, connection: str, event_id: str, kind: str, vendor_id: str) -> bool:
    """Keep an event; False when it was told before."""
    key = event_id if len(event_id) <= 120 else hashlib.sha256(event_id.encode()).hexdigest()
    return work.insert_new(
        sync_hook_table,
        connection=connection,
        event_id=key,
        kind=kind[:32],
        vendor_id=vendor_id[:120],
        at=work.now,
    )


def forget_told(work: Work, before: datetime, limit: int = 1000) -> int:
    """Remove events older than a moment, at most so many; how many were removed."""
    old = work.rows(work.select(sync_hook_table, _EVENTS.event_id).where(_EVENTS.at < before).limit(limit))
    ids = [row["event_id"] for row in old]
    gone = work.delete(sync_hook_table).where(_EVENTS.at < before, _EVENTS.event_id.in_(ids))
    return work.execute(gone).rowcount if ids else 0


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
