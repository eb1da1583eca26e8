"""Loaded code systems: versions, concepts, names, properties, words, trees. They belong to the installation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

WORD = sa.String(60).with_variant(sa.String(60, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "terminology_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(300), nullable=False),
        sa.Column("version", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("licensee_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("content", sa.String(20), nullable=False),
        sa.Column("any_case", sa.Boolean(), nullable=False),
        sa.Column("concepts", sa.Integer(), nullable=False),
        sa.Column("loaded", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminology_version")),
    )
    op.create_index(op.f("ix_terminology_version_system_state"), "terminology_version", ["system", "state"])
    op.create_table(
        "terminology_concept",
        sa.Column("version_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("code", sa.String(100), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("inactive", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "number", name=op.f("pk_terminology_concept")),
    )
    op.create_index(op.f("ix_terminology_concept_version_id_code"), "terminology_concept", ["version_id", "code"])
    op.create_table(
        "terminology_name",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("use", sa.String(30), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
    )
    op.create_index(op.f("ix_terminology_name_version_id_number"), "terminology_name", ["version_id", "number"])
    op.create_table(
        "terminology_property",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("property", sa.String(60), nullable=False),
        sa.Column("value", sa.String(500), nullable=False),
    )
    op.create_index(op.f("ix_terminology_property_version_id_number"), "terminology_property", ["version_id", "number"])
    op.create_index(
        op.f("ix_terminology_property_version_id_property_value"),
        "terminology_property",
        ["version_id", "property", "value"],
    )
    op.create_table(
        "terminology_word",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
    )
    op.create_index(
        op.f("ix_terminology_word_version_id_word_number"), "terminology_word", ["version_id", "word", "number"]
    )
    _tree("terminology_parent", "child", "parent", ["version_id", "parent", "child"])
    _tree("terminology_ancestor", "ancestor", "descendant", ["version_id", "descendant", "ancestor"])


def _tree(name: str, first: str, second: str, index: list[str]) -> None:
    op.create_table(
        name,
        sa.Column("version_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column(first, sa.Integer(), nullable=False, autoincrement=False),
        sa.Column(second, sa.Integer(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("version_id", first, second, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{name}_{'_'.join(index)}"), name, index)
