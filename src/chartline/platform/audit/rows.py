"""The three statements that write the trail, by hand: they run beside every write, and building them anew each time
costs more than the row.

Values travel beside the text, never in it. ``?`` stands for a value on both databases.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from chartline.platform.database import Work

Value = int | str | bytes | None

COLUMNS = (
    "organisation_id",
    "number",
    "id",
    "at",
    "actor",
    "action",
    "target_type",
    "target_id",
    "purpose",
    "count",
    "detail",
    "hash",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HEAD = "SELECT number, hash FROM audit_head WHERE organisation_id = ?"
_INSERT = f"INSERT INTO audit ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
_MOVE = "UPDATE audit_head SET number = ?, hash = ? WHERE organisation_id = ?"


def locked_head(work: Work) -> tuple[int, bytes] | None:
    """The last number and hash of the trail, locked until the transaction ends; None when there is no head yet."""
    lock = " FOR UPDATE" if _postgresql(work) else ""
    row = work.connection.exec_driver_sql(_text(work, _HEAD) + lock, (_id(work, work.organisation),)).first()
    return None if row is None else (int(row[0]), bytes(row[1]))


def insert(work: Work, rows: Sequence[Sequence[Value]]) -> None:
    """Write rows: values in the order of ``COLUMNS`` after the organisation, ids as ``stored_id`` gives them."""
    own = _id(work, work.organisation)
    work.connection.exec_driver_sql(_text(work, _INSERT), [(own, *row) for row in rows])


def move_head(work: Work, number: int, digest: bytes) -> None:
    """The new last number and hash."""
    work.connection.exec_driver_sql(_text(work, _MOVE), (number, digest, _id(work, work.organisation)))


def stored_id(work: Work, identity: str) -> str:
    """A UUID as the column holds it."""
    return _id(work, identity)


def micros(moment: datetime) -> int:
    """A moment as the column holds it: microseconds since 1970 UTC."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _postgresql(work: Work) -> bool:
    return work.connection.dialect.name == "postgresql"


def _id(work: Work, identity: str) -> str:
    return identity if _postgresql(work) else identity.replace("-", "")


def _text(work: Work, statement: str) -> str:
    return statement.replace("?", "%s") if _postgresql(work) else statement
