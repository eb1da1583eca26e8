"""Which records of a vendor's have to be fetched whole: the line in which feeds, hooks, backfills and repairs queue.

A row stands until its record is taken, so a crash loses none and the same record told of twice is fetched once. A row
carries a token and is cleared only by the fetch of that very news. Two runs never fetch one record at the same time:
a row is claimed for a while. A run that goes on after a crash finds its own claims open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import locals_of
from chartline.domains.sync.tables import sync_fetch_table, vendor_link_table
from chartline.kernel.ids import new_id
from chartline.platform.database import Work

_COLUMNS = sync_fetch_table.c
_BATCH = 500
CLAIM = timedelta(minutes=10)
"""How long a claim holds. A worker that is killed gives its records free after that; one that is slow renews it."""
GIVE_UP = timedelta(hours=24)
"""How long a record stays in line that the vendor refuses to give. It is asked for again when its claim runs out."""
_FREE: dict[str, object] = {"claimed_until": None, "claimed_by": None}
SETTLED = timedelta(minutes=2)
"""A vendor's change times are whole seconds. What changed this recently may change once more within its second, so it
is not remembered as seen, and the overlap of the feed brings it again."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record to fetch. ``changed_at`` is the vendor's time of the change we were told of, None when unknown.

    ``told`` is the time of the last change of it or of what comes with it, and is remembered as seen; ``asked`` is when
    it came into the line, None before it did; ``start`` is that of a visit that is not here yet.
    """

    kind: Kind
    vendor_id: str
    token: str = ""
    changed_at: datetime | None = None
    told: datetime | None = None
    asked: datetime | None = None
    start: datetime | None = None


def want(work: Work, connection: str, wanted: Iterable[Wanted]) -> int:
    """Put records in line; one that is there already is renewed. How many were put."""
    found = {(each.kind, each.vendor_id): each for each in wanted if each.vendor_id}
    rows: list[dict[str, object]] = [
        {
            "organisation_id": work.organisation,
            "connection": connection,
            "kind": each.kind.value,
            "vendor_id": each.vendor_id,
            "token": new_id(),
            "asked": work.now,
            "changed_at": each.changed_at,
            "told": each.told,
            "start": each.start,
        }
        for each in found.values()
    ]
    build = postgresql.insert if work.connection.dialect.name == "postgresql" else sqlite.insert
    for start in range(0, len(rows), _BATCH):
        statement = build(sync_fetch_table).values(rows[start : start + _BATCH])
        newer = {name: statement.excluded[name] for name in ("token", "changed_at", "told", "start")}
        key = ["organisation_id", "connection", "kind", "vendor_id"]
        work.execute(statement.on_conflict_do_update(index_elements=key, set_=newer))
    return len(rows)


def claim(
    work: Work, connection: str, kind: Kind, limit: int, run_id: str, only: Sequence[str] | None = None
) -> list[Wanted]:
    """The oldest records of a kind that no other run fetches just now, claimed for this one; oldest first.

    What this run has claimed already is given again, for it may have been killed: ask for more once those are taken.
    """
    free = sa.or_(_COLUMNS.claimed_until.is_(None), _COLUMNS.claimed_until <= work.now, _COLUMNS.claimed_by == run_id)
    mine = [_COLUMNS.connection == connection, _COLUMNS.kind == kind.value]
    if only is not None:
        mine.append(_COLUMNS.vendor_id.in_(only))
    query = work.select(sync_fetch_table).where(*mine, free).order_by(_COLUMNS.token).limit(limit)
    rows = work.rows(query.with_for_update(skip_locked=True))
    ids = [row["vendor_id"] for row in rows]
    if ids:
        taken = work.update(sync_fetch_table).where(*mine, _COLUMNS.vendor_id.in_(ids))
        work.execute(taken.values(claimed_until=work.now + CLAIM, claimed_by=run_id))
    return [
        Wanted(kind, row["vendor_id"], row["token"], row["changed_at"], row["told"], row["asked"], row["start"])
        for row in rows
    ]


def give_back(work: Work, connection: str, wanted: Sequence[Wanted]) -> None:
    """Records that were claimed and not fetched are free for others again."""
    for kind in {each.kind for each in wanted}:
        ids = [each.vendor_id for each in wanted if each.kind is kind]
        here = (_COLUMNS.connection == connection, _COLUMNS.kind == kind.value, _COLUMNS.vendor_id.in_(ids))
        work.execute(work.update(sync_fetch_table).where(*here).values(**_FREE))


def fetched(work: Work, connection: str, wanted: Wanted) -> None:
    """A record was taken: it leaves the line unless there is newer news of it, and the time of its change is kept."""
    here = (
        _COLUMNS.connection == connection,
        _COLUMNS.kind == wanted.kind.value,
        _COLUMNS.vendor_id == wanted.vendor_id,
    )
    cleared = work.execute(work.delete(sync_fetch_table).where(*here, _COLUMNS.token == wanted.token)).rowcount
    if not cleared:
        work.execute(work.update(sync_fetch_table).where(*here).values(**_FREE))
    if wanted.told is not None and wanted.told <= work.now - SETTLED:
        links = vendor_link_table.c
        same = (
            links.connection == connection,
            links.kind == wanted.kind.value,
            links.vendor_id == wanted.vendor_id,
        )
        work.execute(work.update(vendor_link_table).where(*same).values(seen=wanted.told))


def put_off(work: Work, connection: str, wanted: Wanted) -> bool:
    """Leave in line what could not be had, for another run and not at once; False when it was tried for a day."""
    if wanted.asked is None or work.now - wanted.asked >= GIVE_UP:
        return False
    here = (
        _COLUMNS.connection == connection,
        _COLUMNS.kind == wanted.kind.value,
        _COLUMNS.vendor_id == wanted.vendor_id,
    )
    later: dict[str, object] = {"claimed_until": work.now + CLAIM, "claimed_by": None}
    work.execute(work.update(sync_fetch_table).where(*here, _COLUMNS.token == wanted.token).values(**later))
    return True


def under_way(work: Work, connection: str, kind: Kind, vendor_ids: Sequence[str], run_id: str) -> bool:
    """Whether another run fetches any of these just now."""
    here = (_COLUMNS.connection == connection, _COLUMNS.kind == kind.value, _COLUMNS.vendor_id.in_(vendor_ids))
    theirs = (_COLUMNS.claimed_until > work.now, _COLUMNS.claimed_by.is_not(None), _COLUMNS.claimed_by != run_id)
    return work.row(work.select(sync_fetch_table, _COLUMNS.vendor_id).where(*here, *theirs).limit(1)) is not None


def in_line(work: Work, connection: str, kind: Kind | None = None) -> int:
    """How many records wait to be fetched."""
    query = work.select(sync_fetch_table, sa.func.count()).where(_COLUMNS.connection == connection)
    if kind is not None:
        query = query.where(_COLUMNS.kind == kind.value)
    return int(work.scalar(query) or 0)


def seen_before(work: Work, connection: str, kind: Kind, vendor_ids: Sequence[str]) -> dict[str, datetime]:
    """Of which vendor records which change was taken last, in one query; those without a known time are left out."""
    links = vendor_link_table.c
    here = (links.connection == connection, links.kind == kind.value, links.seen.is_not(None))
    query = work.select(vendor_link_table, links.vendor_id, links.seen).where(*here, links.vendor_id.in_(vendor_ids))
    return {row["vendor_id"]: row["seen"] for row in work.rows(query)} if vendor_ids else {}


def in_pilot(work: Work, connection: str, pilot: frozenset[str] | None, vendor_ids: Sequence[str]) -> frozenset[str]:
    """Which of a vendor's patients may be exchanged: all without a pilot group, else those linked with its patients."""
    if pilot is None:
        return frozenset(vendor_ids)
    known = locals_of(work, connection, Kind.PATIENT, list(vendor_ids))
    return frozenset(vendor_id for vendor_id, local_id in known.items() if local_id in pilot)
