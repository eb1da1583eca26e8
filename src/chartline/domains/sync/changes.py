"""Which records of ours a connection has not got yet.

A connection follows kinds of records; whoever writes a record notes the change in the same transaction, and every
follower gets a row. A row carries a token: it is cleared only by the push of that very change, so that a change made
while a push was under way is not lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from chartline.domains.sync.fields import Kind
from chartline.domains.sync.ours import RESOURCE
from chartline.domains.sync.tables import sync_change_table, sync_fetch_table, sync_follower_table, sync_setting_table
from chartline.kernel.ids import new_id
from chartline.platform.database import Work
from chartline.platform.jobs import Schedules
from chartline.platform.records.statements import own, run

_columns = sync_change_table.c
_KINDS = {rtype: kind for kind, rtype in RESOURCE.items()}
_FOLLOWED = f"SELECT DISTINCT kind FROM {sync_follower_table.name} WHERE organisation_id = ?"
_BATCH = 500
"""Changes that are noted by one statement."""
PUSH = "sync.push"
"""The job that sends what waits."""
_PLURAL = {Kind.PATIENT: "patients", Kind.COVERAGE: "coverages", Kind.VISIT: "visits"}
_ALIVE: dict[str, object] = {"attempts": 0, "next_at": None, "dead": False, "problem_code": None}
"""A record that changed again is tried afresh, whatever became of it before."""
DEBOUNCE = timedelta(seconds=2)
"""Changes that follow each other this closely go out together."""


def follow(work: Work, connection: str, kinds: Iterable[Kind]) -> None:
    """Let a connection have changes of these kinds from now on; kinds it followed before stay."""
    for kind in kinds:
        work.upsert(sync_follower_table, {"connection": connection, "kind": kind.value})


def unfollow(work: Work, connection: str) -> None:
    """A connection wants nothing more; what was waiting for it or was to be fetched from it is dropped."""
    for table in (sync_follower_table, sync_change_table, sync_fetch_table):
        work.execute(work.delete(table).where(table.c.connection == connection))


def note_change(work: Work, kind: Kind, local_id: str, *, except_for: str = "") -> None:
    """A record of ours changed: every connection that follows its kind should get it.

    ``except_for`` is the connection the change came from. One query when nobody follows.
    """
    followers = sync_follower_table.c
    wanted = (followers.kind == kind.value, followers.connection != except_for)
    for row in work.rows(work.select(sync_follower_table, followers.connection).where(*wanted)):
        note_change_for(work, row["connection"], kind, local_id)


def note_written(work: Work, written: Iterable[tuple[str, str]]) -> None:
    """Records (type, id) were written by somebody who knows nothing of connections, such as a FHIR client.

    Types that are not exchanged are left alone. One query when nobody follows, two when somebody does, and one more for
    each 500 changes.
    """
    wanted: dict[Kind, set[str]] = {}
    for rtype, identity in written:
        if rtype in _KINDS:
            wanted.setdefault(_KINDS[rtype], set()).add(identity)
    # It runs beside every write of a patient or a visit, and mostly nobody follows: asked without a layer between.
    if not wanted or wanted.keys().isdisjoint(Kind(str(row[0])) for row in run(work, _FOLLOWED, (own(work),))):
        return
    followers = sync_follower_table.c
    names = [kind.value for kind in wanted]
    query = work.select(sync_follower_table, followers.connection, followers.kind).where(followers.kind.in_(names))
    rows: list[dict[str, object]] = [
        {"connection": row["connection"], "kind": row["kind"], "local_id": identity, "token": new_id()}
        for row in work.rows(query)
        for identity in sorted(wanted[Kind(row["kind"])])
    ]
    for start in range(0, len(rows), _BATCH):
        _add(work, rows[start : start + _BATCH])
    for kind in wanted:
        _wake(work, sorted({str(row["connection"]) for row in rows if row["kind"] == kind.value}), kind)


def _add(work: Work, rows: list[dict[str, object]]) -> None:
    build = postgresql.insert if work.connection.dialect.name == "postgresql" else sqlite.insert
    since = work.now
    statement = build(sync_change_table).values(
        [{"organisation_id": work.organisation, "since": since, **row} for row in rows]
    )
    key = ["organisation_id", "connection", "kind", "local_id"]
    newer = {name: statement.excluded[name] for name in ("token", "since")}
    work.execute(statement.on_conflict_do_update(index_elements=key, set_={**newer, **_ALIVE}))


def note_change_for(work: Work, connection: str, kind: Kind, local_id: str) -> None:
    """One connection should get a record, if it follows the kind."""
    followers = sync_follower_table.c
    here = (followers.connection == connection, followers.kind == kind.value)
    if work.row(work.select(sync_follower_table).where(*here)) is None:
        return
    place: dict[str, object] = {"connection": connection, "kind": kind.value, "local_id": local_id}
    work.upsert(sync_change_table, place, token=new_id(), since=work.now, **_ALIVE)
    _wake(work, [connection], kind)


def note_changes_for(work: Work, connection: str, changes: Iterable[tuple[Kind, str]]) -> int:
    """One connection should get these records, whether or not it follows their kinds; how many. It wakes nobody."""
    rows: list[dict[str, object]] = [
        {"connection": connection, "kind": kind.value, "local_id": local_id, "token": new_id()}
        for kind, local_id in dict.fromkeys(changes)
    ]
    for start in range(0, len(rows), _BATCH):
        _add(work, rows[start : start + _BATCH])
    return len(rows)


def _wake(work: Work, connections: list[str], kind: Kind) -> None:
    """Let the sending run soon, where changes of this kind go out as they happen.

    It is the schedule that becomes due, so a connection has one job at a time however many changes there are.
    """
    if not connections:
        return
    settings = sync_setting_table.c
    flag = settings[f"push_{_PLURAL[kind]}"]
    query = work.select(sync_setting_table, settings.connection).where(
        settings.connection.in_(connections),
        sa.or_(~settings.enabled, settings.paused, settings.push != "real_time", ~flag),
    )
    quiet = {row["connection"] for row in work.rows(query)}
    awake = [each for each in connections if each not in quiet]
    if awake:
        Schedules().hasten(work, work.organisation, PUSH, awake, work.now + DEBOUNCE)


def clear_change(work: Work, connection: str, kind: Kind, local_id: str, token: str) -> bool:
    """Clear a change unless a newer one took its place; whether it was cleared."""
    here = (_columns.connection == connection, _columns.kind == kind.value, _columns.local_id == local_id)
    return work.execute(work.delete(sync_change_table).where(*here, _columns.token == token)).rowcount == 1


def next_due(work: Work, connection: str, kind: Kind, only: Collection[str] | None = None) -> datetime | None:
    """When the first of the changes that wait for another try may be tried; None when none does."""
    here = [_columns.connection == connection, _columns.kind == kind.value, ~_columns.dead]
    if only is not None:
        here.append(_columns.local_id.in_(sorted(only)))
    return work.scalar(work.select(sync_change_table, sa.func.min(_columns.next_at)).where(*here))


def waiting(work: Work) -> dict[tuple[str, Kind], int]:
    """How many changes wait, by connection and kind; dead letters wait for a person and are not counted."""
    keys = (_columns.connection, _columns.kind)
    statement = work.select(sync_change_table, *keys, sa.func.count().label("number")).group_by(*keys)
    statement = statement.where(~_columns.dead)
    return {(row["connection"], Kind(row["kind"])): row["number"] for row in work.rows(statement)}
