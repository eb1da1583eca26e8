"""All open conflicts of one record as one case: every value, since when each side has it, and who put ours there.

A person decides a record and not a field at a time. Refuses to decide anything itself; see ``resolution``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from chartline.domains.sync.authors import OurChange, named, our_changes
from chartline.domains.sync.conflicts import (
    SPECIAL,
    Choice,
    ConflictState,
    StoredConflict,
    open_conflicts,
)
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.tables import sync_conflict_table
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

_columns = sync_conflict_table.c


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decides about one field. ``value`` goes with ``Choice.VALUE`` and with nothing else."""

    choice: Choice
    value: Sealed[str] | None = None


@dataclass(frozen=True, slots=True)
class Disputed:
    """One field of a case. ``ours`` is None for a question about the whole record, or when our time is not known.

    ``theirs_at`` is the vendor's own time of its change, None when it tells none.
    """

    conflict: StoredConflict
    ours: OurChange | None
    theirs_at: datetime | None


@dataclass(frozen=True, slots=True)
class Case:
    """The open conflicts of one record, by field; never empty. ``opened`` is when the first of them was."""

    connection: str
    kind: Kind
    local_id: str
    fields: dict[str, Disputed]
    opened: datetime

    def all(self, choice: Choice) -> dict[str, Decision]:
        """The same decision for every field: ``ours`` or ``theirs``."""
        return dict.fromkeys(self.fields, Decision(choice))


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of the inbox: a record and the names of its disputed fields."""

    connection: str
    kind: Kind
    local_id: str
    fields: tuple[str, ...]
    opened: datetime


def case_of(work: Work, records: Records, vault: Vault, connection: str, kind: Kind, local_id: str) -> Case | None:
    """The case of a record, or None when nothing is open. A few queries, whatever the number of fields."""
    found = open_conflicts(work, vault, connection, kind, [local_id]).get(local_id, [])
    if not found:
        return None
    names = [one.field for one in found if one.field not in SPECIAL]
    changes = named(work, kind, local_id, our_changes(work, records, connection, kind, local_id, names))
    fields = {
        one.field: Disputed(one, changes.get(one.field), one.theirs_at)
        for one in sorted(found, key=lambda one: one.field)
    }
    return Case(connection, kind, local_id, fields, min(one.opened for one in found))


def list_cases(
    work: Work, connection: str | None = None, cursor: str = "", limit: int = 50
) -> tuple[tuple[CaseLine, ...], str]:
    """A page of records with open conflicts, oldest first, and the cursor of the next page (empty at the end).

    Two queries; nothing is opened.
    """
    keys = (_columns.connection, _columns.kind, _columns.local_id)
    # As text, for PostgreSQL knows no smallest UUID; ids grow with time.
    first = sa.func.min(sa.cast(_columns.id, sa.String))
    query = work.select(sync_conflict_table, *keys, first.label("first"), sa.func.min(_columns.opened).label("opened"))
    query = query.where(_columns.state == ConflictState.OPEN.value).group_by(*keys)
    if connection is not None:
        query = query.where(_columns.connection == connection)
    if cursor:
        query = query.having(first > cursor)
    rows = work.rows(query.order_by(first).limit(limit + 1))
    page = rows[:limit]
    names = _names(work, [row["local_id"] for row in page])
    lines = tuple(
        CaseLine(
            row["connection"],
            Kind(row["kind"]),
            row["local_id"],
            tuple(sorted(names.get((row["connection"], row["kind"], row["local_id"]), ()))),
            row["opened"],
        )
        for row in page
    )
    return lines, page[-1]["first"] if len(rows) > limit else ""


def count_cases(work: Work, connection: str | None = None) -> int:
    """How many records wait for a decision."""
    keys = (_columns.connection, _columns.kind, _columns.local_id)
    query = work.select(sync_conflict_table, *keys).where(_columns.state == ConflictState.OPEN.value).distinct()
    if connection is not None:
        query = query.where(_columns.connection == connection)
    return int(work.scalar(sa.select(sa.func.count()).select_from(query.subquery())))


def open_cases(work: Work) -> dict[str, int]:
    """How many records wait for a decision, by connection, in one query."""
    keys = (_columns.connection, _columns.kind, _columns.local_id)
    found = work.select(sync_conflict_table, *keys).where(_columns.state == ConflictState.OPEN.value).distinct()
    counted = found.subquery()
    query = sa.select(counted.c.connection, sa.func.count().label("number")).group_by(counted.c.connection)
    return {row["connection"]: row["number"] for row in work.rows(query)}


def _names(work: Work, local_ids: Iterable[str]) -> dict[tuple[str, str, str], list[str]]:
    wanted = list(dict.fromkeys(local_ids))
    found: dict[tuple[str, str, str], list[str]] = {}
    if not wanted:
        return found
    here = (_columns.local_id.in_(wanted), _columns.state == ConflictState.OPEN.value)
    keys = (_columns.connection, _columns.kind, _columns.local_id)
    for row in work.rows(work.select(sync_conflict_table, *keys, _columns.field).where(*here)):
        found.setdefault((row["connection"], row["kind"], row["local_id"]), []).append(row["field"])
    return found
