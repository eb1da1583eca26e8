"""The tables of bulk exports and imports: requests, the files of a request, and the sealed pieces of a file.

Files are in the database, so that any web server of an installation can hand out what any worker made. Refuses
readable values: what was asked and every piece are sealed.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

bulk_request_table = sa.Table(
    "bulk_request",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("actor", sa.String(100), nullable=False),
    sa.Column("made", Instant, nullable=False),
    sa.Column("began", Instant),
    sa.Column("ended", Instant),
    sa.Column("expires", Instant),
    sa.Column("polled", Instant),
    sa.Column("plan", sa.LargeBinary, nullable=False),
    sa.Column("slice", sa.Integer, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("after", sa.BigInteger, nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("problem", sa.String(100), nullable=False),
    sa.Index(None, "organisation_id", "expires"),
)
"""``kind`` is export or import; ``state`` working, done or failed. ``slice`` counts finished slices: who stores the
next one must have seen this number. ``place`` and ``after`` are where it goes on: for an export twice the place of the
type (and one for its deletions) and a resource's number; for an import a file's place and a line. ``plan`` is sealed. A
cancelled request has no row."""

bulk_file_table = sa.Table(
    "bulk_file",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("request_id", Id, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("section", sa.String(8), nullable=False),
    sa.Column("rtype", sa.String(64), nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("pieces", sa.Integer, nullable=False),
)
"""``section`` is output, deleted or error, or input for what an import reads. ``size`` is in bytes before sealing."""

bulk_piece_table = sa.Table(
    "bulk_piece",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("request_id", Id, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("piece", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""A file's bytes in order, at most a megabyte each before sealing."""
