"""Loaded code systems in the database: versions, concepts, and what is needed to find and compare them quickly.

These rows belong to the installation, not to an organisation: they hold no patient values, and one copy of SNOMED CT
serves every practice. A version with a ``licensee_id`` is seen by that practice alone (decision 0016).
Concepts are numbered within their version, so that the large tables hold small numbers.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

LOADING, ACTIVE, REMOVED = "loading", "active", "removed"

# Prefixes are found by ranges of bytes, which no collation of a database may change.
_WORD = sa.String(60).with_variant(sa.String(60, collation="C"), "postgresql")

version_table = sa.Table(
    "terminology_version",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("system", sa.String(300), nullable=False),
    sa.Column("version", sa.String(200), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("licensee_id", Id),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("content", sa.String(20), nullable=False),
    sa.Column("any_case", sa.Boolean, nullable=False),
    sa.Column("concepts", sa.Integer, nullable=False),
    sa.Column("loaded", Instant, nullable=False),
    sa.Index(None, "system", "state"),
)

concept_table = sa.Table(
    "terminology_concept",
    metadata,
    sa.Column("version_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("code", sa.String(100), nullable=False),
    sa.Column("display", sa.Text, nullable=False),
    sa.Column("inactive", sa.Boolean, nullable=False),
    sa.Index(None, "version_id", "code"),
)

name_table = sa.Table(
    "terminology_name",
    metadata,
    sa.Column("version_id", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("language", sa.String(20), nullable=False),
    sa.Column("use", sa.String(30), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Index(None, "version_id", "number"),
)

property_table = sa.Table(
    "terminology_property",
    metadata,
    sa.Column("version_id", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("property", sa.String(60), nullable=False),
    sa.Column("value", sa.String(500), nullable=False),
    sa.Index(None, "version_id", "number"),
    sa.Index(None, "version_id", "property", "value"),
)

word_table = sa.Table(
    "terminology_word",
    metadata,
    sa.Column("version_id", sa.Integer, nullable=False),
    sa.Column("word", _WORD, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Index(None, "version_id", "word", "number"),
)

parent_table = sa.Table(
    "terminology_parent",
    metadata,
    sa.Column("version_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("child", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("parent", sa.Integer, primary_key=True, autoincrement=False),
    sa.Index(None, "version_id", "parent", "child"),
    sqlite_with_rowid=False,
)

ancestor_table = sa.Table(
    "terminology_ancestor",
    metadata,
    sa.Column("version_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("ancestor", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("descendant", sa.Integer, primary_key=True, autoincrement=False),
    sa.Index(None, "version_id", "descendant", "ancestor"),
    sqlite_with_rowid=False,
)
"""Every concept with all above it, itself not among them."""

CONTENT = (word_table, name_table, property_table, ancestor_table, parent_table, concept_table)
"""The tables of a version's content, in the order in which it is removed."""
