"""Dead letters: changes of ours that a vendor did not take and that nobody tries again until a person says so.

A letter is a waiting change (``sync_change``) that is marked dead. It revives by itself when its record changes again,
for that is another change. Refuses to show values: which record, which problem and which fields are enough to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from chartline.domains.sync.fields import Kind
from chartline.domains.sync.log import Direction, Happened, SyncEvent, note_event
from chartline.domains.sync.outgoing import Pending
from chartline.domains.sync.tables import sync_change_table, sync_event_table, vendor_link_table
from chartline.kernel.errors import CATALOGUE, Again, Blame, ErrorKind, Problem
from chartline.platform.database import Work

NO_LETTER = ErrorKind(
    "sync.no_letter",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such dead letter: it was sent, discarded, or its record has changed since.",
    "Look at the list of dead letters again.",
    status=404,
)

_columns = sync_change_table.c


class Discarded(StrEnum):
    """Why a change is never sent. A code and no text, for a text could hold anything about the patient."""

    DONE_BY_HAND = "done_by_hand"
    NOT_WANTED = "not_wanted"
    DUPLICATE = "duplicate"
    WRONG_RECORD = "wrong_record"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFilter:
    """Which letters; everything left out means all."""

    connection: str | None = None
    kind: Kind | None = None
    code: str | None = None
    local_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter. ``say`` and ``do`` explain the problem; ``exchange_id`` is the vendor's last answer.

    ``vendor_id`` is None for a record the vendor has not got. ``at`` is when it was tried last, if the log still knows.
    """

    connection: str
    kind: Kind
    local_id: str
    token: str
    vendor_id: str | None
    since: datetime
    attempts: int
    code: str
    say: str
    do: str
    blame: str
    exchange_id: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class LetterPage:
    """Letters, oldest first, and the cursor of the next page (empty at the end)."""

    letters: tuple[Letter, ...]
    cursor: str


def list_letters(work: Work, wanted: LetterFilter, cursor: str = "", limit: int = 50) -> LetterPage:
    """A page of dead letters, oldest first. Three queries, however many there are."""
    statement = work.select(sync_change_table).where(*_conditions(wanted))
    if cursor:
        statement = statement.where(_columns.token > cursor)
    rows = work.rows(statement.order_by(_columns.token).limit(limit + 1))
    page = rows[:limit]
    local_ids = [row["local_id"] for row in page]
    events, links = _last_events(work, local_ids), _links(work, local_ids)
    return LetterPage(
        tuple(_letter(row, events, links) for row in page), page[-1]["token"] if len(rows) > limit else ""
    )


def read_letter(work: Work, connection: str, kind: Kind, local_id: str) -> Letter:
    """One letter, explained. Raises ``sync.no_letter``."""
    wanted = LetterFilter(connection=connection, kind=kind, local_ids=(local_id,))
    found = list_letters(work, wanted, limit=1).letters
    if not found:
        raise NO_LETTER.error(connection=connection, kind=kind.value, record=local_id)
    return found[0]


def retry_letters(work: Work, wanted: LetterFilter) -> int:
    """Let these letters be sent with the next push, with all their tries; answers how many."""
    fresh: dict[str, object] = {"dead": False, "attempts": 0, "next_at": None, "problem_code": None}
    return work.execute(work.update(sync_change_table).where(*_conditions(wanted)).values(**fresh)).rowcount


def discard_letter(work: Work, connection: str, kind: Kind, local_id: str, reason: Discarded) -> None:
    """Never send this change. The caller writes who did it into the audit trail. Raises ``sync.no_letter``."""
    letter = read_letter(work, connection, kind, local_id)
    here = (_columns.connection == connection, _columns.kind == kind.value, _columns.local_id == local_id)
    work.execute(work.delete(sync_change_table).where(*here, _columns.token == letter.token))
    note_event(
        work,
        SyncEvent(
            connection=connection,
            direction=Direction.OUT,
            kind=kind,
            outcome=Happened.RESOLVED,
            local_id=local_id,
            vendor_id=letter.vendor_id,
            code=reason.value,
            operation="discard",
        ),
    )


def count_letters(work: Work) -> dict[tuple[str, Kind, str], int]:
    """How many dead letters there are, by connection, kind and problem."""
    keys = (_columns.connection, _columns.kind, _columns.problem_code)
    statement = work.select(sync_change_table, *keys, sa.func.count().label("number")).where(_columns.dead)
    return {
        (row["connection"], Kind(row["kind"]), row["problem_code"] or ""): row["number"]
        for row in work.rows(statement.group_by(*keys))
    }


def attempts_of(work: Work, connection: str, kind: Kind, local_ids: Sequence[str]) -> dict[str, int]:
    """How often each waiting change has failed, in one query."""
    here = (_columns.connection == connection, _columns.kind == kind.value, _columns.local_id.in_(list(local_ids)))
    rows = work.rows(work.select(sync_change_table, _columns.local_id, _columns.attempts).where(*here))
    return {row["local_id"]: row["attempts"] for row in rows}


def failing(work: Work, connection: str, beside: Sequence[str]) -> int:
    """How many other changes of a connection have failed and wait for their next try."""
    here = (_columns.connection == connection, ~_columns.dead, _columns.attempts > 0, _columns.problem_code.isnot(None))
    query = sa.select(sa.func.count()).where(work.mine(sync_change_table), *here)
    return int(work.scalar(query.where(_columns.local_id.notin_(list(beside)))) or 0)


def wait_until(work: Work, item: Pending, attempts: int, at: datetime, code: str, *, any_token: bool = False) -> None:
    """A change failed and is tried again at a moment; nothing when the record has changed since.

    ``any_token`` says that the caller itself has just noted the change anew.
    """
    here = [*_place(item.connection, item.kind, item.local_id)]
    if not any_token:
        here.append(_columns.token == item.token)
    values: dict[str, object] = {"attempts": attempts, "next_at": at, "problem_code": code[:80] or None}
    work.execute(work.update(sync_change_table).where(*here).values(**values))


def bury(work: Work, item: Pending, problem: Problem, attempts: int) -> None:
    """A change is over: it is a dead letter from now on, and the log says why. Nothing to bury if it changed since."""
    _bury(work, item.connection, item.kind, item.local_id, item.token, problem, attempts)
    _note_refused(work, item.connection, item.kind, item.local_id, item.vendor_id, problem)


def bury_unfit(work: Work, connection: str, kind: Kind, local_id: str, token: str, problem: Problem) -> None:
    """A record cannot be sent as it is, for it lacks something: a dead letter without a try."""
    _bury(work, connection, kind, local_id, token, problem, 0)
    _note_refused(work, connection, kind, local_id, None, problem)


def _bury(work: Work, connection: str, kind: Kind, local_id: str, token: str, problem: Problem, attempts: int) -> None:
    values: dict[str, object] = {
        "dead": True,
        "attempts": attempts,
        "next_at": None,
        "problem_code": problem.code[:80],
    }
    here = (*_place(connection, kind, local_id), _columns.token == token)
    work.execute(work.update(sync_change_table).where(*here).values(**values))


def _note_refused(
    work: Work, connection: str, kind: Kind, local_id: str, vendor_id: str | None, problem: Problem
) -> None:
    note_event(
        work,
        SyncEvent(
            connection=connection,
            direction=Direction.OUT,
            kind=kind,
            outcome=Happened.REFUSED,
            local_id=local_id,
            vendor_id=vendor_id,
            code=problem.code[:64],
            exchange_id=problem.evidence,
        ),
    )


def _place(connection: str, kind: Kind, local_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (_columns.connection == connection, _columns.kind == kind.value, _columns.local_id == local_id)


def _conditions(wanted: LetterFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [_columns.dead]
    if wanted.connection is not None:
        found.append(_columns.connection == wanted.connection)
    if wanted.kind is not None:
        found.append(_columns.kind == wanted.kind.value)
    if wanted.code is not None:
        found.append(_columns.problem_code == wanted.code)
    if wanted.local_ids is not None:
        found.append(_columns.local_id.in_(wanted.local_ids))
    return found


Key = tuple[str, str, str]


def _last_events(work: Work, local_ids: Sequence[str]) -> dict[Key, sa.RowMapping]:
    """The last line of the log about each record on its way out, by connection, kind and record."""
    events = sync_event_table.c
    if not local_ids:
        return {}
    keys = (events.connection, events.kind, events.local_id)
    # Line ids grow with time, so the greatest is the newest; as text, for PostgreSQL knows no greatest UUID.
    newest = (
        work.select(sync_event_table, sa.func.max(sa.cast(events.id, sa.String)).label("id"))
        .where(events.local_id.in_(list(local_ids)), events.direction == Direction.OUT.value)
        .group_by(*keys)
        .subquery()
    )
    query = work.select(sync_event_table, *keys, events.exchange_id, events.at)
    rows = work.rows(query.where(sa.cast(events.id, sa.String).in_(sa.select(newest.c.id))))
    return {(row["connection"], row["kind"], row["local_id"]): row for row in rows}


def _links(work: Work, local_ids: Sequence[str]) -> dict[Key, str]:
    links = vendor_link_table.c
    if not local_ids:
        return {}
    rows = work.rows(work.select(vendor_link_table).where(links.local_id.in_(list(local_ids))))
    return {(row["connection"], row["kind"], row["local_id"]): row["vendor_id"] for row in rows}


def _letter(row: sa.RowMapping, events: dict[Key, sa.RowMapping], links: dict[Key, str]) -> Letter:
    key = (row["connection"], row["kind"], row["local_id"])
    kind, event = CATALOGUE.get(row["problem_code"] or ""), events.get(key)
    return Letter(
        connection=row["connection"],
        kind=Kind(row["kind"]),
        local_id=row["local_id"],
        token=row["token"],
        vendor_id=links.get(key),
        since=row["since"],
        attempts=row["attempts"],
        code=row["problem_code"] or "",
        say=kind.say if kind else "The vendor refused it.",
        do=kind.do if kind else "Read the vendor's answer in the exchange log.",
        blame=kind.blame.value if kind else Blame.VENDOR.value,
        exchange_id=event["exchange_id"] if event else None,
        at=event["at"] if event else None,
    )
