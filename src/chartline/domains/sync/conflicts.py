"""Fields that both sides changed apart, waiting for a person. Values are sealed; lists open nothing by themselves.

There is at most one open conflict per field of a record and connection. A conflict that the two sides settle between
themselves closes itself. Deciding is the business of ``resolution``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from chartline.domains.sync.fields import Kind, same
from chartline.domains.sync.merge import Conflict
from chartline.domains.sync.tables import sync_conflict_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.vault import Vault

NO_CONFLICT = ErrorKind(
    "sync.no_conflict",
    Blame.US,
    Again.NEVER,
    "There is no such conflict.",
    "Look at the list of open conflicts; it may have settled itself.",
    status=404,
)

_columns = sync_conflict_table.c

IDENTITY = "identity"
"""Not a field: a vendor's patient may be one of ours. ``ours`` is that patient's id, ``theirs`` the new one's."""
DELETED = "deleted"
"""Not a field: the vendor says that it deleted the record."""
PATIENT = "patient"
"""Not a field: the vendor says that the visit belongs to another patient. Both values are ids of ours."""

SPECIAL = frozenset({IDENTITY, DELETED, PATIENT})
"""Questions about a whole record."""


class ConflictState(StrEnum):
    """Where a conflict stands."""

    OPEN = "open"
    RESOLVED = "resolved"
    SETTLED = "settled"
    """The two sides came to agree without a person."""


class Choice(StrEnum):
    """How a person decided."""

    OURS = "ours"
    THEIRS = "theirs"
    VALUE = "value"


class Decided(msgspec.Struct, frozen=True):
    """What a decision did: our value before and after it, and what then counted as agreed."""

    before: str
    after: str
    agreed: str

    def __repr__(self) -> str:
        return "<Decided masked>"


_UNDECIDED: Sealed[Decided | None] = Sealed(None)
_UNSENT: Sealed[str | None] = Sealed(None)


@dataclass(frozen=True, slots=True)
class StoredConflict:
    """One conflict as stored. ``base`` is sealed None where the two never agreed."""

    id: str
    connection: str
    kind: Kind
    local_id: str
    field: str
    base: Sealed[str | None]
    ours: Sealed[str]
    theirs: Sealed[str]
    state: ConflictState
    opened: datetime
    closed: datetime | None
    closed_by: str | None
    choice: Choice | None
    theirs_at: datetime | None = None
    """When the vendor's record changed, if it says so."""
    decision: str | None = None
    """The decision that ended it, or ended it last; several fields may share one."""
    decided: Sealed[Decided | None] = _UNDECIDED
    sent: Sealed[str | None] = _UNSENT
    """What the vendor has by now, where a decision had been sent before it was taken back."""

    @property
    def at_vendor(self) -> Sealed[str]:
        """What the vendor has."""
        sent = self.sent.reveal(Purpose.MATCH)
        return self.theirs if sent is None else Sealed(sent)


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """Conflicts, oldest first, and the cursor of the next page (empty at the end)."""

    conflicts: tuple[StoredConflict, ...]
    cursor: str


class _Content(msgspec.Struct, frozen=True):
    base: str | None
    ours: str
    theirs: str
    theirs_at: datetime | None = None
    decided: Decided | None = None
    sent: str | None = None


# Made with the module: the library crashes when several threads decode a type for the first time together.
_content_decoder = msgspec.json.Decoder(_Content)


def keep_conflicts(
    work: Work,
    vault: Vault,
    record: tuple[str, Kind, str],
    found: Iterable[Conflict],
    known: Sequence[StoredConflict],
    sides: tuple[Mapping[str, str], Mapping[str, str]],
    theirs_at: datetime | None = None,
) -> int:
    """Make the open conflicts of a record those that a merge found; ``known`` are its open ones. How many are new.

    ``record`` is connection, kind and our id; ``sides`` are what we and the vendor have. A conflict that was opened
    again after its decision had been sent stays while both sides are as they were then.
    """
    open_now = {one.field: one for one in known if one.field not in SPECIAL}
    new = 0
    for conflict in found:
        old = open_now.pop(conflict.field, None)
        content = _Content(conflict.base, conflict.ours, conflict.theirs, theirs_at)
        if old is None:
            add_conflict(work, vault, *record, conflict, theirs_at)
            new += 1
        elif (old.ours, old.theirs, old.sent) != (Sealed(conflict.ours), Sealed(conflict.theirs), Sealed(None)):
            _rewrite(work, vault, old.id, content)
    for old in open_now.values():
        if not _stands(old, *sides):
            close_conflict(work, old.id, ConflictState.SETTLED)
    return new


def _stands(conflict: StoredConflict, ours: Mapping[str, str], theirs: Mapping[str, str]) -> bool:
    """Whether a conflict that was opened again after it was sent is still as it was then."""
    sent, mine, field = conflict.sent.reveal(Purpose.MATCH), conflict.ours.reveal(Purpose.MATCH), conflict.field
    return sent is not None and same(field, theirs.get(field, ""), sent) and same(field, ours.get(field, ""), mine)


def add_conflict(
    work: Work,
    vault: Vault,
    connection: str,
    kind: Kind,
    local_id: str,
    conflict: Conflict,
    theirs_at: datetime | None = None,
) -> str:
    """Open a conflict; its id."""
    identity = new_id()
    content = _Content(conflict.base, conflict.ours, conflict.theirs, theirs_at)
    work.insert(
        sync_conflict_table,
        id=identity,
        connection=connection,
        kind=kind.value,
        local_id=local_id,
        field=conflict.field,
        content=_seal(work, vault, identity, content),
        state=ConflictState.OPEN.value,
        opened=work.now,
    )
    return identity


def close_conflict(work: Work, conflict_id: str, state: ConflictState) -> None:
    """Write down that a conflict ended without a person."""
    _end(work, conflict_id, state, None, None)


def decide_conflict(
    work: Work,
    vault: Vault,
    conflict: StoredConflict,
    decision: str,
    decided: Decided,
    actor: str,
    choice: Choice,
) -> None:
    """Write down how a person ended a conflict, as part of a decision."""
    _rewrite(work, vault, conflict.id, _content(conflict, decided=decided))
    _end(work, conflict.id, ConflictState.RESOLVED, actor, choice)
    work.execute(work.update(sync_conflict_table).where(_columns.id == conflict.id).values(decision=decision))


def open_again(work: Work, vault: Vault, conflict: StoredConflict, ours: str, sent: str | None, actor: str) -> None:
    """A decision was taken back. ``sent`` is what the vendor has of it by now, None when it has not got it."""
    content = _content(conflict, decided=None)
    content = msgspec.structs.replace(content, ours=ours, sent=sent)
    _rewrite(work, vault, conflict.id, content)
    _end(work, conflict.id, ConflictState.OPEN, actor, None)


def _content(conflict: StoredConflict, *, decided: Decided | None) -> _Content:
    opened = Purpose.STORE
    return _Content(
        conflict.base.reveal(opened),
        conflict.ours.reveal(opened),
        conflict.theirs.reveal(opened),
        conflict.theirs_at,
        decided,
        conflict.sent.reveal(opened),
    )


def _rewrite(work: Work, vault: Vault, conflict_id: str, content: _Content) -> None:
    sealed = _seal(work, vault, conflict_id, content)
    work.execute(work.update(sync_conflict_table).where(_columns.id == conflict_id).values(content=sealed))


def _end(work: Work, conflict_id: str, state: ConflictState, actor: str | None, choice: Choice | None) -> None:
    values = {
        "state": state.value,
        "closed": None if state is ConflictState.OPEN else work.now,
        "closed_by": actor,
        "choice": choice.value if choice else None,
    }
    work.execute(work.update(sync_conflict_table).where(_columns.id == conflict_id).values(**values))


def open_conflicts(
    work: Work, vault: Vault, connection: str, kind: Kind, local_ids: Sequence[str]
) -> dict[str, list[StoredConflict]]:
    """The open conflicts of records, by record, in one query."""
    if not local_ids:
        return {}
    here = (_columns.connection == connection, _columns.kind == kind.value, _columns.local_id.in_(list(local_ids)))
    statement = work.select(sync_conflict_table).where(*here, _columns.state == ConflictState.OPEN.value)
    found: dict[str, list[StoredConflict]] = {}
    for row in work.rows(statement):
        found.setdefault(row["local_id"], []).append(_conflict(work, vault, row))
    return found


def read_conflict(work: Work, vault: Vault, conflict_id: str) -> StoredConflict:
    """One conflict, open or not. Raises ``sync.no_conflict``."""
    row = work.row(work.select(sync_conflict_table).where(_columns.id == conflict_id).with_for_update())
    if row is None:
        raise NO_CONFLICT.error(conflict=conflict_id)
    return _conflict(work, vault, row)


def conflicts_of_decision(work: Work, vault: Vault, decision: str) -> list[StoredConflict]:
    """The conflicts that one decision ended and that were not opened again since."""
    wanted = (_columns.decision == decision, _columns.state == ConflictState.RESOLVED.value)
    rows = work.rows(work.select(sync_conflict_table).where(*wanted).order_by(_columns.id).with_for_update())
    return [_conflict(work, vault, row) for row in rows]


def list_conflicts(
    work: Work,
    vault: Vault,
    *,
    state: ConflictState | None = ConflictState.OPEN,
    connection: str | None = None,
    kind: Kind | None = None,
    local_id: str | None = None,
    cursor: str = "",
    limit: int = 50,
) -> ConflictPage:
    """A page of conflicts, oldest first; None means any. ``cursor`` is what the page before gave."""
    exact = {"state": state, "connection": connection, "kind": kind, "local_id": local_id}
    wanted: list[sa.ColumnElement[bool]] = [_columns[name] == str(value) for name, value in exact.items() if value]
    if cursor:
        wanted.append(_columns.id > cursor)
    rows = work.rows(work.select(sync_conflict_table).where(*wanted).order_by(_columns.id).limit(limit + 1))
    conflicts = tuple(_conflict(work, vault, row) for row in rows[:limit])
    return ConflictPage(conflicts, conflicts[-1].id if len(rows) > limit else "")


def list_decisions(
    work: Work, vault: Vault, cursor: str = "", limit: int = 50
) -> tuple[list[list[StoredConflict]], str]:
    """A page of decisions that stand, newest first, each with its conflicts; and the cursor of the next page.

    Two queries. A conflict that was decided before decisions had ids stands alone.
    """
    # Ids grow with time, so the order of ids is the order in which people decided.
    key = sa.func.coalesce(_columns.decision, _columns.id, type_=_columns.id.type)
    decided = _columns.state == ConflictState.RESOLVED.value
    query = work.select(sync_conflict_table, key.label("key")).where(decided)
    if cursor:
        query = query.where(key < cursor)
    found = work.rows(query.group_by(key).order_by(key.desc()).limit(limit + 1))
    keys = [row["key"] for row in found[:limit]]
    groups: dict[str, list[StoredConflict]] = {each: [] for each in keys}
    if keys:
        own = work.select(sync_conflict_table, *sync_conflict_table.c, key.label("key")).where(decided, key.in_(keys))
        for row in work.rows(own.order_by(_columns.field)):
            groups[row["key"]].append(_conflict(work, vault, row))
    return list(groups.values()), keys[-1] if len(found) > limit else ""


def count_open(work: Work) -> int:
    """How many conflicts wait for a person."""
    mine = (work.mine(sync_conflict_table), _columns.state == ConflictState.OPEN.value)
    return int(work.scalar(sa.select(sa.func.count()).select_from(sync_conflict_table).where(*mine)))


def _seal(work: Work, vault: Vault, conflict_id: str, content: _Content) -> bytes:
    return vault.seal(work.organisation, sync_conflict_table.name, conflict_id, msgspec.json.encode(content))


def _conflict(work: Work, vault: Vault, row: sa.RowMapping) -> StoredConflict:
    plain = vault.open_sealed(work.organisation, sync_conflict_table.name, row["id"], bytes(row["content"]))
    content = _content_decoder.decode(plain)
    return StoredConflict(
        row["id"],
        row["connection"],
        Kind(row["kind"]),
        row["local_id"],
        row["field"],
        Sealed(content.base),
        Sealed(content.ours),
        Sealed(content.theirs),
        ConflictState(row["state"]),
        row["opened"],
        row["closed"],
        row["closed_by"],
        Choice(row["choice"]) if row["choice"] else None,
        content.theirs_at,
        row["decision"],
        Sealed(content.decided),
        Sealed(content.sent),
    )


def theirs_of(conflicts: Iterable[StoredConflict]) -> dict[str, str]:
    """What the other side has in the fields under dispute."""
    return {one.field: one.at_vendor.reveal(Purpose.MATCH) for one in conflicts if one.field not in SPECIAL}
