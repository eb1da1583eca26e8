"""What is kept of one exchange, and the two tables it is kept in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from chartline.kernel.sealed import Masked
from chartline.platform.audit import protect_tables
from chartline.platform.database import Id, Instant, metadata


class Direction(StrEnum):
    """Who called whom."""

    OUT = "out"
    """We called the vendor."""
    IN = "in"
    """The vendor called us (a webhook)."""


class Word(StrEnum):
    """How the exchange ended (see ``kernel.outcome``); a read that was answered is a receipt."""

    RECEIPT = "receipt"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Exchange(Masked):
    """One message and its answer, as they were on the wire after redaction of credentials.

    ``operation`` is the vendor's name of the call (``getupdatedpatients``), ``connection`` the id of the connection,
    ``started`` the clock's time, ``duration_ms`` real milliseconds, ``cost_minor`` cents charged for the call.
    ``response`` is None when no answer came.
    """

    connection: str
    vendor: str
    operation: str
    started: datetime
    duration_ms: int
    outcome: Word
    request: bytes
    response: bytes | None = None
    direction: Direction = Direction.OUT
    status: int | None = None
    problem: str | None = None
    cost_minor: int | None = None


exchange_table = sa.Table(
    "exchange",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("connection", sa.String(64), nullable=False),
    sa.Column("vendor", sa.String(64), nullable=False),
    sa.Column("operation", sa.String(128), nullable=False),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("started", Instant, nullable=False),
    sa.Column("duration_ms", sa.Integer, nullable=False),
    sa.Column("outcome", sa.String(10), nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("problem", sa.String(100)),
    sa.Column("request_hash", sa.LargeBinary(32), nullable=False),
    sa.Column("response_hash", sa.LargeBinary(32)),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("cost_minor", sa.Integer),
    sa.Index(None, "organisation_id", "started", "id"),
    sa.Index(None, "organisation_id", "connection", "started", "id"),
)
"""``size`` is the bytes of request and response together, before compression."""

exchange_body_table = sa.Table(
    "exchange_body",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("hash", sa.LargeBinary(32), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
"""Bodies by keyed hash of their contents: the same answer a thousand times is kept once."""


def protect(connection: sa.Connection) -> None:
    """Make both tables append-only in the database itself; for the migration that creates them."""
    protect_tables(connection, [exchange_table, exchange_body_table])
