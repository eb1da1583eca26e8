"""The audit trail of an organisation.

Each row carries a keyed hash of itself and of the row before it; the head (last number and hash) is kept apart, so a
removed tail shows too. Writing takes a lock on the head until the transaction ends: record late, not early.
Refuses free text: details are codes and ids.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import sqlalchemy as sa

from chartline.kernel.ids import new_id
from chartline.platform.audit import rows
from chartline.platform.audit.append_only import protect_tables
from chartline.platform.audit.reveals import Tally, tally
from chartline.platform.database import Database, Id, Instant, Work, metadata
from chartline.platform.vault import Vault

audit_table = sa.Table(
    "audit",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String(100), nullable=False),
    sa.Column("action", sa.String(100), nullable=False),
    sa.Column("target_type", sa.String(64)),
    sa.Column("target_id", sa.String(64)),
    sa.Column("purpose", sa.String(20)),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
    sa.Index(None, "organisation_id", "target_type", "target_id"),
)

audit_head_table = sa.Table(
    "audit_head",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
)

_CODE = re.compile(r"[A-Za-z0-9_.:/|+-]{0,100}")
_BATCH = 1000
_HASHED = ("number", "id", "at", "actor", "action", "target_type", "target_id", "purpose", "count", "detail")


@dataclass(frozen=True, slots=True)
class Target:
    """What an action was about: a resource type or table, and its id."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something that was done. ``actor`` is ``user:<id>``, ``token:<id>`` or ``job:<name>``; ``detail`` holds codes."""

    actor: str
    action: str
    target: Target | None = None
    purpose: str | None = None
    count: int = 1
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A row of the trail as it was written."""

    number: int
    id: str
    at: datetime
    event: AuditEvent


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of checking the chain: how many rows hold, and the number of the first one that does not."""

    rows: int
    first_broken: int | None

    @property
    def intact(self) -> bool:
        """Whether every row and the head agree."""
        return self.first_broken is None


class Audit:
    """Writes, reads and checks the trail."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault

    def record(self, work: Work, event: AuditEvent) -> str:
        """Write one event into the caller's transaction; returns its id.

        Raises ValueError when a detail is not a code.
        """
        return self.record_many(work, [(work.now, event)])[0]

    def record_many(self, work: Work, events: Sequence[tuple[datetime, AuditEvent]]) -> list[str]:
        """Write events that happened at these moments, in one statement however many they are; returns their ids.

        Raises ValueError when a detail is not a code.
        """
        details = [_detail(event.detail) for _, event in events]
        if not events:
            return []
        number, digest = self._lock_head(work)
        ids, written = [], []
        for (at, event), detail in zip(events, details, strict=True):
            number += 1
            identity = new_id()
            target_type, target_id = (event.target.type, event.target.id) if event.target else (None, None)
            told = (event.actor, event.action, target_type, target_id, event.purpose, event.count, detail)
            digest = self._hash(work, digest, (number, identity, at, *told))
            ids.append(identity)
            written.append((number, rows.stored_id(work, identity), rows.micros(at), *told, digest))
        rows.insert(work, written)
        rows.move_head(work, number, digest)
        return ids

    @contextmanager
    def tally_reveals(
        self, organisation: str, actor: str, action: str, target: Target | None = None
    ) -> Generator[Tally, None, None]:
        """Count the sealed values opened inside the block and write one row per purpose when it ends, also on error.

        Writes in a transaction of its own, so the block's own transactions must be inside it, not around it.
        """
        with tally() as counted:
            try:
                yield counted
            finally:
                if counted.counts:
                    with self._database.work(organisation) as work:
                        for purpose, count in counted.counts.items():
                            self.record(work, AuditEvent(actor, action, target, purpose.value, count))

    def rows(
        self, work: Work, target: Target | None = None, before: int | None = None, limit: int = 100
    ) -> list[AuditRow]:
        """The newest rows first, of one target if given; go on with ``before`` set to the last row's number."""
        query = work.select(audit_table).order_by(audit_table.c.number.desc()).limit(limit)
        if target is not None:
            query = query.where(audit_table.c.target_type == target.type, audit_table.c.target_id == target.id)
        if before is not None:
            query = query.where(audit_table.c.number < before)
        return [_row(row) for row in work.rows(query)]

    def verify(self, work: Work) -> Verdict:
        """Walk the whole chain and compare it with the head."""
        head = work.row(work.select(audit_head_table))
        checked, previous = 0, b""
        while found := work.rows(
            work.select(audit_table).where(audit_table.c.number > checked).order_by(audit_table.c.number).limit(_BATCH)
        ):
            for row in found:
                digest = self._hash(work, previous, [row[name] for name in _HASHED])
                if row["number"] != checked + 1 or bytes(row["hash"]) != digest:
                    return Verdict(checked, checked + 1)
                checked, previous = checked + 1, digest
        expected = (head["number"], bytes(head["hash"])) if head is not None else (0, b"")
        return Verdict(checked, None if (checked, previous) == expected else checked + 1)

    def _lock_head(self, work: Work) -> tuple[int, bytes]:
        head = rows.locked_head(work)
        if head is None:
            work.insert_new(audit_head_table, number=0, hash=b"")
            head = rows.locked_head(work)
        if head is None:
            raise RuntimeError("the audit head is not visible to its own transaction")
        return head

    def _hash(self, work: Work, previous: bytes, told: Sequence[object]) -> bytes:
        """The hash of a row: its values from number to detail, behind the hash of the row before it."""
        return self._vault.digest(work.organisation, previous, msgspec.json.encode(told))


def protect(connection: sa.Connection) -> None:
    """Make the trail append-only in the database itself; for the migration that creates it."""
    protect_tables(connection, [audit_table])


def check_detail(detail: Mapping[str, str]) -> None:
    """Raises ValueError when a detail is not a code or an id."""
    for value in detail.values():
        if not _CODE.fullmatch(value):
            raise ValueError("an audit detail holds codes and ids, not text")


def _detail(detail: Mapping[str, str]) -> str:
    check_detail(detail)
    return msgspec.json.encode(dict(sorted(detail.items()))).decode()


def _row(row: sa.RowMapping) -> AuditRow:
    target = Target(row["target_type"], row["target_id"]) if row["target_type"] else None
    detail = msgspec.json.decode(row["detail"], type=dict[str, str])
    event = AuditEvent(row["actor"], row["action"], target, row["purpose"], row["count"], detail)
    return AuditRow(row["number"], row["id"], row["at"], event)
