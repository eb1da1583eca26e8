"""The digests that are kept."""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

digest_table = sa.Table(
    "digest",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("week", sa.Date, primary_key=True),
    sa.Column("made", Instant, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
