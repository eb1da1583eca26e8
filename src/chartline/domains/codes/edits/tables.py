"""Loaded edits in the database. They belong to the installation, as other loaded code lists do (decision 0016): they
hold no patient values, and two million rows need not stand there once a practice.

Pairs carry days of their own, so the newest version alone is asked; units are asked of the version of the service date.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Instant, metadata

LOADING, ACTIVE, REMOVED = "loading", "active", "removed"
PAIRS, UNITS = "ncci", "mue"

edit_version_table = sa.Table(
    "edit_version",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(4), nullable=False),
    sa.Column("setting", sa.String(15), nullable=False),
    sa.Column("begin_date", sa.Date, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("loaded", Instant, nullable=False),
    sa.Index(None, "kind", "setting", "state"),
)

pair_edit_table = sa.Table(
    "ncci_edit",
    metadata,
    sa.Column("version_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("column1", sa.String(5), primary_key=True),
    sa.Column("column2", sa.String(5), primary_key=True),
    sa.Column("begin_day", sa.Integer, primary_key=True, autoincrement=False, comment="20260401"),
    sa.Column("end_day", sa.Integer),
    sa.Column("modifier_allowed", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)

unit_edit_table = sa.Table(
    "mue_edit",
    metadata,
    sa.Column("version_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("procedure", sa.String(5), primary_key=True),
    sa.Column("most", sa.Integer, nullable=False),
    sa.Column("per_day", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)

CONTENT = {PAIRS: pair_edit_table, UNITS: unit_edit_table}
"""The table of each kind."""
