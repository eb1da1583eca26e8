"""Keys of requests that made something (``Idempotency-Key``), so that a repeated request makes nothing again."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, Work, metadata

api_request_table = sa.Table(
    "api_request",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("request_hash", sa.String(64), nullable=False),
    sa.Column("result_id", sa.String(64)),
    sa.Column("created", Instant, nullable=False),
)


def forget_requests(work: Work, before: datetime, limit: int) -> int:
    """Remove keys that were used before a time, the oldest first; returns how many."""
    columns = api_request_table.c
    query = work.select(api_request_table, columns.key).where(columns.created < before)
    old = [row["key"] for row in work.rows(query.order_by(columns.created).limit(limit))]
    if old:
        work.execute(work.delete(api_request_table).where(columns.key.in_(old)))
    return len(old)
