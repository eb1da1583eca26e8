"""Exactly one external effect: the intent is committed before a write, the outcome after it.

A crash in between leaves an intent that was sent and has no outcome. That is ``Unknown``: it is settled by a
look-up at the same vendor, and only a proven ``Absent`` allows sending. ``once`` is the only way a flow writes to
a vendor. Refuses to send while it does not know.

A record may change while its write is not settled. What was sent is therefore kept, sealed, for writes that ask for
it: ``open_writes`` finds them, ``settle`` looks for what was sent then, and only after that is the newer content sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

import sqlalchemy as sa

from chartline.kernel.errors import Again, Blame, ErrorKind, Problem
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused, Unknown
from chartline.platform.database import Database, Id, Instant, Work, metadata
from chartline.platform.vault import Vault

intent = sa.Table(
    "intent",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("connection", sa.String(80), nullable=False),
    sa.Column("operation", sa.String(60), nullable=False),
    sa.Column("once_key", sa.String(200), nullable=False),
    sa.Column("payload_hash", sa.String(64), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("value", sa.Text),
    sa.Column("problem_code", sa.String(80)),
    sa.Column("exchange_id", sa.String(36)),
    sa.Column("sends", sa.Integer, nullable=False),
    sa.Column("looks", sa.Integer, nullable=False),
    sa.Column("created", Instant, nullable=False),
    sa.Column("sent", Instant),
    sa.Column("settled", Instant),
    sa.Column("content", sa.LargeBinary),
    sa.UniqueConstraint("organisation_id", "connection", "operation", "once_key"),
)

CHANGED_PAYLOAD = ErrorKind(
    "connect.payload_changed",
    Blame.US,
    Again.NEVER,
    "The same write was asked for again with other content while its first outcome is not settled.",
    "Wait until the first one is settled, or give the change a key of its own.",
    status=409,
)

SETTLE_SECONDS = 90.0
"""How long after a send an ``Absent`` is not yet a proof: the vendor may still be at work on it."""


class State(StrEnum):
    """Where an intent stands. Only ``planned`` and ``absent`` may be sent."""

    PLANNED = "planned"
    SENT = "sent"
    DONE = "done"
    REFUSED = "refused"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Write:
    """One write to a vendor: who, what, the key that makes it one, and a digest of what would be sent."""

    connection: str
    operation: str
    once_key: str
    payload: bytes
    """Only its hash is kept, unless ``kept``."""
    kept: bool = False
    """Keep the payload sealed until the outcome is known, so that it can be looked for after the record changed."""

    @property
    def payload_hash(self) -> str:
        """SHA-256 of the payload in hex."""
        return hashlib.sha256(self.payload).hexdigest()


class Intents:
    """Makes writes happen once.

    ``http_timeout`` is the longest a call of any of our processes can be on its way, in real seconds: an absence
    is not believed before that has passed too, also when the clock runs fast. Without a ``vault`` no payload is kept.
    """

    def __init__(self, database: Database, http_timeout: float, vault: Vault | None = None) -> None:
        self._database, self._timeout, self._vault = database, http_timeout, vault

    def once(
        self, organisation: str, write: Write, send: Callable[[], Outcome[str]], look: Callable[[], Looked[str]]
    ) -> Outcome[str]:
        """Make a write happen once, however often this is called and wherever it is killed.

        ``send`` and ``look`` are called outside any transaction. The receipt's value is kept (ids only) and answered
        again to every later call. After a proven refusal or absence the same key may be tried again, also with a
        changed payload; while the outcome is not known it may not.
        """
        begun = _begin(self._database, organisation, write)
        if not isinstance(begun, State):
            return begun
        if begun is State.SENT:
            looked = self._settle(organisation, write, look)
            if not isinstance(looked, Absent):
                return looked
        elsewhere = _mark_sent(self._database, organisation, write, self._sealed(organisation, write))
        if elsewhere is not None:
            return elsewhere
        return _finish(self._database, organisation, write, send())

    def open_writes(self, organisation: str, connection: str, operation: str, key: str) -> list[Write]:
        """Writes that were sent and have no outcome: of this key, or of one that begins with it and a slash.

        Their payload is what was sent then, or empty where it was not kept. Oldest first, in one query.
        """
        begins = intent.c.once_key.startswith(f"{key}/", autoescape=True)
        here = (intent.c.connection == connection, intent.c.operation == operation, intent.c.state == State.SENT)
        with self._database.read(organisation) as work:
            query = work.select(intent).where(*here, sa.or_(intent.c.once_key == key, begins)).order_by(intent.c.sent)
            rows = work.rows(query)
        return [
            Write(connection, operation, row["once_key"], self._opened(organisation, row), kept=True) for row in rows
        ]

    def settle(self, organisation: str, write: Write, look: Callable[[], Looked[str]]) -> Looked[str]:
        """Find out by looking what became of an open write, and store it. Sends nothing.

        ``Absent`` is a proof: the vendor has not done it and will not. ``Later`` says when to look again.
        """
        return self._settle(organisation, write, look)

    def _settle(
        self, organisation: str, write: Write, look: Callable[[], Looked[str]]
    ) -> Receipt[str] | Absent | Later | Unknown:
        looked = look()
        match looked:
            case Receipt():
                _finish(self._database, organisation, write, looked)
                return looked
            case Absent():
                proof = _accept_absence(self._database, organisation, write, self._settle_after())
                return looked if proof is None else proof
            case Refused(problem):
                _count_look(self._database, organisation, write)
                return Unknown(problem.evidence)
            case Later() | Unknown():
                _count_look(self._database, organisation, write)
                return looked

    def _sealed(self, organisation: str, write: Write) -> bytes | None:
        if self._vault is None or not write.kept:
            return None
        return self._vault.seal(organisation, intent.name, _content_row(write), write.payload)

    def _opened(self, organisation: str, row: sa.RowMapping) -> bytes:
        if self._vault is None or row["content"] is None:
            return b""
        place = _content_row(Write(row["connection"], row["operation"], row["once_key"], b""))
        return self._vault.open_sealed(organisation, intent.name, place, bytes(row["content"]))

    def known(self, organisation: str, write: Write) -> bool:
        """Whether this write was ever asked for before."""
        with self._database.read(organisation) as work:
            return work.row(work.select(intent, intent.c.id).where(_where(work, write))) is not None

    def delivered_since(self, organisation: str, connection: str, moment: datetime) -> bool:
        """Whether a vendor has taken any write of ours since a moment."""
        columns = intent.c
        done = (columns.connection == connection, columns.state == State.DONE, columns.settled >= moment)
        with self._database.read(organisation) as work:
            return work.row(work.select(intent, columns.id).where(*done).limit(1)) is not None

    def _settle_after(self) -> timedelta:
        speed = 1.0 / self._database.clock.real_seconds(1.0)
        return timedelta(seconds=max(SETTLE_SECONDS, self._timeout * speed))


def _content_row(write: Write) -> str:
    return f"{write.connection}/{write.operation}/{write.once_key}"


def _where(work: Work, write: Write) -> sa.ColumnElement[bool]:
    return sa.and_(
        intent.c.connection == write.connection,
        intent.c.operation == write.operation,
        intent.c.once_key == write.once_key,
    )


def _begin(
    database: Database, organisation: str, write: Write
) -> Literal[State.PLANNED, State.SENT] | Receipt[str] | Refused:
    """Commit the intent, or find how far an earlier call came."""
    with database.work(organisation) as work:
        created = work.insert_new(
            intent,
            id=new_id(),
            connection=write.connection,
            operation=write.operation,
            once_key=write.once_key,
            payload_hash=write.payload_hash,
            state=State.PLANNED,
            sends=0,
            looks=0,
            created=work.now,
        )
        if created:
            return State.PLANNED
        row = work.row(work.select(intent).where(_where(work, write)))
        assert row is not None
        state = State(row["state"])
        if state is State.DONE:
            return Receipt(row["value"], row["exchange_id"])
        if state is State.SENT:
            if row["payload_hash"] != write.payload_hash:
                return Refused(CHANGED_PAYLOAD.problem(operation=write.operation))
            return State.SENT
        free = intent.c.state != State.SENT
        work.execute(work.update(intent).where(_where(work, write), free).values(payload_hash=write.payload_hash))
        return State.PLANNED


def _mark_sent(database: Database, organisation: str, write: Write, content: bytes | None) -> Later | None:
    """Take the right to send; None when it is ours, ``Later`` when another worker took it at the same moment."""
    free = intent.c.state.in_([State.PLANNED, State.REFUSED, State.ABSENT])
    with database.work(organisation) as work:
        taken = work.execute(
            work.update(intent)
            .where(_where(work, write), free, intent.c.payload_hash == write.payload_hash)
            .values(state=State.SENT, sent=work.now, sends=intent.c.sends + 1, content=content)
        )
        return None if taken.rowcount == 1 else Later(work.now + timedelta(seconds=SETTLE_SECONDS), "under way")


def _count_look(database: Database, organisation: str, write: Write) -> None:
    with database.work(organisation) as work:
        work.execute(work.update(intent).where(_where(work, write)).values(looks=intent.c.looks + 1))


def _accept_absence(database: Database, organisation: str, write: Write, settle: timedelta) -> Later | None:
    """None when the absence is old enough to be a proof; else when to look again."""
    with database.work(organisation) as work:
        sent: datetime | None = work.scalar(sa.select(intent.c.sent).where(work.mine(intent), _where(work, write)))
        due = (sent or work.now) + settle
        if work.now < due:
            work.execute(work.update(intent).where(_where(work, write)).values(looks=intent.c.looks + 1))
            return Later(due, "settling")
        same = (intent.c.state == State.SENT, intent.c.sent == sent)
        proven = work.update(intent).where(_where(work, write), *same)
        if work.execute(proven.values(state=State.ABSENT, settled=work.now, content=None)).rowcount == 1:
            return None
        # Another worker proved it first, and may be sending again.
        return Later(work.now + settle, "under way")


def _finish(database: Database, organisation: str, write: Write, outcome: Outcome[str]) -> Outcome[str]:
    """Store what came of it. ``Later`` and a refusal before anything was sent leave the intent free to be sent."""
    with database.work(organisation) as work:
        match outcome:
            case Receipt(value, exchange):
                changes: dict[str, object] = {
                    "state": State.DONE,
                    "value": value,
                    "exchange_id": exchange,
                    "settled": work.now,
                    "content": None,
                }
            case Refused(problem):
                changes = {
                    "state": State.REFUSED,
                    "problem_code": problem.code,
                    "exchange_id": problem.evidence,
                    "settled": work.now,
                    "content": None,
                }
            case Later():
                # Nothing left the house, so it was no send.
                changes = {"state": State.PLANNED, "sends": intent.c.sends - 1, "content": None}
            case Unknown(evidence):
                changes = {"exchange_id": evidence}
        # What a look-up has found meanwhile stands.
        open_still = intent.c.state != State.DONE
        work.execute(work.update(intent).where(_where(work, write), open_still).values(**changes))
    return outcome


@dataclass(frozen=True, slots=True)
class OpenIntent:
    """An intent whose outcome nobody knows yet, for the desk."""

    connection: str
    operation: str
    once_key: str
    sent: datetime
    looks: int


def unsettled(work: Work, limit: int = 100) -> list[OpenIntent]:
    """Intents that were sent and have no outcome, oldest first."""
    rows = work.rows(work.select(intent).where(intent.c.state == State.SENT).order_by(intent.c.sent).limit(limit))
    return [OpenIntent(r["connection"], r["operation"], r["once_key"], r["sent"], r["looks"]) for r in rows]


def payload(*parts: object) -> bytes:
    """A canonical byte form of plain values, to be hashed into an intent."""
    return json.dumps(parts, sort_keys=True, default=str).encode()


def refused_for_good(problem: Problem) -> bool:
    """Whether a refusal stands until a person or a change of data does something."""
    return problem.again in (Again.NEVER, Again.AFTER_FIX)
